/*
 * The master's end of a manual start: see manual.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "manual.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "code.h"
#include "context.h"
#include "ddpro.h"
#include "handoff.h"
#include "keys.h"
#include "manual_noise.h"
#include "say.h"

/* The user's end of a socket, for both ways. */
#define CONSOLE STDIN_FILENO

static const char gone[] = "the console has given up";
static const char changed[] = "the code is not an answer to what was given out";

static uint8_t code[CODE_LEN_MAX];

/* The grant and the three strings. Its length, or 0 if they are too long. */
static size_t write_letter(const struct grant *grant, const struct mode *mode,
                           const char *command, uint8_t letter[LETTER_CAP])
{
    const char *vmid = getenv("PVM_VMID");
    const char *strings[] = {mode->word, vmid != NULL ? vmid : "", command};
    size_t len = GRANT_LEN, i;

    memcpy(letter, grant, GRANT_LEN);
    for (i = 0; i < 3; i++) {
        size_t string_len = strlen(strings[i]) + 1;

        if (string_len > LETTER_CAP - len)
            return 0;
        memcpy(letter + len, strings[i], string_len);
        len += string_len;
    }
    return len;
}

/* Read a code. NULL, or why there is none. */
static const char *read_code(char letter, size_t *len)
{
    char other;

    switch (code_read(CONSOLE, CONSOLE, letter, code, len, &other)) {
    case CODE_OK:
        return NULL;
    case CODE_END:
        return gone;
    default:
        break;
    }
    if (other == MANUAL_REQUEST && letter == MANUAL_KEYED_ANSWER)
        return "the new host lists no masters: there, secpvm known-masters add";
    return "this is the code of another step: begin again";
}

static const char *write_sealed(secpvm_noise *noise, char letter, const uint8_t *plain,
                                size_t plain_len)
{
    size_t len;
    secpvm_status status
        = secpvm_noise_write(noise, plain, plain_len, code, sizeof code, &len);

    if (status != SECPVM_OK)
        return secpvm_strerror(status);
    return code_write(CONSOLE, letter, code, len) == -1 ? gone : NULL;
}

/* Codes A, B and C. NULL and the answer, or the reason. */
static const char *talk(secpvm_noise *noise, const uint8_t *letter, size_t letter_len,
                        char answer[ANSWER_CAP])
{
    secpvm_transport *transport = NULL;
    const char *reason;
    size_t len;

    (void)dprintf(CONSOLE, "Log in there, type `secpvm join`, and paste here what it prints:\n");
    reason = read_code(MANUAL_REQUEST, &len);
    if (reason == NULL
        && secpvm_noise_read(noise, code, len, (uint8_t *)answer, ANSWER_CAP, &len) != SECPVM_OK)
        reason = "the code is none of `secpvm join`";
    if (reason == NULL) {
        (void)dprintf(CONSOLE, "Paste this there:\n");
        reason = write_sealed(noise, MANUAL_GRANT, letter, letter_len);
    }
    if (reason == NULL && secpvm_transport_new(noise, &transport) != SECPVM_OK)
        reason = "no memory";
    if (reason == NULL) {
        (void)dprintf(CONSOLE, "And paste here what it prints then:\n");
        reason = read_code(MANUAL_ANSWER, &len);
    }
    if (reason == NULL
        && secpvm_transport_read(transport, code, len, (uint8_t *)answer, ANSWER_CAP - 1, &len)
               != SECPVM_OK)
        reason = changed;
    secpvm_transport_free(transport);
    if (reason == NULL)
        answer[len] = '\0';
    return reason;
}

/* Codes K and L. */
static const char *talk_keyed(secpvm_noise *noise, const uint8_t *letter, size_t letter_len,
                              char answer[ANSWER_CAP])
{
    const char *reason;
    size_t len;

    (void)dprintf(CONSOLE, "Log in there, type `secpvm join`, and paste this there:\n");
    reason = write_sealed(noise, MANUAL_KEYED_GRANT, letter, letter_len);
    if (reason == NULL) {
        (void)dprintf(CONSOLE, "Paste here what it prints then:\n");
        reason = read_code(MANUAL_KEYED_ANSWER, &len);
    }
    if (reason == NULL
        && secpvm_noise_read(noise, code, len, (uint8_t *)answer, ANSWER_CAP - 1, &len)
               != SECPVM_OK)
        reason = changed;
    if (reason == NULL)
        answer[len] = '\0';
    return reason;
}

/* Begin, by our key and the host's if `keyed`. NULL, or the reason. */
static const char *begin(bool keyed, const char *name, secpvm_noise **noise)
{
    static char reason[REASON_CAP];
    struct known known;
    uint8_t own[SECPVM_NOISE_KEY_LEN];
    secpvm_status status;

    if (!keyed)
        return manual_noise_master(noise) == SECPVM_OK ? NULL : "no memory";
    if (keys_find_host(name, &known, reason) == -1 || keys_read_own(own, reason) == -1)
        return reason;
    status = manual_noise_master_keyed(own, known.key, noise);
    secpvm_wipe(own, sizeof own);
    return status == SECPVM_OK ? NULL : secpvm_strerror(status);
}

/* Only the line that pvmd' waits for: what it takes for an answer it does not look at
 * closely. */
static const char *pass_on(const char *answer, const char *context)
{
    if (!ddpro_is_sound(answer, context))
        return "the new host's pvmd did not start";
    if (dprintf(STDOUT_FILENO, "%s\n", answer) < 0)
        return "pvmd has given up";
    return NULL;
}

int manual_master(const struct mode *mode, bool keyed, const char *command)
{
    char context[CONTEXT_CAP], name[CONTEXT_CAP], answer[ANSWER_CAP];
    uint8_t letter[LETTER_CAP];
    struct grant grant;
    secpvm_noise *noise = NULL;
    const char *reason = handoff_take(&grant);
    size_t letter_len = 0;

    if (reason == NULL) {
        letter_len = write_letter(&grant, mode, command, letter);
        secpvm_wipe(&grant, sizeof grant);
        if (letter_len == 0 || context_of_command(mode, command, context) == -1
            || context_name(context, name) == -1)
            reason = "the command does not start a slave pvmd, or is too long";
        else
            reason = context_obstacle(context);
    }
    if (reason == NULL) {
        (void)dprintf(CONSOLE, "\n*** Manual start of %s ***\n", name);
        reason = begin(keyed, name, &noise);
    }
    if (reason == NULL)
        reason = keyed ? talk_keyed(noise, letter, letter_len, answer)
                       : talk(noise, letter, letter_len, answer);
    secpvm_wipe(letter, sizeof letter);
    secpvm_noise_free(noise);
    if (reason == NULL)
        reason = pass_on(answer, context);
    if (reason != NULL)
        say("manual start: %s", reason);
    else
        (void)dprintf(CONSOLE, "Thanks.\n");
    return reason != NULL;
}
