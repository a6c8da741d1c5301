/*
 * How often a line may be written: see pace.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "pace.h"

#include <time.h>

void pace_event(struct pace *pace, uint64_t now_ms)
{
    if (pace->interval_ms == 0 || now_ms - pace->event_ms >= PACE_LAST_MS)
        pace->interval_ms = PACE_FIRST_MS;
    pace->event_ms = now_ms;
}

bool pace_due(const struct pace *pace, uint64_t now_ms)
{
    return now_ms >= pace->due_ms;
}

void pace_written(struct pace *pace, uint64_t now_ms)
{
    pace->due_ms = now_ms + pace->interval_ms;
    if (pace->interval_ms < PACE_LAST_MS)
        pace->interval_ms *= 2;
}

uint64_t pace_now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
