/*
 * The functions of libpvm that this library stands in front of.
 *
 *     pvm_mkbuf   takes encodings with a suite; pvm_initsend calls it
 *     mroute      every message that a task sends comes through it
 *     mesg_input  every message that a task receives, when it is complete
 *     read        tells by which socket it came
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <errno.h>
#include <limits.h>
#include <pvm3.h>
#include <stdio.h>

#include "keys.h"
#include "libpvm.h"
#include "marks.h"
#include "pace.h"
#include "policy.h"
#include "route_request.h"
#include "say.h"
#include "seal.h"

#define SUITE_SHIFT 8
#define BASE_MASK ((1 << SUITE_SHIFT) - 1)

/* Where a message came from. */
enum origin { ORIGIN_SELF, ORIGIN_DAEMON, ORIGIN_DIRECT };

/* The last piece that was read. */
static _Thread_local struct {
    int fd;
    const char *at;
} last_read;

/* Is this process within mroute? */
static int depth;

static bool is_suite(uint32_t number)
{
    secpvm_suite_info suite;
    size_t i;

    for (i = 0; secpvm_suite_at(i, &suite) == SECPVM_OK; i++)
        if (suite.id == number)
            return true;
    return false;
}

EXPORTED int pvm_mkbuf(int encoding)
{
    int suite = encoding >> SUITE_SHIFT;
    int mid;

    if (encoding < 0 || (suite != 0 && !is_suite((uint32_t)suite)))
        return next_mkbuf(encoding); /* which refuses it */
    libpvm_check();
    mid = next_mkbuf(encoding & BASE_MASK);
    if (mid > 0 && marks_set(mid, (uint16_t)suite) == -1) {
        libpvm_message_free(libpvm_message(mid));
        return PvmNoMem;
    }
    return mid;
}

/* ---- Sending -------------------------------------------------------------- */

/* The suite for a message, or MARK_NONE: it is not to be sealed. */
static const char *choose_suite(int mid, uint16_t *suite)
{
    *suite = marks_get(mid);
    if (*suite != MARK_NONE || policy_get() == PvmSecurityMarked)
        return NULL;
    return keys_suite(suite);
}

static enum stream choose_stream(int destination)
{
    if (depth > 0)
        return STREAM_REENTERED;
    if (tid_is_group(destination))
        return STREAM_GROUP;
    return libpvm_goes_direct(destination) ? STREAM_DIRECT : STREAM_DAEMONS;
}

/* Seal a message for a task or a group; *mid becomes the sealed one's, or stays. */
static const char *seal(int *mid, int destination, int tag, struct message **sealed)
{
    struct message *plain = libpvm_message(*mid);
    const char *reason;
    uint16_t suite;

    if (plain == NULL)
        return NULL;
    reason = choose_suite(*mid, &suite);
    if (reason != NULL || suite == MARK_NONE)
        return reason;
    reason = message_seal(plain, destination, tag, choose_stream(destination), suite, sealed);
    if (reason != NULL)
        return reason;
    /* What PVM notes in a buffer that was sent. */
    plain->destination = destination;
    plain->tag = tag;
    *mid = (*sealed)->mid;
    return NULL;
}

EXPORTED int mroute(int mid, int destination, int tag, struct timeval *wait)
{
    struct message *sealed = NULL;
    const char *reason = NULL;
    int result;

    libpvm_check();
    policy_register();
    if (mid > 0 && tag >= 0 && (tid_is_task(destination) || tid_is_group(destination)))
        reason = seal(&mid, destination, tag, &sealed);
    if (reason != NULL) {
        say("a message with tag %d for t%x was not sent: %s", tag, (unsigned)destination, reason);
        return PvmSysErr;
    }
    depth++;
    result = next_mroute(mid, destination, tag, wait);
    depth--;
    if (sealed != NULL)
        libpvm_message_free(sealed);
    return result;
}

/* ---- Receiving ------------------------------------------------------------ */

/* PVM reads a fragment into the buffer where it stays, and hands the message on at once
 * after its last one. A message that no socket has brought was made in this task. */
EXPORTED ssize_t read(int fd, void *buf, size_t len)
{
    /* PVM believes a length that stands in a header, and so can be negative. */
    if (len > SSIZE_MAX) {
        errno = EINVAL;
        return -1;
    }
    last_read.fd = fd;
    last_read.at = buf;
    return next_read(fd, buf, len);
}

static enum origin origin_of(const struct message *message)
{
    const struct fragment *last = message->fragments->previous;

    if (last == message->fragments || last_read.at < last->buffer
        || last_read.at >= last->buffer + last->capacity)
        return ORIGIN_SELF;
    if (libpvm_tid() <= 0 || last_read.fd == libpvm_daemon_socket())
        return ORIGIN_DAEMON;
    return ORIGIN_DIRECT;
}

/* Why a message that is not sealed can't be taken, or NULL. What is not from a task comes
 * from a daemon, which seals what passes between hosts; on a direct route anybody could
 * have written it. */
static const char *judge(const struct message *message)
{
    enum origin origin;
    bool is_own, is_pvms;

    if (policy_get() != PvmSecurityRequire)
        return NULL;
    origin = origin_of(message);
    is_own = origin == ORIGIN_SELF && message->source == libpvm_tid();
    is_pvms = origin != ORIGIN_DIRECT && (message->tag < 0 || tid_is_daemon(message->source));
    if (is_own || is_pvms)
        return NULL;
    return "it is not sealed";
}

/* Messages that were not taken, told at a bounded pace. */
static void tell_refused(const struct message *message, const char *reason)
{
    static struct pace pace;
    static uint64_t untold;
    uint64_t now_ms = pace_now_ms();

    untold++;
    pace_event(&pace, now_ms);
    if (!pace_due(&pace, now_ms))
        return;
    pace_written(&pace, now_ms);
    say("refused %llu message%s; the last, with tag %d from t%x: %s", (unsigned long long)untold,
        untold == 1 ? "" : "s", message->tag, (unsigned)message->source, reason);
    untold = 0;
}

__attribute__((destructor)) static void end(void)
{
    keys_wipe();
}

EXPORTED int mesg_input(struct message *message)
{
    uint16_t suite = MARK_NONE;
    const char *reason;

    libpvm_check();
    if (message_is_sealed(message))
        reason = message_open(message, &suite);
    else
        reason = judge(message);
    /* A buffer that is sent on is protected as it was. */
    if (reason == NULL && marks_set(message->mid, suite) == -1)
        reason = "no memory";
    if (reason != NULL) {
        tell_refused(message, reason);
        libpvm_message_free(message);
        return 0;
    }
    if (message->tag == TAG_CONREQ)
        route_request_restore(message);
    return next_mesg_input(message);
}
