/*
 * What this task seals, and what it takes: by the environment (SECPVM_TASKS), or as the
 * program says (pvm_setsecurity).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_POLICY_H
#define SECPVM_POLICY_H

#include "libpvm.h"
#include "secpvm_pvm3.h"

#define POLICY_VARIABLE "SECPVM_TASKS"

/* PvmSecurityMarked, PvmSecurityAccept or PvmSecurityRequire. The first time it is read
 * from the environment; a value that is none of "marked", "accept" and "require" ends the
 * process with a line on stderr. */
int policy_get(void);

/* Set it; returns what it was, or PvmDenied: the daemon knows that this task takes nothing
 * but sealed messages, and that holds until it leaves PVM. */
int policy_set(int policy);

/* The daemon is to know a task that takes nothing but sealed messages: only such tasks
 * get direct routes between hosts. Does nothing if it knows, or need not. */
void policy_register(void);

/* The task has left PVM: its daemon is to be told again if it comes back. */
void policy_forget(void);

/* Does the daemon know that this task takes nothing but sealed messages? */
bool policy_is_registered(void);

#endif
