/*
 * The functions of libpvm that this library stands in front of.
 *
 *     pvm_mkbuf   takes encodings with a suite; pvm_initsend calls it
 *     mroute      every message that a task sends comes through it
 *     mesg_input  every message that a task receives, when it is complete
 *     pvmendtask  pvm_exit calls it
 *
 * And sockets.c: read, write, listen.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <pvm3.h>
#include <stdio.h>

#include "../patch/header.h"
#include "group_server.h"
#include "keys.h"
#include "libpvm.h"
#include "marks.h"
#include "pace.h"
#include "policy.h"
#include "route_request.h"
#include "say.h"
#include "seal.h"
#include "sockets.h"

#define SUITE_SHIFT 8
#define BASE_MASK ((1 << SUITE_SHIFT) - 1)

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
    if (sockets_are_in_use())
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
    group_server_asked(destination, tag, plain->context);
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
    libpvm_find_routes();
    policy_register();
    if (mid > 0 && tag >= 0 && (tid_is_task(destination) || tid_is_group(destination)))
        reason = seal(&mid, destination, tag, &sealed);
    if (reason != NULL) {
        say("a message with tag %d for t%x was not sent: %s", tag, (unsigned)destination, reason);
        return PvmSysErr;
    }
    sockets_begin();
    result = next_mroute(mid, destination, tag, wait);
    sockets_end();
    if (sealed != NULL)
        libpvm_message_free(sealed);
    return result;
}

/* ---- Receiving ------------------------------------------------------------ */

/* Why a message that is not sealed can't be taken, or NULL. What is not from a task comes
 * from a daemon, which seals what passes between hosts; on a direct route anybody could
 * have written it. */
static const char *judge(const struct message *message, enum origin origin)
{
    bool is_own, is_pvms;

    if (policy_get() != PvmSecurityRequire)
        return NULL;
    is_own = origin == ORIGIN_SELF && message->source == libpvm_tid();
    is_pvms = origin != ORIGIN_DIRECT && (message->tag < 0 || tid_is_daemon(message->source));
    if (is_own || is_pvms)
        return NULL;
    return "it is not sealed";
}

/* On a route between hosts there is no task that does not seal. */
static bool is_plain_group_server(const struct message *message, enum origin origin)
{
    bool is_here = tid_host((uint32_t)message->source) == tid_host((uint32_t)libpvm_tid());

    return group_server_answers(message) && (origin == ORIGIN_DAEMON || is_here);
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

static int take_route_request(struct message *message)
{
    struct sockaddr_in address;
    int result;

    route_request_restore(message);
    libpvm_clear_ended_route(message->source);
    sockets_await(route_request_address(message, &address) ? &address : NULL);
    result = next_mesg_input(message);
    sockets_await(NULL);
    return result;
}

EXPORTED int mesg_input(struct message *message)
{
    enum origin origin = sockets_origin(message);
    uint16_t suite = MARK_NONE;
    const char *reason;

    libpvm_check();
    if (message_is_sealed(message))
        reason = message_open(message, origin == ORIGIN_DIRECT, &suite);
    else if (is_plain_group_server(message, origin))
        reason = group_server_refuse(message);
    else
        reason = judge(message, origin);
    /* A buffer that is sent on is protected as it was. */
    if (reason == NULL && marks_set(message->mid, suite) == -1)
        reason = "no memory";
    if (reason != NULL) {
        tell_refused(message, reason);
        libpvm_message_free(message);
        return 0;
    }
    if (message->tag == TAG_CONREQ)
        return take_route_request(message);
    return next_mesg_input(message);
}

/* ---- Leaving -------------------------------------------------------------- */

/* This process may be a task again: of another machine, and of the same number. */
EXPORTED int pvmendtask(void)
{
    keys_wipe();
    policy_forget();
    libpvm_forget();
    return next_endtask();
}

__attribute__((destructor)) static void end(void)
{
    keys_wipe();
}
