/*
 * The sessions for tasks: see task_sessions.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "task_sessions.h"

#include <string.h>

#include "header.h"
#include "locked.h"
#include "member.h"

#define OFFSET_EPOCH 32

/* A ring. An epoch that was never there has a suite of zero, and no suite has that. */
static uint8_t kept[TASK_SESSIONS_KEPT][SECPVM_SESSION_LEN];
static size_t next;

secpvm_status task_sessions_add(const uint8_t session[SECPVM_SESSION_LEN])
{
    secpvm_status status = secpvm_session_for_tasks(session, kept[next]);

    if (status != SECPVM_OK)
        return status;
    next = (next + 1) % TASK_SESSIONS_KEPT;
    locked_add(kept, sizeof kept);
    return SECPVM_OK;
}

void task_sessions_wipe(void)
{
    secpvm_wipe(kept, sizeof kept);
}

/* NULL if it is not kept. */
static const uint8_t *find(uint32_t epoch)
{
    secpvm_suite_info suite;
    size_t i;

    for (i = 0; i < TASK_SESSIONS_KEPT; i++)
        if (get_u32(kept[i] + OFFSET_EPOCH) == epoch
            && secpvm_session_suite(kept[i], &suite) == SECPVM_OK)
            return kept[i];
    return NULL;
}

enum service_status task_sessions_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                         size_t *result_len)
{
    const uint8_t *session;

    if (len != 0 && len != 4)
        return SERVICE_MALFORMED;
    session = find(get_u32(len == 4 ? arguments : member_session() + OFFSET_EPOCH));
    if (session == NULL)
        return SERVICE_NO_EPOCH;
    memcpy(result, session, SECPVM_SESSION_LEN);
    *result_len = SECPVM_SESSION_LEN;
    return SERVICE_OK;
}
