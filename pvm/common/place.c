/*
 * Where a daemon's files stand: see place.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int place_find(const char *suffix, char path[PLACE_PATH_CAP])
{
    const char *folder = getenv("PVM_TMP");
    const char *vmid = getenv("PVM_VMID");
    int len = snprintf(path, PLACE_PATH_CAP, "%s/secpvm.%lu%s%s%s",
                       folder != NULL ? folder : "/tmp", (unsigned long)getuid(),
                       vmid != NULL ? "." : "", vmid != NULL ? vmid : "", suffix);

    return len < PLACE_PATH_CAP ? 0 : -1;
}

bool place_is_own(const char *path)
{
    struct stat file;

    return lstat(path, &file) == 0 && file.st_uid == getuid();
}
