/*
 * Starting a slave of a classic-1997 machine: by the remote shell alone, as in the
 * report. Nothing is carried; the session key comes later, by datagrams that
 * authenticate nobody.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_START_1997_H
#define SECPVM_START_1997_H

#include "mode.h"

/* What starts a slave on the new host: PVM's own command with `join` in front of it. A new
 * string, for the caller to free; NULL without memory. */
char *command_1997(const char *join, const struct mode *mode, const char *command);

/* On the master's host: execute `rsh`, the command that PVM would execute, `count`
 * words and a NULL, with this program's other end in front of pvmd. */
int start_1997(const struct mode *mode, int count, char *const rsh[]);

/* On the new host: execute `command` with the patch. */
int slave_1997(const struct mode *mode, char *const command[]);

/* The last two return an exit status, after a line on stderr, on failure only. */

#endif
