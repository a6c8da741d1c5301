/*
 * This process as a member of the session: it seals and opens, and moves with the
 * others from epoch to epoch. The master's daemon leads; see Groups in secpvm_core.h.
 * What moves it, and when, is in group.c.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_MEMBER_H
#define SECPVM_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grant.h"
#include "secpvm_core.h"

/* The host index of the master. */
#define LEADER_HOST 1u

/* Become the leader, alone so far, or a member. What is given is copied, and wiped.
 * `policy` says when the leader begins another epoch by itself. */
secpvm_status member_lead(uint8_t session[SECPVM_SESSION_LEN],
                          const secpvm_rekey_policy *policy);
secpvm_status member_follow(struct grant *grant);

/* Wipe every key. */
void member_leave(void);

/* Is this the leader? */
bool member_leads(void);

/* The session that it seals in, and its epoch. */
const uint8_t *member_session(void);
uint32_t member_epoch(void);

/* Seal in place as secpvm_sealer_seal_in_place does, as the host `from`, for the
 * daemon of the host `to`. */
secpvm_status member_seal(uint32_t from, uint32_t to, uint8_t *buf, size_t buf_len,
                          size_t plaintext_len, size_t *record_len);

/* Open in place as secpvm_opener_open_in_place does, as the daemon of the host
 * `to`. `*from` is the host that the sender speaks for: 16 bits, any value. */
secpvm_status member_open(uint32_t to, uint8_t *record, size_t record_len, uint32_t *from,
                          size_t *plaintext_len);

/* ---- Epochs. Times are those of pace_now_ms(). --------------------------- */

/* When member_work is due; UINT64_MAX for never. Cheap. */
uint64_t member_due_ms(void);

/* Do what is due. Then take messages until there are none. */
void member_work(uint64_t now_ms);

/* Take the next message that is to be sent, to the daemon of the host `*to`. */
bool member_take_message(uint64_t now_ms, uint8_t message[SECPVM_GROUP_MESSAGE_LEN_MAX],
                         size_t *message_len, uint32_t *to);

/* Handle a message that came to the daemon of `host`, which is this one. */
secpvm_status member_handle(uint32_t host, const uint8_t *message, size_t message_len,
                            uint64_t now_ms);

/* The session of the newest epoch that is known, perhaps only offered yet. False if there
 * is none but the first. Wipe it. */
bool member_newest_session(uint8_t session[SECPVM_SESSION_LEN]);

/* Does it seal in another session than member_session() said so far? From now on that
 * says this one. */
bool member_epoch_has_changed(void);

/* As the daemon of `host`, ask the leader for another epoch. */
secpvm_status member_ask(uint32_t host);

/* The leader: admit the daemon of a host. */
secpvm_status member_admit(uint32_t host, struct grant *grant);

/* The leader: begin an epoch, without the daemon of a host, or with the same members.
 * The second is SECPVM_ERR_OUT_OF_ORDER until the last change is complete. */
secpvm_status member_remove(uint32_t host, uint64_t now_ms);
secpvm_status member_rekey(uint64_t now_ms);

/* The leader: has the epoch reached a limit, here or elsewhere? */
bool member_limit_is_reached(void);

/* The leader: the next host that has not answered for long. It is told once, and gets
 * the newest epoch when it is offered again. */
bool member_next_silent(uint32_t *host);
void member_offer_again(uint32_t host);

#endif
