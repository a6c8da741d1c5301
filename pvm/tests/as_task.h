/*
 * For tests of messages that are sealed from task to task: this process is the task that sends
 * and the one that receives, the daemon that has the keys, and the libpvm in between. To be
 * linked with -rdynamic, as the library looks for that. Include it in one file only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_AS_TASK_H
#define SECPVM_AS_TASK_H

#include <stdlib.h>
#include <string.h>

#include "../patch/header.h"
#include "../task/seal.h"
#include "ask.h"
#include "check.h"

#define SENDER 0x40001
#define RECEIVER 0x80002
#define TAG 7
#define CONTEXT 5
#define WAIT_ID 3
#define SIGNATURE 0x00808080

#define AES_256_GCM 0x0001
#define BODY_LEN_MAX 1200000
#define PLENTY 1000000

/* ---- The libpvm that the library finds here ----------------------------------- */

int pvmmytid = SENDER;
int pvmmydsig = SIGNATURE;

struct message *umbuf_new(void);
int umbuf_free(struct message *message);
int pmsg_setenc(struct message *message, int encoding);
int pmsg_extend(struct message *message);
struct fragment *fr_new(int len);
void fr_unref(struct fragment *fragment);

/* What there is, and how much more may be had. */
static int alive, allowed = PLENTY;
static int fragment_len = 4080;

/* What happens while the library works: when it wants memory for the time that this says. */
static int happens_in;
static void (*event)(void);

static void *get(size_t len)
{
    void *got;

    if (happens_in > 0 && --happens_in == 0)
        event();
    if (allowed == 0)
        return NULL;
    allowed--;
    got = calloc(1, len);
    if (got == NULL)
        abort();
    alive++;
    return got;
}

static void give_back(void *what)
{
    free(what);
    alive--;
}

struct fragment *fr_new(int len)
{
    struct fragment *fragment = get(sizeof *fragment);

    if (fragment == NULL)
        return NULL;
    fragment->buffer = get((size_t)len);
    if (fragment->buffer == NULL) {
        give_back(fragment);
        return NULL;
    }
    fragment->data = fragment->buffer;
    fragment->capacity = len;
    return fragment;
}

void fr_unref(struct fragment *fragment)
{
    give_back(fragment->buffer);
    give_back(fragment);
}

struct message *umbuf_new(void)
{
    struct message *message = get(sizeof *message);
    struct fragment *first;

    if (message == NULL)
        return NULL;
    first = get(sizeof *first);
    if (first == NULL) {
        give_back(message);
        return NULL;
    }
    first->next = first->previous = first;
    message->fragments = first;
    return message;
}

int umbuf_free(struct message *message)
{
    struct fragment *first = message->fragments, *at = first->next, *next;

    for (; at != first; at = next) {
        next = at->next;
        fr_unref(at);
    }
    give_back(first);
    give_back(message);
    return 0;
}

int pmsg_setenc(struct message *message, int encoding)
{
    message->encoding = encoding;
    return 0;
}

static struct fragment *append(struct message *message, int room)
{
    struct fragment *fragment = fr_new(FRAGMENT_HEADROOM + room), *first = message->fragments;

    if (fragment == NULL)
        return NULL;
    fragment->data += FRAGMENT_HEADROOM;
    fragment->next = first;
    fragment->previous = first->previous;
    first->previous->next = fragment;
    first->previous = fragment;
    return fragment;
}

int pmsg_extend(struct message *message)
{
    return append(message, fragment_len) == NULL ? -1 : 0;
}

/* ---- The daemon, in place of ask.c ------------------------------------------------ */

static uint8_t machine = 1;
static uint32_t epoch;
static bool daemon_is_there = true;

const char *ask_daemon(enum service_kind kind, const uint8_t *arguments, size_t len,
                       uint8_t *result, size_t result_len)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {machine};
    uint32_t wanted = len == 4 ? get_u32(arguments) : epoch;

    if (!daemon_is_there || kind != SERVICE_TASK_SESSION || result_len != SECPVM_SESSION_LEN)
        return "no daemon";
    if (wanted > epoch)
        return "no such epoch";
    put_u32(entropy + 1, wanted);
    if (secpvm_session_generate(AES_256_GCM, entropy, result) != SECPVM_OK)
        abort();
    put_u32(result + 32, wanted);
    return NULL;
}

