/*
 * Tests of the file of counters.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../patch/status.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static char folder[] = "/tmp/secpvm-status-XXXXXX";
static char path[64];
static uint8_t session[SECPVM_SESSION_LEN];
static uint64_t file[STATUS_WORDS];

static bool read_file(void)
{
    int fd = open(path, O_RDONLY);
    ssize_t len = fd == -1 ? -1 : read(fd, file, sizeof file);

    close(fd);
    return len == (ssize_t)sizeof file;
}

static void count_some(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};

    address.sin_addr.s_addr = htonl(0x0a4d0002);
    address.sin_port = htons(4711);
    status_sealed(2, &address, 100);
    status_sealed(2, &address, 20);
    status_opened(2, &address, 16);
    status_sealed(HOST_COUNT - 1, &address, 7);
    status_rejected(DROP_FORGED);
    status_rejected(DROP_FOREIGN);
    status_unsent();
}

static void check_counts(void)
{
    const uint64_t *second = file + STATUS_AT_PEERS + 2 * STATUS_PEER_WORDS;

    check(status_open(mode_by_word("sealed"), session) == NULL, "the file is made");
    check(read_file() && file[STATUS_AT_MAGIC] == 0, "no magic before the daemon is announced");
    status_announce(1);
    count_some();
    check(read_file(), "the file has its length");
    check(memcmp(file, STATUS_MAGIC, 8) == 0, "magic");
    check(file[STATUS_AT_PROCESS] == (uint64_t)getpid(), "process");
    check(file[STATUS_AT_HOST] == 1 && file[STATUS_AT_SUITE] == 1, "host and suite");
    check(file[STATUS_AT_EPOCH] == 0 && file[STATUS_AT_STARTED] != 0, "epoch and time");
    check(second[0] == (UINT64_C(0x0a4d0002) << 16 | 4711), "address");
    check(second[1] == 2 && second[2] == 120, "sealed");
    check(second[3] == 1 && second[4] == 16, "opened");
    check(file[STATUS_WORDS - 4] == 1 && file[STATUS_WORDS - 3] == 7, "the last host");
    check(file[STATUS_AT_REJECTED + DROP_FORGED] == 1
              && file[STATUS_AT_REJECTED + DROP_FOREIGN] == 1 && file[STATUS_AT_UNSENT] == 1,
          "rejected and unsent");
}

/* Another daemon on this host. Returns when it has its file. */
static pid_t start_daemon(void)
{
    int ready[2];
    char byte = 0;
    pid_t pid;

    check(pipe(ready) == 0, "a pipe");
    pid = fork();
    if (pid == 0) {
        status_announce(status_open(mode_by_word("sealed"), session) == NULL ? 3 : 0);
        (void)!write(ready[1], &byte, 1);
        for (;;)
            pause();
    }
    check(read(ready[0], &byte, 1) == 1, "another daemon runs");
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void check_two_daemons(void)
{
    pid_t other = start_daemon();

    check(status_open(mode_by_word("sealed"), session) != NULL,
          "the file of a living daemon stays");
    check(read_file() && file[STATUS_AT_HOST] == 3, "as it is");
    (void)kill(other, SIGKILL);
    check(waitpid(other, NULL, 0) == other, "it is killed");
    check(status_open(mode_by_word("sealed"), session) == NULL, "what it has left gives way");
    status_announce(1);
    check(read_file() && file[STATUS_AT_HOST] == 1, "to ours");
    status_close();
}

static void check_file(void)
{
    struct stat file_stat;

    check(stat(path, &file_stat) == 0 && (file_stat.st_mode & 07777) == 0600,
          "for the user alone");
    if (fork() == 0) {
        status_close();
        _exit(0);
    }
    (void)wait(NULL);
    check(access(path, F_OK) == 0, "pvmd', a fork, leaves it");
    status_close();
    check(access(path, F_OK) == -1, "the daemon removes it");
}

static void check_file_limit(void)
{
    struct rlimit before, limit;

    if (getrlimit(RLIMIT_FSIZE, &before) == -1)
        abort();
    limit = before;
    limit.rlim_cur = 4096;
    if (setrlimit(RLIMIT_FSIZE, &limit) == -1)
        abort();
    check(status_open(mode_by_word("sealed"), session) != NULL && access(path, F_OK) == -1,
          "a user who may make no long files has none, and the daemon lives");
    if (setrlimit(RLIMIT_FSIZE, &before) == -1)
        abort();
}

int main(void)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {1};

    count_some(); /* Without a file: nothing happens. */
    check(mkdtemp(folder) != NULL, "a folder");
    setenv("PVM_TMP", folder, 1);
    setenv("PVM_VMID", "two", 1);
    (void)snprintf(path, sizeof path, "%s/secpvm.%lu.two", folder, (unsigned long)getuid());
    check(secpvm_session_generate(1, entropy, session) == SECPVM_OK, "a session");
    check_file_limit();
    check_counts();
    check_file();
    check_two_daemons();
    setenv("PVM_TMP", "/nowhere", 1);
    check(status_open(mode_by_word("sealed"), session) != NULL, "no folder, no file");
    rmdir(folder);
    return check_end();
}
