/*
 * The end of a join on the master's host: see initiator.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "initiator.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "channel.h"
#include "context.h"
#include "ddpro.h"
#include "entropy.h"
#include "handoff.h"
#include "keys.h"
#include "line.h"
#include "messages.h"
#include "path.h"
#include "relay.h"
#include "rsh.h"
#include "say.h"

/* The first answer has to wait for the connection and the login; PVM gives up after
 * 60 s. Afterwards both ends only compute. */
#define FIRST_ANSWER_MS 30000
#define NEXT_ANSWER_MS 2000

/* Behind the join only the program that dx= or PVM_DPATH names has to start pvmd. Without
 * a limit, something that is no pvmd would keep the user waiting until PVM gives up. */
#define STARTED_MS 15000

/* The most that may come in front of a line that matters, such as a message of the day. */
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
    struct messages messages;
    struct known known; /* MESSAGES_KEYS */
};

/* pvmd' reads 255 bytes of our standard error at a time, and no more once our output has
 * ended. So wait, for a second at most, until it has read what has been said. */
static void await_reader(void)
{
    int left = 0, waited_ms;

    for (waited_ms = 0; waited_ms < 1000; waited_ms += 10) {
        if (ioctl(STDERR_FILENO, FIONREAD, &left) == -1 || left == 0)
            return;
        (void)poll(NULL, 0, 10);
    }
}

