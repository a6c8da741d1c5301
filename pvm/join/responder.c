/*
 * The end of a join on the new host: see responder.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "responder.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "context.h"
#include "entropy.h"
#include "handoff.h"
#include "keys.h"
#include "line.h"
#include "messages.h"
#include "path.h"
#include "say.h"
#include "slave.h"

/* The initiator sends at once, and a plain master never. Afterwards both ends only
 * compute. */
#define MESSAGE_MS 2000

static const char differs[]
    = "the join failed: the other end does not have the same command or secret";

/* Tell both the user and the other end why this fails. */
static int fail(const char *reason)
{
    char text[LINE_CAP];
    int len = snprintf(text, sizeof text, "secpvm-join error %s\n", reason);

    if (len > 0 && len < (int)sizeof text)
        (void)channel_write(STDOUT_FILENO, text, (size_t)len);
    say("%s", reason);
    return 1;
}

/* Read the line of message `number`. NULL, or the reason why it is none. */
static const char *receive_line(int number, struct line *line)
{
    char text[LINE_CAP];
    const char *reason = NULL;
    int64_t deadline_ms = channel_now_ms() + MESSAGE_MS;
    enum channel_result result;

    /* The first line may be PVM_VMID=..., which a plain master's pvmd' writes. */
    result = channel_read_line(STDIN_FILENO, deadline_ms, text, sizeof text);
    line_parse(text, line);
    secpvm_wipe(text, sizeof text);
    if (result == CHANNEL_OK && line->kind == LINE_MESSAGE && line->number == number)
        reason = NULL;
    else if (line->kind == LINE_OTHER_VERSION)
        reason = "the master's secpvm joins in a way that is not known here: another version?";
    else if (number == 1)
        reason = "the master is a plain pvmd: it does not begin a join";
    else if (result == CHANNEL_TIMEOUT || result == CHANNEL_END)
        reason = "the master does not go on with the join";
    else
        reason = "the master sends something else than a join";
    return reason;
}

/* The reason why message 1 could not be read: most likely it is made for another key. */
static const char *explain_key(const uint8_t own[SECPVM_NOISE_KEY_LEN])
{
    static char reason[REASON_CAP];
    char fingerprint[FINGERPRINT_CAP];
    uint8_t public_key[SECPVM_NOISE_KEY_LEN];

    if (keys_public(own, public_key) != SECPVM_OK)
        return differs;
    keys_fingerprint(public_key, fingerprint);
    (void)snprintf(reason, sizeof reason,
                   ABOUT_KEY "is %s: the join is for another, or altered; if it was changed, "
                             "`secpvm keygen --show` on this host prints it for the master",
                   fingerprint);
    return reason;
}

/* Begin by static keys, with message 1. NULL, or the reason. */
static const char *begin_keyed(struct messages *messages, const char *context,
                               const struct line *line)
{
    static char reason[REASON_CAP];
    uint8_t own[SECPVM_NOISE_KEY_LEN], master[SECPVM_NOISE_KEY_LEN];
    const char *failed = NULL;

    if (keys_read_own(own, reason) == -1)
        return reason;
    if (messages_responder_keyed(messages, context, own) != SECPVM_OK)
        failed = "no memory";
    else if (messages_read(messages, 1, line->message, line->message_len) != SECPVM_OK)
        failed = explain_key(own);
    else if (messages_peer(messages, master) != SECPVM_OK
             || keys_check_master(master, reason) == -1)
        failed = reason;
    secpvm_wipe(own, sizeof own);
    return failed;
}

/* Begin by trust in the channel, with message 1. NULL, or the reason. */
static const char *begin_by_channel(struct messages *messages, const char *context,
                                    const struct line *line)
{
    if (keys_lists_masters())
        return "this host takes joins by static keys only, because it lists known-masters (or has "
               "no HOME): start the machine with secpvm --keys";
    if (messages_responder(messages, context) != SECPVM_OK)
        return "no memory";
    if (messages_read(messages, 1, line->message, line->message_len) != SECPVM_OK)
        return differs;
    return NULL;
}

/* Receive message 1, which says what the join is authenticated by. */
static const char *receive_first(struct messages *messages, const char *context)
{
    struct line line;
    const char *reason = receive_line(1, &line);

    if (reason == NULL)
        reason = line.version == MESSAGES_KEYS ? begin_keyed(messages, context, &line)
                                               : begin_by_channel(messages, context, &line);
    secpvm_wipe(&line, sizeof line);
    return reason;
}

/* Receive a part of the grant, with message `number`. */
static const char *receive_part(struct messages *messages, int number)
{
    struct line line;
    const char *reason = receive_line(number, &line);

    if (reason == NULL && line.version != (int)messages->version)
        reason = "the master sends something else than a join";
    else if (reason == NULL
             && messages_read(messages, number, line.message, line.message_len) != SECPVM_OK)
        reason = differs;
    secpvm_wipe(&line, sizeof line);
    return reason;
}

static const char *answer(struct messages *messages, int number)
{
    uint8_t message[MESSAGES_LEN_MAX];
    size_t message_len, text_len;
    char text[LINE_CAP];
    secpvm_status status;

    status = messages_write(messages, number, message, &message_len);
    if (status != SECPVM_OK)
        return secpvm_strerror(status);
    text_len = line_format((int)messages->version, number, message, message_len, text);
    if (channel_write(STDOUT_FILENO, text, text_len) == -1)
        return "the master has closed the channel";
    return NULL;
}

/* All messages. NULL and the grant, or the reason. */
static const char *talk(const char *context, struct grant *grant)
{
    struct messages messages = {0};
    const char *reason = receive_first(&messages, context);

    if (reason == NULL)
        reason = answer(&messages, 2);
    if (reason == NULL)
        reason = receive_part(&messages, 3);
    if (reason == NULL)
        reason = answer(&messages, 4);
    if (reason == NULL)
        reason = receive_part(&messages, MESSAGES_LAST);
    if (reason == NULL && messages_finish(&messages, grant) != SECPVM_OK)
        reason = differs;
    messages_free(&messages);
    return reason;
}

int responder(const struct mode *mode, int count, char *const command[])
{
    char context[CONTEXT_CAP];
    char patch[PATH_CAP];
    struct grant grant;
    const char *reason;

    if (context_of_arguments(mode, count, command, context) == -1)
        return fail("the command to join with is not one that starts a slave pvmd");
    reason = slave_find_patch(patch);
    if (reason == NULL)
        reason = talk(context, &grant);
    if (reason == NULL)
        reason = handoff_give(&grant);
    secpvm_wipe(&grant, sizeof grant);
    if (reason == NULL)
        reason = slave_prepare(patch, mode);
    if (reason != NULL)
        return fail(reason);
    return slave_execute(command);
}
