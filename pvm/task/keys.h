/*
 * The keys of this task: it seals and opens.
 *
 * The daemon hands out a session for tasks in each epoch (service_protocol.h). The file of
 * counters beside its socket (pvm/patch/status.h) shows the current one, so that a sender
 * notices a new epoch without asking.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_KEYS_H
#define SECPVM_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "secpvm_core.h"

/* A record carries at most this much of a message: a chunk. */
#define CHUNK_LEN_MAX 32768u

/* A chunk with room for a record's header and tag. */
#define RECORD_LEN_MAX (CHUNK_LEN_MAX + SECPVM_RECORD_OVERHEAD_MAX)

/* Ways for messages to overtake each other. A receiver's replay window allows for 1024
 * records out of order, but more can be under way through the daemons when a direct
 * route opens. Within each of these the order is kept, so each has a sealer of its own
 * (and is a sender of its own to the receiver). */
enum stream {
    STREAM_DAEMONS,   /* to a task, through the daemons */
    STREAM_DIRECT,    /* to a task, by a direct route, or asking for one */
    STREAM_GROUP,     /* to many, through the daemons */
    STREAM_REENTERED, /* from within libpvm, which may wait before it chooses */
    STREAM_COUNT
};

/* What protects a record: the sender is the first 32 bits of its header's. */
#define ASSOCIATED_LEN 24

/* The machine's suite. NULL on success, else the reason, one static phrase. */
const char *keys_suite(uint16_t *suite);

/* The session of the current epoch. */
const char *keys_session(uint8_t session[SECPVM_SESSION_LEN]);

/* The sealer of a stream, in the current epoch: for one message, all of whose records are
 * then of one sender and one epoch. */
const char *keys_sealer(enum stream stream, uint16_t suite, secpvm_sealer **sealer);

/* The opener for a message whose first record begins with `header`, which need not be
 * authentic: what else opens there is of the same epoch and suite. */
const char *keys_opener(const uint8_t associated[ASSOCIATED_LEN],
                        const secpvm_record_header *header, secpvm_opener **opener);

/* Was the message that ends with this record, which has been opened, sent behind all that
 * have been asked about before? NULL, or the reason why it is not to be taken. */
const char *keys_check_order(const secpvm_record_header *last);

/* Wipe all. */
void keys_wipe(void);

#endif
