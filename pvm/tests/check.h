/*
 * What the tests have in common: each check prints what it checked, and the program
 * ends with the number of those that failed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_CHECK_H
#define SECPVM_CHECK_H

#include <stdbool.h>
#include <stdio.h>

static int checks_failed;

static inline void check(bool passed, const char *what)
{
    printf("%s  %s\n", passed ? "ok    " : "FAILED", what);
    if (!passed)
        checks_failed++;
}

static inline int check_end(void)
{
    if (checks_failed > 0)
        printf("%d failed\n", checks_failed);
    return checks_failed > 0 ? 1 : 0;
}

#endif
