/*
 * The session's secret itself: see raw_key.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "raw_key.h"

#include <stdlib.h>
#include <string.h>

#include "member.h"

static bool allowed;

void raw_key_begin(void)
{
    const char *value = getenv(RAW_KEY_VARIABLE);

    allowed = value != NULL && strcmp(value, "allow") == 0;
}

bool raw_key_is_allowed(void)
{
    return allowed;
}

enum service_status raw_key_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                   size_t *result_len)
{
    secpvm_suite_info suite;

    (void)arguments;
    if (len != 0)
        return SERVICE_MALFORMED;
    /* A machine of 1997 has no such session. */
    if (!allowed || secpvm_session_suite(member_session(), &suite) != SECPVM_OK)
        return SERVICE_REFUSED;
    memcpy(result, member_session(), SECPVM_SESSION_LEN);
    *result_len = SECPVM_SESSION_LEN;
    return SERVICE_OK;
}