/* ---- Messages -------------------------------------------------------------------- */

/* A message as it passes from one task to the other. */
struct sent {
    int encoding, source, tag, context, wait_id;
    size_t len;
    uint8_t body[BODY_LEN_MAX];
};

/* A message with `count` fragments of these lengths. */
static struct message *plain_message(int encoding, const int *lengths, size_t count)
{
    struct message *message = umbuf_new();
    struct fragment *fragment;
    size_t i;
    int at;

    message->encoding = encoding;
    message->context = CONTEXT;
    message->wait_id = WAIT_ID;
    for (i = 0; i < count; i++) {
        fragment = append(message, lengths[i]);
        fragment->len = lengths[i];
        for (at = 0; at < lengths[i]; at++)
            fragment->data[at] = (char)(at * 31 + (int)i);
    }
    return message;
}

static void flatten(const struct message *message, struct sent *to)
{
    const struct fragment *at;

    to->encoding = message->encoding;
    to->source = message->source;
    to->tag = message->tag;
    to->context = message->context;
    to->wait_id = message->wait_id;
    to->len = 0;
    for (at = message->fragments->next; at != message->fragments; at = at->next) {
        if (to->len + (size_t)at->len > sizeof to->body)
            abort();
        memcpy(to->body + to->len, at->data, (size_t)at->len);
        to->len += (size_t)at->len;
    }
}

static inline const char *send_suite(const struct message *plain, int destination, uint16_t suite,
                              struct sent *to)
{
    struct message *sealed = NULL;
    const char *reason;

    pvmmytid = SENDER;
    reason = message_seal(plain, destination, TAG, STREAM_DAEMONS, suite, &sealed);
    if (reason != NULL)
        return reason;
    flatten(sealed, to);
    umbuf_free(sealed);
    return NULL;
}

/* A message of one fragment, sealed for RECEIVER. */
static inline void send_len(int len, struct sent *to)
{
    struct message *plain = plain_message(ENCODING_XDR, &len, 1);

    if (send_suite(plain, RECEIVER, AES_256_GCM, to) != NULL)
        abort();
    umbuf_free(plain);
}

/* What `tid` receives, in fragments of `piece` bytes. */
static struct message *arrived(const struct sent *from, size_t piece)
{
    struct message *message = umbuf_new();
    struct fragment *fragment;
    size_t at;

    message->encoding = from->encoding;
    message->source = from->source;
    message->tag = from->tag;
    message->context = from->context;
    message->wait_id = from->wait_id;
    message->destination = 0x7777; /* somebody has altered it */
    for (at = 0; at < from->len; at += piece) {
        if (piece > from->len - at)
            piece = from->len - at;
        fragment = append(message, (int)piece);
        fragment->len = (int)piece;
        memcpy(fragment->data, from->body + at, piece);
    }
    return message;
}

/* Is it refused, and is then nothing left of it? */
static inline bool refused_by(int tid, const struct sent *from, bool in_order)
{
    int before = alive;
    struct message *message = arrived(from, 1000);
    uint16_t suite;
    const char *reason;

    pvmmytid = tid;
    reason = message_open(message, in_order, &suite);
    umbuf_free(message);
    return reason != NULL && alive == before;
}

static inline bool refused(const struct sent *from)
{
    return refused_by(RECEIVER, from, false);
}

static inline bool taken(const struct sent *from)
{
    return !refused(from);
}

static inline bool is_same(const struct message *a, const struct message *b)
{
    const struct fragment *at = a->fragments->next, *other_at = b->fragments->next;

    for (; at != a->fragments && other_at != b->fragments;
         at = at->next, other_at = other_at->next)
        if (at->len != other_at->len || memcmp(at->data, other_at->data, (size_t)at->len) != 0)
            return false;
    return at == a->fragments && other_at == b->fragments;
}

#endif
