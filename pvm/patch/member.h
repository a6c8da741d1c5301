/*
 * This process as a member of the session: it seals and opens.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_MEMBER_H
#define SECPVM_MEMBER_H

#include <stddef.h>
#include <stdint.h>

#include "secpvm_core.h"

/* Become a member. The session is copied, and `session` wiped. */
secpvm_status member_join(uint8_t session[SECPVM_SESSION_LEN]);

/* Wipe the session and every key. */
void member_leave(void);

/* The session itself, to hand to a new member. */
const uint8_t *member_session(void);

/* Seal in place as secpvm_sealer_seal_in_place does, as the host `from`, for the
 * daemon of the host `to`. */
secpvm_status member_seal(uint32_t from, uint32_t to, uint8_t *buf, size_t buf_len,
                          size_t plaintext_len, size_t *record_len);

/* Open in place as secpvm_opener_open_in_place does, as the daemon of the host
 * `to`. `*from` is the host that the sender speaks for: 16 bits, any value. */
secpvm_status member_open(uint32_t to, uint8_t *record, size_t record_len, uint32_t *from,
                          size_t *plaintext_len);

#endif
