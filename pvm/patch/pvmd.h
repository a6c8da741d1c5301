/*
 * What the patch uses of the pvmd that it is loaded into.
 *
 * The preload reaches every program that a user's shell starts on the way to pvmd,
 * so nothing of pvmd's may be needed to load it: the symbols are weak.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_PVMD_H
#define SECPVM_PVMD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "mode.h"

/* Was this process started as a pvmd, and has it become a member? */
bool pvmd_is_secured(void);

/* It has, from now on, of a machine in that mode. */
void pvmd_secure(const struct mode *mode);

/* The mode of its machine. Only of a secured pvmd. */
const struct mode *pvmd_mode(void);

/* Is it secured, and do its datagrams pass through here? They don't in MODE_CLEAR. */
bool pvmd_guards_datagrams(void);

/* Does the program have what is needed here? */
bool pvmd_has_symbols(void);

/* The host index of this daemon: of pvmd' 0, of the master 1. */
uint32_t pvmd_host(void);

/* End the daemon as it ends itself, with what it has made. */
_Noreturn void pvmd_end(void);

/* The process that this daemon runs in; in a child of pvmd', pvmd'. */
pid_t pvmd_process(void);

/* Write a line, given without its newline, to pvmd's log (/tmp/pvml.<uid>). */
void pvmd_log(const char *line);

#endif
