/*
 * The five messages of a join, which either of two things authenticates.
 *
 *                               1 the channel              2 static keys
 *     1  initiator -> responder secret 32, Noise 48        Noise 96
 *     2  responder -> initiator Noise 48                   Noise 48
 *     3  initiator -> responder session 40, tag 16         the same
 *     4  responder -> initiator tag 16                     the same
 *     5  initiator -> responder member key 40, tag 16      the same
 *
 * 1 is secpvm_join: Noise_NNpsk0, whose pre-shared key travels in message 1, so that the
 * trust is that in the channel (ssh). 2 is Noise_IK_25519_AESGCM_SHA256: the initiator
 * knows the responder's key, the responder learns the initiator's and has to say
 * whether it knows it. Then a channel that anyone can change will do. In both, the
 * prologue is a label and the context (context.h): nobody can take one for the other.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_MESSAGES_H
#define SECPVM_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

#include "grant.h"

enum messages_version {
    MESSAGES_CHANNEL = 1,
    MESSAGES_KEYS = 2
};

/* The longest message, Noise IK's first: ephemeral key 32, static key 32 and tag 16,
 * tag 16. */
#define MESSAGES_LEN_MAX 96

/* Behind this one pvmd starts. */
#define MESSAGES_LAST 5

struct messages {
    enum messages_version version;
    secpvm_join *join;                 /* MESSAGES_CHANNEL */
    secpvm_noise *noise;               /* MESSAGES_KEYS: until message 2 has passed */
    secpvm_transport *transport;       /* MESSAGES_KEYS: from then on */
    struct grant grant;                /* what the join is for */
};

/* The initiator's side, which gives `grant`. */
secpvm_status messages_initiator(struct messages *messages, const char *context,
                                 const struct grant *grant);
secpvm_status messages_initiator_keyed(struct messages *messages, const char *context,
                                       const struct grant *grant,
                                       const uint8_t own_private[SECPVM_NOISE_KEY_LEN],
                                       const uint8_t host_public[SECPVM_NOISE_KEY_LEN]);

/* The responder's side. */
secpvm_status messages_responder(struct messages *messages, const char *context);
secpvm_status messages_responder_keyed(struct messages *messages, const char *context,
                                       const uint8_t own_private[SECPVM_NOISE_KEY_LEN]);

/* Write, or read, message `number` (1 to MESSAGES_LAST), each side in turn. */
secpvm_status messages_write(struct messages *messages, int number,
                             uint8_t message[MESSAGES_LEN_MAX], size_t *message_len);
secpvm_status messages_read(struct messages *messages, int number, const uint8_t *message,
                            size_t message_len);

/* The initiator's static key, once the responder has read message 1: to be accepted or
 * not before message 2 is written. MESSAGES_KEYS only. */
secpvm_status messages_peer(const struct messages *messages,
                            uint8_t public_key[SECPVM_NOISE_KEY_LEN]);

/* What the responder has received, when all have passed. */
secpvm_status messages_finish(const struct messages *messages, struct grant *grant);

/* Wipe all of it. */
void messages_free(struct messages *messages);

#endif
