/*
 * What makes a daemon a member: the session of the epoch that it comes in with, and
 * the key under which the master sends it those of later epochs. Secret, all of it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_GRANT_H
#define SECPVM_GRANT_H

#include <stdint.h>

#include "secpvm_core.h"

struct grant {
    uint8_t session[SECPVM_SESSION_LEN];
    uint8_t member_key[SECPVM_MEMBER_KEY_LEN];
};

#define GRANT_LEN (SECPVM_SESSION_LEN + SECPVM_MEMBER_KEY_LEN)

_Static_assert(sizeof(struct grant) == GRANT_LEN, "a grant is carried as it lies in memory");

#endif
