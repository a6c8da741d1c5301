/*
 * Tests of moving an old log aside.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../join/log.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

static char folder[] = "/tmp/secpvm-log-XXXXXX";
static int listener;

static char *file(const char *kind, const char *end)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s.%u%s", folder, kind, (unsigned)getuid(), end);
    return path;
}

static void write_file(const char *path, const char *text)
{
    FILE *to = fopen(path, "w");

    if (to == NULL || fputs(text, to) < 0 || fclose(to) != 0)
        abort();
}

static bool holds(const char *path, const char *text)
{
    char line[64] = "";
    FILE *from = fopen(path, "r");

    if (from == NULL)
        return false;
    if (fgets(line, sizeof line, from) == NULL)
        line[0] = '\0';
    fclose(from);
    return strcmp(line, text) == 0;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* As pvmd does: a socket, and its path in the address file. */
static int listen_at_address(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 || listen(fd, 1) == -1)
        abort();
    write_file(file("pvmd", ""), address.sun_path);
    return fd;
}

static void check_moves(void)
{
    log_move_aside();
    check(!exists(file("pvml", ".old")), "where there is no log, there is nothing to move");
    write_file(file("pvml", ""), "first");
    log_move_aside();
    check(!exists(file("pvml", "")) && holds(file("pvml", ".old"), "first"),
          "an old log is moved aside");
    write_file(file("pvml", ""), "second");
    log_move_aside();
    check(holds(file("pvml", ".old"), "second"), "in the place of an older one");
    write_file(file("pvml", ""), "third");
    listener = listen_at_address();
    log_move_aside();
    check(holds(file("pvml", ""), "third") && holds(file("pvml", ".old"), "second"),
          "the log of a pvmd that runs stays");
    check(exists(file("pvmd", "")), "and its address");
}

static void check_stale_address(void)
{
    close(listener);
    log_move_aside();
    check(!exists(file("pvmd", "")) && holds(file("pvml", ".old"), "third"),
          "where nobody listens any more, the address goes, and the log is moved");
    write_file(file("pvmd", ""), "7f000001:9c40");
    log_move_aside();
    check(exists(file("pvmd", "")), "what is no path of a socket stays");
    unlink(file("pvmd", ""));
    if (mkfifo(file("pvmd", ""), 0600) == -1)
        abort();
    log_move_aside();
    check(exists(file("pvmd", "")), "so does a pipe that nobody writes to, and nobody waits");
}

static void check_virtual_machine_id(void)
{
    setenv("PVM_VMID", "7", 1);
    write_file(file("pvml", ".7"), "fourth");
    log_move_aside();
    check(holds(file("pvml", ".7.old"), "fourth") && holds(file("pvml", ""), "third"),
          "a machine with an id of its own has a log of its own");
    unsetenv("PVM_VMID");
}

int main(void)
{
    static const char *const ends[] = {"", ".old", ".7.old"};
    char path[128];
    size_t i;

    if (mkdtemp(folder) == NULL || setenv("PVM_TMP", folder, 1) == -1)
        return 1;
    check_moves();
    check_virtual_machine_id();
    check_stale_address();
    unlink(file("pvmd", ""));
    for (i = 0; i < sizeof ends / sizeof ends[0]; i++)
        unlink(file("pvml", ends[i]));
    snprintf(path, sizeof path, "%s/socket", folder);
    unlink(path);
    check(rmdir(folder) == 0, "nothing else is left");
    return check_end();
}
