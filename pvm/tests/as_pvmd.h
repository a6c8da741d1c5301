/*
 * For tests of the patch as it is loaded: the program is its own pvmd.
 *
 * It copies itself to a file named pvmd, and runs that with the patch. There one process
 * is every host in turn: it sets the task id that pvmd has, and sends itself datagrams over
 * the loopback interface. recv() and send() are not hooked, and show what is on the wire.
 * To be linked with -rdynamic, as the stock pvmd is. Include it in one file only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_AS_PVMD_H
#define SECPVM_AS_PVMD_H

/* GNU's socket prototypes take a transparent union, which ISO C can't define. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../patch/header.h"
#include "check.h"
#include "pvmd_log.h"

#define TEXT "a secret that is not to be seen on the wire"

/* What the patch uses of pvmd. */
int pvmmytid;
int pvmmyupid;

static int udp_socket(struct sockaddr_in *address)
{
    struct timeval second = {.tv_sec = 1};
    socklen_t len = sizeof *address;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd == -1 || bind(fd, (struct sockaddr *)address, sizeof *address) == -1
        || getsockname(fd, (struct sockaddr *)address, &len) == -1
        || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second) == -1)
        abort();
    return fd;
}

static void be_host(uint32_t host)
{
    pvmmytid = (int)tid_of_pvmd(host);
}

static size_t datagram(uint8_t *bytes, uint32_t src, uint32_t dst)
{
    memset(bytes, 0, HEADER_LEN);
    put_u32(bytes + OFFSET_DST, dst);
    put_u32(bytes + OFFSET_SRC, src);
    bytes[OFFSET_FLAGS] = FLAG_DAT;
    memcpy(bytes + HEADER_LEN, TEXT, sizeof TEXT);
    return HEADER_LEN + sizeof TEXT;
}

/* ---- Starting the copies -------------------------------------------------- */

static void copy_self(const char *path)
{
    char bytes[65536];
    FILE *from = fopen("/proc/self/exe", "rb");
    FILE *to = fopen(path, "wb");
    size_t len;

    if (from == NULL || to == NULL)
        abort();
    while ((len = fread(bytes, 1, sizeof bytes, from)) > 0)
        if (fwrite(bytes, 1, len, to) != len)
            abort();
    fclose(from);
    if (fclose(to) != 0 || chmod(path, 0700) == -1)
        abort();
}

/* The arguments behind the program's name. */
#define WORDS(...) ((char *[]){NULL, __VA_ARGS__, NULL})

/* The exit status of a copy of this program with that name, run with the patch, the
 * environment variable `setting` (NAME=VALUE), and `words`. */
static int run_copy(const char *name, const char *patch, const char *setting, char *words[])
{
    char folder[] = "/tmp/secpvm-hooks-XXXXXX";
    char path[64], preload[4096 + 16], variable[128];
    int status;
    pid_t child;

    if (mkdtemp(folder) == NULL)
        abort();
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(preload, sizeof preload, "%s:libm.so.6", patch);
    snprintf(variable, sizeof variable, "%s", setting);
    copy_self(path);
    words[0] = path;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        setenv("LD_PRELOAD", preload, 1);
        setenv("SECPVM_DPATH", "/x", 1);
        setenv("PVM_TMP", folder, 1);
        putenv(variable);
        execv(path, words);
        _exit(125);
    }
    waitpid(child, &status, 0);
    unlink(path);
    rmdir(folder);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
