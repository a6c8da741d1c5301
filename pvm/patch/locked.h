/*
 * Secrets that are kept out of the swap, if the user's limit allows (RLIMIT_MEMLOCK), in
 * this process and in its forks: mlock(2) does not reach those, and the daemon of a
 * slave is one of the process that got its keys.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_LOCKED_H
#define SECPVM_LOCKED_H

#include <stddef.h>

/* How many places there are: session and member key, the shadow's session, the tasks'
 * sessions, the token, the key of 1997. */
#define LOCKED_MAX 5

/* Lock the `len` bytes at `at`, which stay where they are for the life of the process. To
 * lock them again changes nothing. */
void locked_add(const void *at, size_t len);

#endif
