/*
 * The session's secret itself, for programs that ask for it by name: what the report's
 * tasks got. Who has it reads and forges what the daemons send each other.
 *
 * So a daemon gives it out only if the environment variable SECPVM_RAW_KEY is "allow" where
 * it starts, and says so in its log.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_RAW_KEY_H
#define SECPVM_RAW_KEY_H

#include <stdbool.h>

#include "service.h"

#define RAW_KEY_VARIABLE "SECPVM_RAW_KEY"

/* Read the variable, before it is taken out of the environment. */
void raw_key_begin(void);

/* Is the secret given out? */
bool raw_key_is_allowed(void);

/* Answers SERVICE_RAW_SESSION. */
service_answer raw_key_answer;

#endif
