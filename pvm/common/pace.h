/*
 * How often a line may be written about something that an attacker can cause.
 *
 * The first line comes at once, the next a second later at the earliest, then two
 * seconds, four, and so on up to 64; a quiet of 64 seconds starts afresh. However
 * slow or fast the attack, that is at most 1350 lines a day (86400 / 64), far from
 * the million bytes at which pvmd closes its log.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_PACE_H
#define SECPVM_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_FIRST_MS 1000u
#define PACE_LAST_MS 64000u

/* All zero is the beginning. Times are in milliseconds of one rising clock. */
struct pace {
    uint64_t due_ms;      /* no line before this */
    uint64_t interval_ms; /* to keep after the next line */
    uint64_t event_ms;    /* the last event */
};

/* Something happened. */
void pace_event(struct pace *pace, uint64_t now_ms);

/* May a line be written now? */
bool pace_due(const struct pace *pace, uint64_t now_ms);

/* A line was written. */
void pace_written(struct pace *pace, uint64_t now_ms);

/* The clock: CLOCK_MONOTONIC, of the kernel's last tick, which was 10 ms ago at the most. A daemon
 * reads it several times for each datagram, and the exact time takes eight times as long. */
uint64_t pace_now_ms(void);

#endif
