/*
 * The end of a join on the new host.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_RESPONDER_H
#define SECPVM_RESPONDER_H

#include "mode.h"

/* Join over standard input and output, then execute command[0] with the patch and
 * the session, for a machine in that mode. `count` is the number of words of `command`, which ends with NULL.
 * Returns an exit status, after a line on stderr, on failure only. */
int responder(const struct mode *mode, int count, char *const command[]);

#endif
