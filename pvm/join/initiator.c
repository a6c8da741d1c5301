/*
 * The end of a join on the master's host: see initiator.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "initiator.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "context.h"
#include "entropy.h"
#include "handoff.h"
#include "line.h"
#include "path.h"
#include "relay.h"
#include "rsh.h"
#include "say.h"

/* The first answer has to wait for the connection and the login; PVM gives up after
 * 60 s. Afterwards both ends only compute. */
#define FIRST_ANSWER_MS 30000
#define NEXT_ANSWER_MS 2000

/* The most that may come before the first answer, such as a message of the day. */
#define PREAMBLE_LEN_MAX 65536

/* What a shell says when the program is missing or may not be executed. */
#define EXIT_NOT_FOUND 127
#define EXIT_NOT_EXECUTABLE 126

struct start {
    const char *host;
    const struct mode *mode;
    char context[CONTEXT_CAP];
    const char *remote_join;
    struct rsh rsh;
    secpvm_join *join;
    uint8_t member_key[SECPVM_MEMBER_KEY_LEN]; /* until it is sent */
};

/* It has been said why. PVM knows of the failure as soon as our output ends. */
static void give_up(struct start *start)
{
    close(STDOUT_FILENO);
    (void)rsh_end(&start->rsh);
}

/* The remote shell ended before the join did: say what its exit status tells. */
static void explain_end(struct start *start)
{
    int code = rsh_end(&start->rsh);

    if (code == EXIT_NOT_FOUND || code == EXIT_NOT_EXECUTABLE)
        say("host %s: secpvm-join was not found there (%s); set SECPVM_DPATH", start->host,
            start->remote_join);
    else
        say("host %s: the remote shell ended, exit status %d, before the join; if it did "
            "connect, is secpvm-join there (%s)? set SECPVM_DPATH",
            start->host, code, start->remote_join);
}

/* Say why the answer is none, and end the remote shell. */
static void explain_answer(struct start *start, enum channel_result result, const char *text,
                           const struct line *line)
{
    if (result == CHANNEL_END) {
        explain_end(start);
        return;
    }
    if (result == CHANNEL_TIMEOUT)
        say("host %s: no answer to the join", start->host);
    else if (line->kind == LINE_ERROR)
        say("host %s: %s", start->host, line->reason);
    else if (strncmp(text, "ddpro<", 6) == 0)
        say("host %s runs a plain pvmd: refused", start->host);
    else
        say("host %s: answers something else than a join", start->host);
    give_up(start);
}

/* Read lines up to the first that matters. Others are passed on for PVM to log, as
 * it does without us. */
static enum channel_result read_first_answer(int fd, char text[LINE_CAP], struct line *line)
{
    int64_t deadline_ms = channel_now_ms() + FIRST_ANSWER_MS;
    size_t skipped = 0;

    for (;;) {
        enum channel_result result = channel_read_line(fd, deadline_ms, text, LINE_CAP);
        size_t len = strlen(text);

        line_parse(text, line);
        if (result == CHANNEL_END || result == CHANNEL_TIMEOUT || line->kind != LINE_OTHER
            || strncmp(text, "ddpro<", 6) == 0)
            return result;
        skipped += len + 1;
        if (skipped > PREAMBLE_LEN_MAX)
            return CHANNEL_TOO_LONG;
        text[len] = '\n';
        (void)channel_write(STDOUT_FILENO, text, len + 1);
    }
}

/* Receive the message `number`. -1 when it has been said why not. */
static int receive(struct start *start, int number)
{
    char text[LINE_CAP + 1];
    struct line line;
    enum channel_result result;

    if (number == 2) {
        result = read_first_answer(start->rsh.from, text, &line);
    } else {
        result = channel_read_line(start->rsh.from, channel_now_ms() + NEXT_ANSWER_MS, text,
                                   LINE_CAP);
        line_parse(text, &line);
    }
    if (result != CHANNEL_OK || line.kind != LINE_MESSAGE || line.number != number) {
        explain_answer(start, result, text, &line);
        return -1;
    }
    if (secpvm_join_read(start->join, line.message, line.message_len) != SECPVM_OK) {
        say("host %s: the join failed: its answer is not authentic", start->host);
        give_up(start);
        return -1;
    }
    return 0;
}

/* PVM may have written something for pvmd already (PVM_VMID=...), which looks for it
 * without waiting as soon as it runs. So it goes right behind the last message. */
