/*
 * The log of an earlier pvmd: see log.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

void log_move_aside(void)
{
    char address[PATH_CAP], log[PATH_CAP], old[PATH_CAP];

    if (file_of_pvmd("pvmd", "", address) == -1 || file_of_pvmd("pvml", "", log) == -1
        || file_of_pvmd("pvml", ".old", old) == -1 || access(address, F_OK) == 0)
        return;
    if (rename(log, old) == -1 && errno != ENOENT)
        say("the old log %s cannot be moved aside (%s): pvmd runs without a log", log,
            strerror(errno));
}
