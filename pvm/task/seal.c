/*
 * A message from task to task: see seal.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "seal.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../patch/header.h"

#define NO_MEMORY "no memory"
#define BROKEN "it is broken"
#define IN_USE "another thread or a signal handler is about a message"
#define TOO_LONG "it is longer than PVM can count"

/* Encoding and number of fragments. */
#define FRONT_LEN 8

/* Records that are sealed or opened at once: as many as keyed MD5 takes side by side on
 * the widest registers. */
#define BATCH 16

/* The records that are being filled or emptied: what is in them stands in a buffer of the
 * program's as well, so they are not wiped. */
static uint8_t records[BATCH][RECORD_LEN_MAX];

/* libpvm is not for threads, nor for signal handlers that interrupt it, nor is this: but
 * no message is to go out with what belongs to another. */
static atomic_flag records_are_in_use = ATOMIC_FLAG_INIT;

static uint8_t *chunk(size_t i)
{
    return records[i] + SECPVM_RECORD_HEADER_LEN;
}

bool message_is_sealed(const struct message *message)
{
    return message->encoding == ENCODING_SEALED_FOR_TASK
           || message->encoding == ENCODING_SEALED_FOR_GROUP;
}

static void associate(const struct message *message, int destination,
                      uint8_t associated[ASSOCIATED_LEN])
{
    put_u32(associated, (uint32_t)message->source);
    put_u32(associated + 4, (uint32_t)destination);
    put_u32(associated + 8, (uint32_t)message->tag);
    put_u32(associated + 12, (uint32_t)message->context);
    put_u32(associated + 16, (uint32_t)message->wait_id);
    put_u32(associated + 20, (uint32_t)message->encoding);
}

/* ---- Sealing -------------------------------------------------------------- */

struct sealing {
    struct message *to;
    secpvm_sealer *sealer;
    uint8_t associated[ASSOCIATED_LEN];
    size_t full;   /* chunks */
    size_t filled; /* of the chunk behind them */
};

/* Append bytes to the message as PVM itself does: in fragments of the user's size. */
static const char *append(struct message *message, const uint8_t *bytes, size_t len)
{
    struct fragment *last = message->fragments->previous;
    size_t room;

    if (len > (size_t)(INT_MAX - message->len))
        return TOO_LONG;
    while (len > 0) {
        room = 0;
        if (last != message->fragments)
            room = (size_t)(last->capacity - last->len - (int)(last->data - last->buffer));
        if (room == 0) {
            last = libpvm_extend(message);
            if (last == NULL)
                return NO_MEMORY;
            continue;
        }
        if (room > len)
            room = len;
        memcpy(last->data + last->len, bytes, room);
        last->len += (int)room;
        message->len += (int)room;
        bytes += room;
        len -= room;
    }
    return NULL;
}

/* Seal the chunks, and append the records. */
static const char *seal_batch(struct sealing *sealing)
{
    size_t count = sealing->full + (sealing->filled > 0 ? 1 : 0);
    secpvm_outgoing batch[BATCH];
    const char *reason = NULL;
    secpvm_status status;
    size_t i;

    for (i = 0; i < count; i++)
        batch[i] = (secpvm_outgoing){
            .associated_data = sealing->associated,
            .associated_data_len = ASSOCIATED_LEN,
            .buf = records[i],
            .buf_len = RECORD_LEN_MAX,
            .plaintext_len = i < sealing->full ? CHUNK_LEN_MAX : sealing->filled,
        };
    status = secpvm_sealer_seal_batch(sealing->sealer, batch, count);
    if (status != SECPVM_OK)
        return secpvm_strerror(status);
    for (i = 0; i < count && reason == NULL; i++)
        reason = batch[i].status != SECPVM_OK
                     ? secpvm_strerror(batch[i].status)
                     : append(sealing->to, records[i], batch[i].record_len);
    sealing->full = sealing->filled = 0;
    return reason;
}

/* A chunk counts as full when more follows: the last one may be full, and is never empty. */
static const char *put(struct sealing *sealing, const void *bytes, size_t len)
{
    const uint8_t *from = bytes;
    const char *reason;
    size_t piece;

    while (len > 0) {
        if (sealing->filled == CHUNK_LEN_MAX) {
            sealing->full++;
            sealing->filled = 0;
        }
        if (sealing->full == BATCH) {
            reason = seal_batch(sealing);
            if (reason != NULL)
                return reason;
        }
        piece = CHUNK_LEN_MAX - sealing->filled;
        if (piece > len)
            piece = len;
        memcpy(chunk(sealing->full) + sealing->filled, from, piece);
        sealing->filled += piece;
        from += piece;
        len -= piece;
    }
    return NULL;
}

static const char *put_number(struct sealing *sealing, uint32_t number)
{
    uint8_t bytes[4];

    put_u32(bytes, number);
    return put(sealing, bytes, sizeof bytes);
}

