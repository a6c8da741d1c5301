/*
 * What the daemon waits for beside its own: requests to its service, and a timer.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_WAIT_H
#define SECPVM_WAIT_H

#include <stdint.h>

#define WAIT_NEVER UINT64_MAX

/* Call `timer` before each wait, and when it is due. It does what is due at `now_ms` (of
 * pace_now_ms) and returns when it is due next, or WAIT_NEVER. There is one. */
void wait_set_timer(uint64_t (*timer)(uint64_t now_ms));

/* In case that the daemon forks before it waits, begin before that. */
void wait_begin_before_fork(void);

#endif
