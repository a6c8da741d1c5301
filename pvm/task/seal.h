/*
 * A message from task to task, sealed from end to end.
 *
 * A sealed message is a message of PVM's with an encoding of its own; its body is a row of
 * records (docs/records.md). What they carry, put together, is the message:
 *
 *     encoding 4, number n of fragments 4, their lengths 4 each, the fragments' data
 *
 * The fragments are kept because PVM's decoders go by them. Each record but the last has
 * CHUNK_LEN_MAX bytes of it; their packet numbers follow each other; the associated data
 * of each is, 4 bytes each, the source, the destination (of a group, what PVM sends to:
 * the source with bit 30), the tag, the context, the wait id, and the encoding of the sealed
 * message.
 * All integers are big-endian.
 *
 * A library that does not know these encodings says "Can't decode message" (PvmNoData or
 * PvmBadMsg), whatever it unpacks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_SEAL_H
#define SECPVM_SEAL_H

#include <stdbool.h>

#include "keys.h"
#include "libpvm.h"

/* The encodings of sealed messages: "s", "e", 0, and whom it is for. */
#define ENCODING_SEALED_FOR_TASK 0x73650001
#define ENCODING_SEALED_FOR_GROUP 0x73650002

bool message_is_sealed(const struct message *message);

/* Make a sealed message of `plain`, whose context is set, for `destination`. `plain` is
 * left as it is: programs send a buffer more than once. */
const char *message_seal(const struct message *plain, int destination, int tag,
                         enum stream stream, uint16_t suite, struct message **sealed);

/* Turn a sealed message that has been received into what was sent; tells its suite. Where a
 * message comes by a way that keeps the order, one that was sent before another that has
 * come so is refused. On failure `message` is good for nothing but to be freed. */
const char *message_open(struct message *message, bool in_order, uint16_t *suite);

#endif