static const char *put_message(struct sealing *sealing, const struct message *plain)
{
    const struct fragment *first = plain->fragments, *at;
    uint32_t count = 0;
    const char *reason;

    for (at = first->next; at != first; at = at->next)
        count++;
    reason = put_number(sealing, (uint32_t)(plain->encoding == ENCODING_IN_PLACE
                                                ? libpvm_signature()
                                                : plain->encoding));
    if (reason == NULL)
        reason = put_number(sealing, count);
    for (at = first->next; at != first && reason == NULL; at = at->next)
        reason = put_number(sealing, (uint32_t)at->len);
    for (at = first->next; at != first && reason == NULL; at = at->next)
        reason = put(sealing, at->data, (size_t)at->len);
    return reason != NULL ? reason : seal_batch(sealing);
}

static const char *make_sealed(const struct message *plain, int destination, int tag,
                               enum stream stream, uint16_t suite, struct message **sealed)
{
    struct sealing sealing = {0};
    const char *reason = keys_sealer(stream, suite, &sealing.sealer);
    struct message *message;

    if (reason != NULL)
        return reason;
    message = libpvm_message_new();
    if (message == NULL)
        return NO_MEMORY;
    libpvm_set_encoding(message, tid_is_group(destination) ? ENCODING_SEALED_FOR_GROUP
                                                           : ENCODING_SEALED_FOR_TASK);
    message->source = libpvm_tid();
    message->tag = tag;
    message->context = plain->context;
    message->wait_id = plain->wait_id;
    sealing.to = message;
    associate(message, destination, sealing.associated);
    reason = put_message(&sealing, plain);
    if (reason != NULL) {
        libpvm_message_free(message);
        return reason;
    }
    *sealed = message;
    return NULL;
}

const char *message_seal(const struct message *plain, int destination, int tag,
                         enum stream stream, uint16_t suite, struct message **sealed)
{
    const char *reason;

    if (atomic_flag_test_and_set(&records_are_in_use))
        return IN_USE;
    reason = make_sealed(plain, destination, tag, stream, suite, sealed);
    atomic_flag_clear(&records_are_in_use);
    return reason;
}

/* ---- Opening -------------------------------------------------------------- */

struct opening {
    const struct fragment *end, *at; /* where the next bytes of the body are */
    size_t at_offset;
    size_t sealed_left; /* of the body */
    uint8_t associated[ASSOCIATED_LEN];
    secpvm_opener *opener;         /* NULL before the first record */
    secpvm_record_header previous; /* of the last record */
    secpvm_incoming batch[BATCH];
    size_t record, taken; /* of the batch, and of that record's chunk */
    size_t opened_left;   /* of the batch */
};

/* Move bytes of the body into a record. */
static void gather(struct opening *opening, uint8_t *record, size_t len)
{
    size_t done = 0, piece;

    while (done < len && opening->at != opening->end) {
        piece = (size_t)opening->at->len - opening->at_offset;
        if (piece > len - done)
            piece = len - done;
        memcpy(record + done, opening->at->data + opening->at_offset, piece);
        done += piece;
        opening->at_offset += piece;
        if (opening->at_offset == (size_t)opening->at->len) {
            opening->at = opening->at->next;
            opening->at_offset = 0;
        }
    }
    opening->sealed_left -= len;
}

/* Fill the batch with the next records of the body; how many. */
static size_t gather_batch(struct opening *opening)
{
    size_t count = 0, len;

    for (; count < BATCH && opening->sealed_left > 0; count++) {
        len = opening->sealed_left < RECORD_LEN_MAX ? opening->sealed_left : RECORD_LEN_MAX;
        gather(opening, records[count], len);
        opening->batch[count] = (secpvm_incoming){
            .associated_data = opening->associated,
            .associated_data_len = ASSOCIATED_LEN,
            .record = records[count],
            .record_len = len,
        };
    }
    return count;
}

/* The opener for the message, from its first record. */
static const char *find_opener(struct opening *opening)
{
    const secpvm_incoming *first = &opening->batch[0];
    secpvm_status status
        = secpvm_record_parse(first->record, first->record_len, &opening->previous);

    if (status != SECPVM_OK)
        return secpvm_strerror(status);
    opening->previous.packet_number--;
    return keys_opener(opening->associated, &opening->previous, &opening->opener);
}

/* Is this record the next one of the message? */
static const char *check_next(struct opening *opening, const secpvm_incoming *record)
{
    if (record->status != SECPVM_OK)
        return secpvm_strerror(record->status);
    if (record->plaintext_len == 0)
        return BROKEN;
    if (record->header.sender != opening->previous.sender
        || record->header.packet_number != opening->previous.packet_number + 1)
        return "its parts are of several messages";
    opening->previous = record->header;
    opening->opened_left += record->plaintext_len;
    return NULL;
}

