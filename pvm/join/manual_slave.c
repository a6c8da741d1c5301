/*
 * The new host's end of a manual start, `secpvm join`: see manual.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "manual.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "code.h"
#include "handoff.h"
#include "keys.h"
#include "line.h"
#include "log.h"
#include "manual_noise.h"
#include "rsh.h"
#include "say.h"
#include "slave.h"

/* What the command may take to become a pvmd. */
#define STARTED_MS 30000

static uint8_t code[CODE_LEN_MAX];

/* What a letter says. The strings stand in it. */
struct letter {
    uint8_t bytes[CODE_LEN_MAX];
    const struct mode *mode;
    const char *vmid;
    const char *command;
};

/* The string at `*at`, and *at behind it. NULL if it does not end. */
static const char *next_string(const struct letter *letter, size_t len, size_t *at)
{
    const char *text = (const char *)letter->bytes + *at;
    const void *end = *at < len ? memchr(text, '\0', len - *at) : NULL;

    if (end == NULL)
        return NULL;
    *at += strlen(text) + 1;
    return text;
}

static const char *read_letter(struct letter *letter, size_t len)
{
    size_t at = GRANT_LEN;
    const char *word = next_string(letter, len, &at);

    letter->vmid = next_string(letter, len, &at);
    letter->command = next_string(letter, len, &at);
    letter->mode = word == NULL ? NULL : mode_by_word(word);
    if (letter->command == NULL || letter->mode == NULL || at != len
        || letter->mode->kind == MODE_CLASSIC)
        return "the code is not of this version of secpvm";
    return NULL;
}

static const char *read_code(char letter, size_t *len)
{
    char other;

    switch (code_read(STDIN_FILENO, STDOUT_FILENO, letter, code, len, &other)) {
    case CODE_OK:
        return NULL;
    case CODE_END:
        return "given up";
    default:
        break;
    }
    if (other == MANUAL_KEYED_GRANT)
        return "the master goes by static keys, and this host lists no masters: secpvm "
               "known-masters add NAME KEY";
    return "this is the code of another step: begin again";
}

/* Codes A and B. NULL and the letter, or the reason. */
static const char *receive(secpvm_noise *noise, struct letter *letter, size_t *letter_len)
{
    const char *reason;
    size_t len;

    if (secpvm_noise_write(noise, NULL, 0, code, sizeof code, &len) != SECPVM_OK)
        return "no memory";
    (void)dprintf(STDOUT_FILENO, "Paste this at the master's console:\n");
    if (code_write(STDOUT_FILENO, MANUAL_REQUEST, code, len) == -1)
        return "given up";
    (void)dprintf(STDOUT_FILENO, "And paste here what it prints then:\n");
    reason = read_code(MANUAL_GRANT, &len);
    if (reason == NULL
        && secpvm_noise_read(noise, code, len, letter->bytes, sizeof letter->bytes, letter_len)
               != SECPVM_OK)
        reason = "the code is not an answer to the one above: begin again";
    return reason;
}

/* Code K. */
static const char *receive_keyed(secpvm_noise *noise, struct letter *letter,
                                 size_t *letter_len)
{
    static char reason[REASON_CAP];
    uint8_t master[SECPVM_NOISE_KEY_LEN];
    const char *failed;
    size_t len;

    (void)dprintf(STDOUT_FILENO, "This host lists its masters in known-masters: the machine has "
                                 "to be started with\n`secpvm --keys`. Paste here what the "
                                 "master's console prints:\n");
    failed = read_code(MANUAL_KEYED_GRANT, &len);
    if (failed != NULL)
        return failed;
    if (secpvm_noise_read(noise, code, len, letter->bytes, sizeof letter->bytes, letter_len)
        != SECPVM_OK)
        return "the code is for another key than this host's: compare `secpvm keygen --show` "
               "with the master's `secpvm known-hosts list`";
    if (secpvm_noise_remote_static(noise, master) != SECPVM_OK
        || keys_check_master(master, reason) == -1)
        return reason;
    return NULL;
}

