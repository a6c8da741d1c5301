/*
 * The start of slave daemons: see start.c for the hooks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_START_H
#define SECPVM_START_H

#include <stdbool.h>
#include <stddef.h>

#define KEYS_VARIABLE "SECPVM_KEYS"

/* Remember whether the user wants hosts to join by static keys (SECPVM_KEYS=1), before
 * the variable leaves the environment. */
void start_configure(void);

/* Do they? */
bool start_is_keyed(void);

/* Execute secpvm-join in `role`, with `rest`, `count` words, behind what it has to know of
 * this machine; `command` is the one that starts the slave. Returns on failure only, and
 * after a line on stderr. */
void start_execute(char *role, char *const rest[], size_t count, const char *command);

#endif
