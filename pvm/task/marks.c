/*
 * The suites of single messages: see marks.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "marks.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static uint16_t *marks;
static int count;

int marks_set(int mid, uint16_t suite)
{
    uint16_t *more;

    if (mid < 0)
        return -1;
    if (mid >= count) {
        if (suite == MARK_NONE)
            return 0;
        more = realloc(marks, ((size_t)mid + 1) * 2 * sizeof *marks);
        if (more == NULL)
            return -1;
        memset(more + count, 0, (((size_t)mid + 1) * 2 - (size_t)count) * sizeof *marks);
        marks = more;
        count = (mid + 1) * 2;
    }
    marks[mid] = suite;
    return 0;
}

uint16_t marks_get(int mid)
{
    return mid >= 0 && mid < count ? marks[mid] : MARK_NONE;
}
