/*
 * The end of a join on the master's host.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_INITIATOR_H
#define SECPVM_INITIATOR_H

#include <stdbool.h>

#include "mode.h"

/* `rsh` is the command that PVM would execute, `count` words and a NULL: the remote
 * shell, the host, perhaps -l and a user, and the command that starts the slave pvmd.
 * Join over it, by static keys if `keyed`, for a machine in that mode, then pass standard
 * input and output on. Returns an exit status. */
int initiator(const struct mode *mode, bool keyed, int count, char *const rsh[]);

#endif