static const char *open_batch(struct opening *opening)
{
    size_t count = gather_batch(opening), i;
    const char *reason = NULL;
    secpvm_status status;

    if (count == 0)
        return BROKEN;
    if (opening->opener == NULL)
        reason = find_opener(opening);
    if (reason != NULL)
        return reason;
    status = secpvm_opener_open_batch(opening->opener, opening->batch, count);
    if (status != SECPVM_OK)
        return secpvm_strerror(status);
    for (i = 0; i < count && reason == NULL; i++)
        reason = check_next(opening, &opening->batch[i]);
    opening->record = opening->taken = 0;
    return reason;
}

static const char *take(struct opening *opening, void *bytes, size_t len)
{
    uint8_t *to = bytes;
    const char *reason;
    size_t piece;

    while (len > 0) {
        if (opening->opened_left == 0) {
            reason = open_batch(opening);
            if (reason != NULL)
                return reason;
        }
        piece = opening->batch[opening->record].plaintext_len - opening->taken;
        if (piece > len)
            piece = len;
        memcpy(to, chunk(opening->record) + opening->taken, piece);
        opening->taken += piece;
        opening->opened_left -= piece;
        to += piece;
        len -= piece;
        if (opening->taken == opening->batch[opening->record].plaintext_len) {
            opening->record++;
            opening->taken = 0;
        }
    }
    return NULL;
}

static const char *take_number(struct opening *opening, uint32_t *number)
{
    uint8_t bytes[4];
    const char *reason = take(opening, bytes, sizeof bytes);

    if (reason == NULL)
        *number = get_u32(bytes);
    return reason;
}

/* Append the plain fragments, behind the sealed ones. */
static const char *take_fragments(struct opening *opening, struct message *message,
                                  uint32_t count, const uint8_t *lengths)
{
    struct fragment *fragment;
    const char *reason;
    uint32_t i, len;

    message->len = 0;
    for (i = 0; i < count; i++) {
        len = get_u32(lengths + (size_t)4 * i);
        if (len > opening->sealed_left + opening->opened_left)
            return BROKEN;
        fragment = libpvm_fragment_new((int)len);
        if (fragment == NULL)
            return NO_MEMORY;
        libpvm_append(message, fragment);
        message->len += (int)len;
        reason = take(opening, fragment->data, len);
        if (reason != NULL)
            return reason;
    }
    if (opening->sealed_left != 0 || opening->opened_left != 0)
        return BROKEN;
    return NULL;
}

static const char *open_body(struct opening *opening, struct message *message)
{
    uint32_t encoding, count;
    uint8_t *lengths;
    const char *reason = take_number(opening, &encoding);

    if (reason == NULL)
        reason = take_number(opening, &count);
    if (reason != NULL)
        return reason;
    if (count > (opening->sealed_left + opening->opened_left) / 4)
        return BROKEN;
    lengths = malloc((size_t)4 * count + 1);
    if (lengths == NULL)
        return NO_MEMORY;
    reason = take(opening, lengths, (size_t)4 * count);
    if (reason == NULL)
        reason = take_fragments(opening, message, count, lengths);
    free(lengths);
    if (reason == NULL)
        libpvm_set_encoding(message, (int)encoding);
    return reason;
}

/* The length of the body; SIZE_MAX if a fragment has none, as a forged header can do. */
static size_t body_len(const struct message *message, size_t *count)
{
    const struct fragment *at;
    size_t len = 0;

    *count = 0;
    for (at = message->fragments->next; at != message->fragments; at = at->next) {
        if (at->len < 0)
            return SIZE_MAX;
        len += (size_t)at->len;
        *count += 1;
    }
    return len <= INT_MAX ? len : SIZE_MAX;
}

const char *message_open(struct message *message, bool in_order, uint16_t *suite)
{
    struct opening opening = {0};
    size_t sealed_count;
    const char *reason;

    opening.sealed_left = body_len(message, &sealed_count);
    if (opening.sealed_left == SIZE_MAX)
        return BROKEN;
    opening.end = message->fragments;
    opening.at = message->fragments->next;
    /* Not as PVM's header says, which nobody has sealed. */
    message->destination = message->encoding == ENCODING_SEALED_FOR_GROUP
                               ? message->source | 0x40000000
                               : libpvm_tid();
    associate(message, message->destination, opening.associated);
    if (atomic_flag_test_and_set(&records_are_in_use))
        return IN_USE;
    reason = open_body(&opening, message);
    atomic_flag_clear(&records_are_in_use);
    if (reason == NULL && in_order)
        reason = keys_check_order(&opening.previous);
    if (reason != NULL)
        return reason;
    *suite = opening.previous.suite_id;
    while (sealed_count-- > 0)
        libpvm_remove_first(message);
    return NULL;
}