/* It has been said why. PVM knows of the failure as soon as our output ends. */
static void give_up(struct start *start)
{
    await_reader();
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

/* Which key was expected: whoever compares the two has to know where it came from. */
static void tell_known(const struct start *start)
{
    char fingerprint[FINGERPRINT_CAP];

    if (start->messages.version != MESSAGES_KEYS)
        return;
    keys_fingerprint(start->known.key, fingerprint);
    say("host %s: the key expected is %s (%s:%d)", start->host, fingerprint,
        start->known.file, start->known.line);
}

/* The far end's reason; a reason that is about keys has ours beside it. */
static void tell_error(const struct start *start, const char *reason)
{
    say("host %s: %s", start->host, reason);
    if (strncmp(reason, ABOUT_KEY, sizeof ABOUT_KEY - 1) == 0)
        tell_known(start);
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
        tell_error(start, line->reason);
    else if (ddpro_begins(text))
        say("host %s runs a plain pvmd: refused", start->host);
    else
        say("host %s: answers something else than a join", start->host);
    give_up(start);
}

/* Read lines up to the first that matters, for so long. Others are passed on for PVM
 * to log, as it does without us. */
static enum channel_result read_ours(int fd, int wait_ms, char text[LINE_CAP],
                                     struct line *line)
{
    int64_t deadline_ms = channel_now_ms() + wait_ms;
    size_t skipped = 0;

    for (;;) {
        enum channel_result result = channel_read_line(fd, deadline_ms, text, LINE_CAP);
        size_t len = strlen(text);

        line_parse(text, line);
        if (result == CHANNEL_END || result == CHANNEL_TIMEOUT || line->kind != LINE_OTHER
            || ddpro_begins(text))
            return result;
        skipped += len + 1;
        if (skipped > PREAMBLE_LEN_MAX)
            return CHANNEL_TOO_LONG;
        (void)relay_line(STDOUT_FILENO, text);
    }
}

/* Receive the message `number`. -1 when it has been said why not. */
static int receive(struct start *start, int number)
{
    char text[LINE_CAP];
    struct line line;
    enum channel_result result;

    if (number == 2) {
        result = read_ours(start->rsh.from, FIRST_ANSWER_MS, text, &line);
    } else {
        result = channel_read_line(start->rsh.from, channel_now_ms() + NEXT_ANSWER_MS, text,
                                   LINE_CAP);
        line_parse(text, &line);
    }
    if (result != CHANNEL_OK || line.kind != LINE_MESSAGE || line.number != number
        || line.version != (int)start->messages.version) {
        explain_answer(start, result, text, &line);
        return -1;
    }
    if (messages_read(&start->messages, number, line.message, line.message_len) != SECPVM_OK) {
        say("host %s: the join failed: its answer is not authentic", start->host);
        tell_known(start);
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

/* Send the message `number`. -1 when it has been said why not. */
static int transmit(struct start *start, int number)
{
    uint8_t message[MESSAGES_LEN_MAX];
    char text[LINE_CAP + 512];
    size_t message_len, len;
    secpvm_status status;
    int failed;

    status = messages_write(&start->messages, number, message, &message_len);
    if (status != SECPVM_OK) {
        say("host %s: %s", start->host, secpvm_strerror(status));
        give_up(start);
        return -1;
    }
    len = line_format((int)start->messages.version, number, message, message_len, text);
    if (number == MESSAGES_LAST)
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

/* Read our key and the host's, and begin with them. The reason, or NULL. */
static const char *begin_keyed(struct start *start, const struct grant *grant)
{
    static char reason[REASON_CAP];
    char name[CONTEXT_CAP];
    uint8_t own[SECPVM_NOISE_KEY_LEN];
    secpvm_status status;

    if (context_name(start->context, name) == -1)
        return "the host has no name";
    if (keys_find_host(name, &start->known, reason) == -1 || keys_read_own(own, reason) == -1)
        return reason;
    status = messages_initiator_keyed(&start->messages, start->context, grant, own,
                                      start->known.key);
    secpvm_wipe(own, sizeof own);
    return status == SECPVM_OK ? NULL : secpvm_strerror(status);
}

static int begin(struct start *start, bool keyed)
{
    struct grant grant;
    const char *reason = handoff_take(&grant);
    secpvm_status status = SECPVM_OK;

    if (reason != NULL) {
        say("%s", reason);
        return -1;
    }
    if (keyed)
        reason = begin_keyed(start, &grant);
    else
        status = messages_initiator(&start->messages, start->context, &grant);
    secpvm_wipe(&grant, sizeof grant);
    if (status != SECPVM_OK)
        reason = secpvm_strerror(status);
    if (reason != NULL)
        say("host %s: %s", start->host, reason);
    return reason == NULL ? 0 : -1;
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

/* Wait until the patch says that it is in a pvmd. -1 when it has been said why not. */
static int await_start(struct start *start)
{
    char text[LINE_CAP];
    struct line line;
    enum channel_result result = read_ours(start->rsh.from, STARTED_MS, text, &line);

    if (result == CHANNEL_OK && line.kind == LINE_STARTED)
        return 0;
    if (result == CHANNEL_TIMEOUT)
        say("host %s: no pvmd has started; is dx= or PVM_DPATH right?", start->host);
    else if (result == CHANNEL_END)
        say("host %s: what should be a pvmd has ended; is dx= or PVM_DPATH right?",
            start->host);
    else if (line.kind == LINE_ERROR)
        say("host %s: %s", start->host, line.reason);
    else
        say("host %s: what should be /usr/bin/pvmd is something else, and not secured; is "
            "dx= or PVM_DPATH right?",
            start->host);
    give_up(start);
    return -1;
}

int initiator(const struct mode *mode, bool keyed, int count, char *const rsh[])
{
    struct start start = {.host = rsh[1], .mode = mode};
    char own[PATH_CAP];
    const char *obstacle;
    int failed;

    if (context_of_command(mode, rsh[count - 1], start.context) == -1) {
        say("the command for host %s does not start a slave pvmd: %s", rsh[1], rsh[count - 1]);
        return 1;
    }
    obstacle = context_obstacle(start.context);
    if (obstacle != NULL) {
        say("host %s: %s", start.host, obstacle);
        return 1;
    }
    start.remote_join = path_remote(own);
    if (start.remote_join == NULL)
        return 1;
    failed = begin(&start, keyed) == -1 || start_rsh(&start, count, rsh) == -1
             || transmit(&start, 1) == -1 || receive(&start, 2) == -1
             || transmit(&start, 3) == -1 || receive(&start, 4) == -1
             || transmit(&start, MESSAGES_LAST) == -1 || await_start(&start) == -1;
    messages_free(&start.messages);
    if (failed) {
        await_reader();
        return 1;
    }
    if (relay(STDIN_FILENO, &start.rsh.to, start.rsh.from, STDOUT_FILENO, start.context)
        == RELAY_REFUSED) {
        say("host %s: refused: what tells pvmd's address was altered, or is not from its pvmd",
            start.host);
        give_up(&start);
        return 1;
    }
    close(STDOUT_FILENO);
    return rsh_wait(&start.rsh);
}
