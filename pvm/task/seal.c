/*
 * A message from task to task: see seal.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "seal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../patch/header.h"

#define NO_MEMORY "no memory"
#define BROKEN "it is broken"

/* Encoding and number of fragments. */
#define FRONT_LEN 8

/* The record that is being filled or emptied: what is in it stands in a buffer of the
 * program's as well, so it is not wiped. libpvm is not for threads, nor is this. */
static uint8_t record[RECORD_LEN_MAX];
static uint8_t *const chunk = record + SECPVM_RECORD_HEADER_LEN;

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
    put_u32(associated + 16, (uint32_t)message->encoding);
}

/* ---- Sealing -------------------------------------------------------------- */

struct sealing {
    struct message *to;
    enum stream stream;
    uint16_t suite;
    uint8_t associated[ASSOCIATED_LEN];
    size_t filled; /* of the chunk */
};

/* Append bytes to the message as PVM itself does: in fragments of the user's size. */
static const char *append(struct message *message, const uint8_t *bytes, size_t len)
{
    struct fragment *last = message->fragments->previous;
    size_t room;

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

static const char *seal_chunk(struct sealing *sealing)
{
    size_t record_len;
    const char *reason = keys_seal(sealing->stream, sealing->suite, sealing->associated, record,
                                   sealing->filled, &record_len);

    if (reason != NULL)
        return reason;
    sealing->filled = 0;
    return append(sealing->to, record, record_len);
}

/* A full chunk is sealed when more follows: the last one may be full, and is never empty. */
static const char *put(struct sealing *sealing, const void *bytes, size_t len)
{
    const uint8_t *from = bytes;
    const char *reason;
    size_t piece;

    while (len > 0) {
        if (sealing->filled == CHUNK_LEN_MAX) {
            reason = seal_chunk(sealing);
            if (reason != NULL)
                return reason;
        }
        piece = CHUNK_LEN_MAX - sealing->filled;
        if (piece > len)
            piece = len;
        memcpy(chunk + sealing->filled, from, piece);
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
    return reason != NULL ? reason : seal_chunk(sealing);
}

const char *message_seal(const struct message *plain, int destination, int tag,
                         enum stream stream, uint16_t suite, struct message **sealed)
{
    struct sealing sealing = {.stream = stream, .suite = suite};
    struct message *message = libpvm_message_new();
    const char *reason;

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

/* ---- Opening -------------------------------------------------------------- */

struct opening {
    const struct fragment *end, *at; /* where the next bytes of the body are */
    size_t at_offset;
    size_t sealed_left; /* of the body */
    uint8_t associated[ASSOCIATED_LEN];
    secpvm_record_header previous;
    bool is_first;
    size_t chunk_len, chunk_taken;
};

/* Move bytes of the body into the record. */
static void gather(struct opening *opening, size_t len)
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

static const char *open_chunk(struct opening *opening)
{
    size_t len = opening->sealed_left < RECORD_LEN_MAX ? opening->sealed_left : RECORD_LEN_MAX;
    secpvm_record_header header;
    const char *reason;

    if (len == 0)
        return BROKEN;
    gather(opening, len);
    reason = keys_open(opening->associated, record, len, &header, &opening->chunk_len);
    if (reason != NULL)
        return reason;
    if (!opening->is_first
        && (header.sender != opening->previous.sender || header.epoch != opening->previous.epoch
            || header.suite_id != opening->previous.suite_id
            || header.packet_number != opening->previous.packet_number + 1))
        return "its parts are of several messages";
    opening->previous = header;
    opening->is_first = false;
    opening->chunk_taken = 0;
    return NULL;
}

static const char *take(struct opening *opening, void *bytes, size_t len)
{
    uint8_t *to = bytes;
    const char *reason;
    size_t piece;

    while (len > 0) {
        if (opening->chunk_taken == opening->chunk_len) {
            reason = open_chunk(opening);
            if (reason != NULL)
                return reason;
        }
        piece = opening->chunk_len - opening->chunk_taken;
        if (piece > len)
            piece = len;
        memcpy(to, chunk + opening->chunk_taken, piece);
        opening->chunk_taken += piece;
        to += piece;
        len -= piece;
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

static void link_last(struct fragment *first, struct fragment *fragment)
{
    fragment->next = first;
    fragment->previous = first->previous;
    first->previous->next = fragment;
    first->previous = fragment;
}

static void unlink_and_free(struct fragment *fragment)
{
    fragment->previous->next = fragment->next;
    fragment->next->previous = fragment->previous;
    fragment->next = fragment->previous = NULL;
    libpvm_fragment_free(fragment);
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
        if (len > opening->sealed_left + opening->chunk_len)
            return BROKEN;
        fragment = libpvm_fragment_new((int)len);
        if (fragment == NULL)
            return NO_MEMORY;
        link_last(message->fragments, fragment);
        message->len += (int)len;
        reason = take(opening, fragment->data, len);
        if (reason != NULL)
            return reason;
    }
    if (opening->sealed_left != 0 || opening->chunk_taken != opening->chunk_len)
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
    if (count > (opening->sealed_left + opening->chunk_len) / 4)
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

const char *message_open(struct message *message, uint16_t *suite)
{
    struct opening opening = {.is_first = true};
    size_t sealed_count;
    const char *reason;

    opening.sealed_left = body_len(message, &sealed_count);
    if (opening.sealed_left == SIZE_MAX)
        return BROKEN;
    opening.end = message->fragments;
    opening.at = message->fragments->next;
    associate(message,
              message->encoding == ENCODING_SEALED_FOR_GROUP ? message->source | 0x40000000
                                                             : libpvm_tid(),
              opening.associated);
    reason = open_body(&opening, message);
    if (reason != NULL)
        return reason;
    *suite = opening.previous.suite_id;
    while (sealed_count-- > 0)
        unlink_and_free(message->fragments->next);
    return NULL;
}
