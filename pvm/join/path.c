/*
 * Where this program lies: see path.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

int path_own(char path[PATH_CAP])
{
    ssize_t len = readlink("/proc/self/exe", path, PATH_CAP - 1);

    if (len <= 0 || len == PATH_CAP - 1)
        return -1;
    path[len] = '\0';
    return 0;
}

int path_sibling(const char *name, char path[PATH_CAP])
{
    char *base;

    if (path_own(path) == -1)
        return -1;
    base = strrchr(path, '/') + 1;
    if ((size_t)(base - path) + strlen(name) + 1 > PATH_CAP)
        return -1;
    strcpy(base, name);
    return 0;
}

const char *path_remote(char own[PATH_CAP])
{
    const char *given = getenv("SECPVM_DPATH");

    if (given != NULL && *given != '\0')
        return given;
    if (path_own(own) == 0)
        return own;
    say("the path of secpvm-join is unknown");
    return NULL;
}