static size_t take_waiting_input(char *bytes, size_t cap)
{
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
    ssize_t got;

    if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLIN) == 0)
        return 0;
    got = read(STDIN_FILENO, bytes, cap);
    return got > 0 ? (size_t)got : 0;
}

static secpvm_status write_message(struct start *start, int number,
                                   uint8_t message[SECPVM_JOIN_MESSAGE_LEN_MAX],
                                   size_t *message_len)
{
    if (number == LINE_LAST)
        return secpvm_join_write_member_key(start->join, start->member_key, message,
                                            SECPVM_JOIN_MESSAGE_LEN_MAX, message_len);
    return secpvm_join_write(start->join, message, SECPVM_JOIN_MESSAGE_LEN_MAX, message_len);
}

/* Send the message `number`. -1 when it has been said why not. */
static int transmit(struct start *start, int number)
{
    uint8_t message[SECPVM_JOIN_MESSAGE_LEN_MAX];
    char text[LINE_CAP + 512];
    size_t message_len, len;
    secpvm_status status;
    int failed;

    status = write_message(start, number, message, &message_len);
    if (status != SECPVM_OK) {
        say("host %s: %s", start->host, secpvm_strerror(status));
        give_up(start);
        return -1;
    }
    len = line_format(number, message, message_len, text);
    if (number == LINE_LAST)
        len += take_waiting_input(text + len, sizeof text - len);
    failed = channel_write(start->rsh.to, text, len);
    secpvm_wipe(message, sizeof message);
    secpvm_wipe(text, sizeof text);
    if (failed == -1) {
        explain_end(start);
        return -1;
    }
    return 0;
}

static int new_join(struct start *start)
{
    struct grant grant;
    uint8_t entropy[SECPVM_JOIN_INITIATOR_ENTROPY_LEN];
    const char *reason = handoff_take(&grant);
    secpvm_status status;

    if (reason != NULL) {
        say("%s", reason);
        return -1;
    }
    entropy_fill(entropy, sizeof entropy);
    status = secpvm_join_initiator_new(grant.session, (const uint8_t *)start->context,
                                       strlen(start->context), entropy, &start->join);
    memcpy(start->member_key, grant.member_key, sizeof start->member_key);
    secpvm_wipe(entropy, sizeof entropy);
    secpvm_wipe(&grant, sizeof grant);
    if (status != SECPVM_OK) {
        say("%s", secpvm_strerror(status));
        return -1;
    }
    return 0;
}

/* Start the remote shell with our command in the place of PVM's. */
static int start_rsh(struct start *start, int count, char *const rsh[])
{
    const char *role
        = start->mode->kind == MODE_CLEAR ? " responder --level none " : " responder ";
    char *command = rsh_command(start->remote_join, role, rsh[count - 1]);
    char **arguments = malloc(((size_t)count + 1) * sizeof *arguments);
    int failed = -1;

    if (command == NULL || arguments == NULL) {
        say("no memory");
    } else {
        memcpy(arguments, rsh, (size_t)count * sizeof *arguments);
        arguments[count - 1] = command;
        arguments[count] = NULL;
        failed = rsh_start(arguments, &start->rsh);
        if (failed == -1)
            say("cannot execute the remote shell %s: %s", rsh[0], strerror(errno));
    }
    free(command);
    free(arguments);
    return failed;
}

int initiator(const struct mode *mode, int count, char *const rsh[])
{
    struct start start = {.host = rsh[1], .mode = mode};
    char own[PATH_CAP];
    int failed;

    if (context_of_command(mode, rsh[count - 1], start.context) == -1) {
        say("the command for host %s does not start a slave pvmd: %s", rsh[1], rsh[count - 1]);
        return 1;
    }
    start.remote_join = path_remote(own);
    if (start.remote_join == NULL || new_join(&start) == -1)
        return 1;
    failed = start_rsh(&start, count, rsh) == -1 || transmit(&start, 1) == -1
             || receive(&start, 2) == -1 || transmit(&start, 3) == -1 || receive(&start, 4) == -1
             || transmit(&start, LINE_LAST) == -1;
    secpvm_join_free(start.join);
    secpvm_wipe(start.member_key, sizeof start.member_key);
    if (failed)
        return 1;
    relay(STDIN_FILENO, &start.rsh.to, start.rsh.from, STDOUT_FILENO);
    close(STDOUT_FILENO);
    return rsh_wait(&start.rsh);
}
