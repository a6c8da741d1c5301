/*
 * What an earlier pvmd has left: see log.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "path.h"
#include "say.h"

/* The path of this user's file `kind`.<uid>, and `end` behind. -1 if it is too long. */
static int file_of_pvmd(const char *kind, const char *end, char path[PATH_CAP])
{
    const char *dir = getenv("PVM_TMP");
    const char *vmid = getenv("PVM_VMID");
    int len = snprintf(path, PATH_CAP, "%s/%s.%u%s%s%s", dir != NULL ? dir : "/tmp", kind,
                       (unsigned)getuid(), vmid != NULL ? "." : "", vmid != NULL ? vmid : "", end);

    return len < PATH_CAP ? 0 : -1;
}

/* Does nobody listen any more at the address in that file, the path of a unix socket? */
static bool is_stale(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = file == -1 ? -1 : read(file, address.sun_path, sizeof address.sun_path - 1);
    int fd;
    bool stale;

    if (file != -1)
        close(file);
    if (len <= 0 || address.sun_path[0] != '/')
        return false;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return false;
    stale = connect(fd, (struct sockaddr *)&address, sizeof address) == -1
            && (errno == ECONNREFUSED || errno == ENOENT);
    close(fd);
    return stale;
}

void log_move_aside(void)
{
    char address[PATH_CAP], log[PATH_CAP], old[PATH_CAP];

    if (file_of_pvmd("pvmd", "", address) == -1 || file_of_pvmd("pvml", "", log) == -1
        || file_of_pvmd("pvml", ".old", old) == -1)
        return;
    if (is_stale(address) && unlink(address) == -1)
        say("the stale address %s cannot be removed (%s): no program will find pvmd here",
            address, strerror(errno));
    if (access(address, F_OK) == 0)
        return;
    if (rename(log, old) == -1 && errno != ENOENT)
        say("the old log %s cannot be moved aside (%s): pvmd runs without a log", log,
            strerror(errno));
}
