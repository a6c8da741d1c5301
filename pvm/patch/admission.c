/*
 * How a host that is being started gets its grant: see admission.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "admission.h"

#include <stdbool.h>
#include <string.h>

#include "ask.h"
#include "entropy.h"
#include "group.h"
#include "header.h"
#include "locked.h"
#include "pvmd.h"
#include "stranger.h"

/* Token, host index 4, process of pvmd' 4. */
#define TOKEN_LEN 32
#define ARGUMENTS_LEN (TOKEN_LEN + 4 + 4)
#define OFFSET_HOST TOKEN_LEN
#define OFFSET_PROCESS (TOKEN_LEN + 4)

/* All zero where nobody can be admitted. */
static uint8_t token[TOKEN_LEN];

void admission_begin(void)
{
    locked_add(token, sizeof token);
    entropy_fill(token, sizeof token);
}

void admission_end(void)
{
    secpvm_wipe(token, sizeof token);
}

const char *admission_ask(uint32_t host, struct grant *grant)
{
    uint8_t arguments[ARGUMENTS_LEN];
    const char *reason;

    memcpy(arguments, token, TOKEN_LEN);
    put_u32(arguments + OFFSET_HOST, host);
    put_u32(arguments + OFFSET_PROCESS, (uint32_t)pvmd_process());
    reason = ask_daemon(SERVICE_ADMIT, arguments, sizeof arguments, (uint8_t *)grant, GRANT_LEN);
    secpvm_wipe(arguments, sizeof arguments);
    return reason;
}

/* In a time that does not depend on what is right of it. */
static bool is_token(const uint8_t *given)
{
    static const uint8_t none[TOKEN_LEN];
    unsigned difference = 0;
    size_t i;

    for (i = 0; i < TOKEN_LEN; i++)
        difference |= (unsigned)(given[i] ^ token[i]);
    return difference == 0 && memcmp(token, none, TOKEN_LEN) != 0;
}

enum service_status admission_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                     size_t *result_len)
{
    struct grant grant;

    if (len != ARGUMENTS_LEN)
        return SERVICE_MALFORMED;
    if (!is_token(arguments)
        || group_admit(get_u32(arguments + OFFSET_HOST),
                       (pid_t)get_u32(arguments + OFFSET_PROCESS), &grant)
               != SECPVM_OK)
        return SERVICE_REFUSED;
    stranger_admitted(get_u32(arguments + OFFSET_HOST));
    memcpy(result, &grant, sizeof grant);
    *result_len = sizeof grant;
    secpvm_wipe(&grant, sizeof grant);
    return SERVICE_OK;
}
