/*
 * The value of LD_PRELOAD: see preload.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "preload.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool same_file(const char *entry, const char *path)
{
    char *resolved = realpath(entry, NULL);
    bool same = resolved != NULL && strcmp(resolved, path) == 0;

    free(resolved);
    return same;
}

char *preload_without(const char *value, const char *path)
{
    char *list = strdup(value);
    char *rest = calloc(1, strlen(value) + 1);
    char *position = NULL;
    char *entry;

    if (list == NULL || rest == NULL) {
        free(list);
        free(rest);
        return NULL;
    }
    for (entry = strtok_r(list, ": ", &position); entry != NULL;
         entry = strtok_r(NULL, ": ", &position)) {
        if (same_file(entry, path))
            continue;
        if (*rest != '\0')
            strcat(rest, ":");
        strcat(rest, entry);
    }
    free(list);
    return rest;
}
