/*
 * The sessions for tasks: one of each epoch, made from the daemons' own. A message can
 * wait for its task longer than an epoch lasts, so those of the last epochs are kept.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_TASK_SESSIONS_H
#define SECPVM_TASK_SESSIONS_H

#include "secpvm_core.h"
#include "service.h"

#define TASK_SESSIONS_KEPT 64

/* The daemons have agreed on `session`, or begun to; tasks may meet its epoch from now on. */
secpvm_status task_sessions_add(const uint8_t session[SECPVM_SESSION_LEN]);

/* Wipe all. */
void task_sessions_wipe(void);

/* Answers SERVICE_TASK_SESSION. The current one is that of member_session(). */
service_answer task_sessions_answer;

#endif