static const char *begin(bool keyed, secpvm_noise **noise)
{
    static char reason[REASON_CAP];
    uint8_t own[SECPVM_NOISE_KEY_LEN];
    secpvm_status status;

    if (!keyed)
        return manual_noise_new_host(noise) == SECPVM_OK ? NULL : "no memory";
    if (keys_read_own(own, reason) == -1)
        return reason;
    status = manual_noise_new_host_keyed(own, noise);
    secpvm_wipe(own, sizeof own);
    return status == SECPVM_OK ? NULL : secpvm_strerror(status);
}

/* Wait for the patch's line, then pvmd's. NULL and that one, or the reason. */
static const char *await_pvmd(int from, char answer[ANSWER_CAP])
{
    int64_t deadline_ms = channel_now_ms() + STARTED_MS;
    bool started = false;
    struct line line;

    for (;;) {
        if (channel_read_line(from, deadline_ms, answer, ANSWER_CAP) != CHANNEL_OK)
            return "pvmd did not start";
        line_parse(answer, &line);
        if (line.kind == LINE_STARTED)
            started = true;
        else if (strncmp(answer, "ddpro<", 6) == 0)
            return started ? NULL : "what should be a pvmd is something else, and not secured";
        else
            say("%s", answer);
    }
}

/* Start what the letter says. NULL and pvmd's line, or the reason. */
static const char *start(const char *patch, const struct letter *letter,
                         char answer[ANSWER_CAP])
{
    static char shell[] = "/bin/sh", option[] = "-c";
    char *arguments[] = {shell, option, (char *)letter->command, NULL};
    const char *reason;
    struct grant grant;
    struct rsh pvmd;

    memcpy(&grant, letter->bytes, sizeof grant);
    reason = handoff_give(&grant);
    secpvm_wipe(&grant, sizeof grant);
    if (reason == NULL)
        reason = slave_prepare(patch, letter->mode);
    if (reason == NULL && *letter->vmid != '\0' && setenv("PVM_VMID", letter->vmid, 1) == -1)
        reason = "no memory";
    if (reason != NULL)
        return reason;
    log_move_aside();
    /* The terminal may close behind us before pvmd gets to ignore that. */
    (void)signal(SIGHUP, SIG_IGN);
    if (rsh_start(arguments, &pvmd) == -1)
        return strerror(errno);
    reason = await_pvmd(pvmd.from, answer);
    if (reason == NULL)
        (void)rsh_wait(&pvmd);
    else
        (void)rsh_end(&pvmd);
    return reason;
}

/* Codes C and L: pvmd's line, sealed. */
static const char *tell(secpvm_noise *noise, bool keyed, const char *answer)
{
    secpvm_transport *transport = NULL;
    const uint8_t *bytes = (const uint8_t *)answer;
    secpvm_status status;
    size_t len;

    if (keyed) {
        status = secpvm_noise_write(noise, bytes, strlen(answer), code, sizeof code, &len);
    } else {
        status = secpvm_transport_new(noise, &transport);
        if (status == SECPVM_OK)
            status = secpvm_transport_write(transport, bytes, strlen(answer), code, sizeof code,
                                            &len);
        secpvm_transport_free(transport);
    }
    if (status != SECPVM_OK)
        return secpvm_strerror(status);
    (void)dprintf(STDOUT_FILENO, "This host's pvmd runs. Paste this at the master's console:\n");
    if (code_write(STDOUT_FILENO, keyed ? MANUAL_KEYED_ANSWER : MANUAL_ANSWER, code, len) == -1)
        return "given up";
    return NULL;
}

int manual_slave(void)
{
    static struct letter letter;
    char patch[PATH_CAP], answer[ANSWER_CAP];
    bool keyed = keys_lists_masters();
    secpvm_noise *noise = NULL;
    const char *reason = slave_find_patch(patch);
    size_t letter_len;

    if (reason == NULL)
        reason = begin(keyed, &noise);
    if (reason == NULL)
        reason = keyed ? receive_keyed(noise, &letter, &letter_len)
                       : receive(noise, &letter, &letter_len);
    if (reason == NULL)
        reason = read_letter(&letter, letter_len);
    if (reason == NULL)
        reason = start(patch, &letter, answer);
    secpvm_wipe(&letter, sizeof letter);
    if (reason == NULL)
        reason = tell(noise, keyed, answer);
    secpvm_noise_free(noise);
    if (reason != NULL)
        say("%s", reason);
    return reason != NULL;
}
