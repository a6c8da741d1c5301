/*
 * Secrets out of the swap: see locked.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "locked.h"

#include <pthread.h>
#include <sys/mman.h>

static struct {
    const void *at;
    size_t len;
} places[LOCKED_MAX];

static size_t count;

static void lock_all(void)
{
    size_t i;

    for (i = 0; i < count; i++)
        (void)mlock(places[i].at, places[i].len);
}

void locked_add(const void *at, size_t len)
{
    size_t i;

    (void)mlock(at, len);
    for (i = 0; i < count; i++)
        if (places[i].at == at)
            return;
    if (count == LOCKED_MAX)
        return;
    /* Without memory for the handler they are not locked in forks: nothing worse. */
    if (count == 0)
        (void)pthread_atfork(NULL, NULL, lock_all);
    places[count].at = at;
    places[count].len = len;
    count++;
}
