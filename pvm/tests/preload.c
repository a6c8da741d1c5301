/*
 * Tests of taking the patch out of LD_PRELOAD.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../patch/preload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static char own[4096];

/* `format` has one %s for each time that the path of this library is in the list. */
static bool leaves(const char *format, const char *expected)
{
    char list[3 * sizeof own];
    char *rest;
    bool as_expected;
    const char *at = format;
    size_t len = 0;

    for (; *at != '\0'; at++) {
        if (*at == '@') {
            strcpy(list + len, own);
            len += strlen(own);
        } else {
            list[len++] = *at;
        }
    }
    list[len] = '\0';
    rest = preload_without(list, own);
    as_expected = rest != NULL && strcmp(rest, expected) == 0;
    free(rest);
    return as_expected;
}

int main(void)
{
    /* Any file will do for a library. */
    char *path = realpath("/proc/self/exe", NULL);

    if (path == NULL)
        return 1;
    strcpy(own, path);
    free(path);
    check(leaves("@", ""), "alone");
    check(leaves("@:libfoo.so", "libfoo.so"), "in front");
    check(leaves("libfoo.so @", "libfoo.so"), "at the end, after a space");
    check(leaves("/a.so:@:/b.so", "/a.so:/b.so"), "in the middle");
    check(leaves("@:@", ""), "twice");
    check(leaves("/a.so /b.so", "/a.so:/b.so"), "not there");
    check(leaves("/proc/self/exe", ""), "by another name of the same file");
    check(leaves("", ""), "an empty list");
    return check_end();
}
