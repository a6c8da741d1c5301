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
#include <sys/stat.h>
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

/* What is in that file, as a string; false if it is no file of this user's. In a folder
 * where others may write it may be anything, a pipe that nobody writes to as well. */
static bool read_own(const char *path, char *text, size_t cap)
{
    struct stat file;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    ssize_t len = -1;

    if (fd == -1)
        return false;
    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_uid == getuid())
        len = read(fd, text, cap - 1);
    close(fd);
    if (len >= 0)
        text[len] = '\0';
    return len >= 0;
}

/* Does nobody listen any more at that address, the path of a unix socket? */
static bool is_stale(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool stale;

    if (address->sun_path[0] != '/' || fd == -1) {
        if (fd != -1)
            close(fd);
        return false;
    }
    stale = connect(fd, (const struct sockaddr *)address, sizeof *address) == -1
            && (errno == ECONNREFUSED || errno == ENOENT);
    close(fd);
    return stale;
}

/* Is the way free for a new daemon's address? What one that is gone has left is removed. */
static bool clear_address(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat file;

    if (lstat(path, &file) == -1 && errno == ENOENT)
        return true;
    if (!read_own(path, address.sun_path, sizeof address.sun_path)) {
        say("%s is not a file of yours: no program will find pvmd here", path);
        return false;
    }
    if (!is_stale(&address))
        return false;
    if (unlink(path) == 0)
        return true;
    say("the stale address %s cannot be removed (%s): no program will find pvmd here", path,
        strerror(errno));
    return false;
}

void log_move_aside(void)
{
    char address[PATH_CAP], log[PATH_CAP], old[PATH_CAP];

    if (file_of_pvmd("pvmd", "", address) == -1 || file_of_pvmd("pvml", "", log) == -1
        || file_of_pvmd("pvml", ".old", old) == -1)
        return;
    if (!clear_address(address))
        return;
    if (rename(log, old) == -1 && errno != ENOENT)
        say("the old log %s cannot be moved aside (%s): pvmd runs without a log", log,
            strerror(errno));
}
