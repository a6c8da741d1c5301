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
#include "line.h"
#include "path.h"
#include "say.h"
#include "slave.h"

/* The initiator sends at once, and a plain master never. Afterwards both ends only
 * compute. */
#define MESSAGE_MS 2000

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

static secpvm_status read_message(secpvm_join *join, const struct line *line,
                                  struct grant *grant)
{
    if (line->number == LINE_LAST)
        return secpvm_join_read_member_key(join, line->message, line->message_len,
                                           grant->member_key);
    return secpvm_join_read(join, line->message, line->message_len);
}

/* Receive the message `number`; the last one completes `grant`. NULL, or the reason why
 * it is none. */
static const char *receive(secpvm_join *join, int number, struct grant *grant)
{
    char text[LINE_CAP];
    struct line line;
    const char *reason = NULL;
    int64_t deadline_ms = channel_now_ms() + MESSAGE_MS;
    enum channel_result result;

    /* The first line may be PVM_VMID=..., which a plain master's pvmd' writes. */
    result = channel_read_line(STDIN_FILENO, deadline_ms, text, sizeof text);
    line_parse(text, &line);
    if (result == CHANNEL_OK && line.kind == LINE_MESSAGE && line.number == number) {
        if (read_message(join, &line, grant) != SECPVM_OK)
            reason = "the join failed: the other end does not have the same command or secret";
    } else if (number == 1) {
        reason = "the master is a plain pvmd: it does not begin a join";
    } else if (result == CHANNEL_TIMEOUT || result == CHANNEL_END) {
        reason = "the master does not go on with the join";
    } else {
        reason = "the master sends something else than a join";
    }
    secpvm_wipe(&line, sizeof line);
    secpvm_wipe(text, sizeof text);
    return reason;
}

static const char *answer(secpvm_join *join, int number)
{
    uint8_t message[SECPVM_JOIN_MESSAGE_LEN_MAX];
    size_t message_len, text_len;
    char text[LINE_CAP];
    secpvm_status status;

    status = secpvm_join_write(join, message, sizeof message, &message_len);
    if (status != SECPVM_OK)
        return secpvm_strerror(status);
    text_len = line_format(number, message, message_len, text);
    if (channel_write(STDOUT_FILENO, text, text_len) == -1)
        return "the master has closed the channel";
    return NULL;
}

/* All messages. NULL and the grant, or the reason. */
static const char *talk(const char *context, struct grant *grant)
{
    uint8_t entropy[SECPVM_JOIN_RESPONDER_ENTROPY_LEN];
    secpvm_join *join;
    secpvm_status status;
    const char *reason;

    entropy_fill(entropy, sizeof entropy);
    status = secpvm_join_responder_new((const uint8_t *)context, strlen(context), entropy, &join);
    secpvm_wipe(entropy, sizeof entropy);
    if (status != SECPVM_OK)
        return secpvm_strerror(status);
    reason = receive(join, 1, grant);
    if (reason == NULL)
        reason = answer(join, 2);
    if (reason == NULL)
        reason = receive(join, 3, grant);
    if (reason == NULL)
        reason = answer(join, 4);
    if (reason == NULL)
        reason = receive(join, LINE_LAST, grant);
    if (reason == NULL) {
        status = secpvm_join_finish(join, grant->session);
        if (status != SECPVM_OK)
            reason = secpvm_strerror(status);
    }
    secpvm_join_free(join);
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
