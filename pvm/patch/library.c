/*
 * Where this library lies, and what it leaves in the environment: see library.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload.h"

#define PREFIX "SECPVM_"
#define KEPT "SECPVM_DPATH="
#define NAME_LEN_MAX 64

/* The absolute path of this library, without symbolic links. */
static int own_path(char path[LIBRARY_PATH_MAX])
{
    static const char within;
    Dl_info info;
    char *resolved;
    int len;

    if (dladdr(&within, &info) == 0 || info.dli_fname == NULL)
        return -1;
    resolved = realpath(info.dli_fname, NULL);
    if (resolved == NULL)
        return -1;
    len = snprintf(path, LIBRARY_PATH_MAX, "%s", resolved);
    free(resolved);
    return len < LIBRARY_PATH_MAX ? 0 : -1;
}

int library_sibling(const char *name, char path[LIBRARY_PATH_MAX])
{
    char *slash;
    size_t room;

    if (own_path(path) == -1)
        return -1;
    slash = strrchr(path, '/');
    room = LIBRARY_PATH_MAX - (size_t)(slash + 1 - path);
    return snprintf(slash + 1, room, "%s", name) < (int)room ? 0 : -1;
}

static void leave_preload(void)
{
    char path[LIBRARY_PATH_MAX];
    const char *value = getenv("LD_PRELOAD");
    char *rest;

    if (value == NULL || own_path(path) == -1)
        return;
    rest = preload_without(value, path);
    if (rest == NULL || *rest == '\0')
        unsetenv("LD_PRELOAD");
    else
        setenv("LD_PRELOAD", rest, 1);
    free(rest);
}

/* The first variable that has to go, or false. */
static bool find_own_variable(char name[NAME_LEN_MAX])
{
    char **entry;

    for (entry = environ; *entry != NULL; entry++) {
        size_t name_len = strcspn(*entry, "=");

        if (strncmp(*entry, PREFIX, sizeof PREFIX - 1) == 0
            && strncmp(*entry, KEPT, sizeof KEPT - 1) != 0 && name_len < NAME_LEN_MAX) {
            memcpy(name, *entry, name_len);
            name[name_len] = '\0';
            return true;
        }
    }
    return false;
}

void library_leave_environment(void)
{
    char name[NAME_LEN_MAX];

    leave_preload();
    while (find_own_variable(name))
        unsetenv(name);
}
