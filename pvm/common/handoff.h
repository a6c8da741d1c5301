/*
 * Handing a grant to the program that is executed next.
 *
 * Its 80 bytes travel in an anonymous memory file (memfd), sealed
 * against change, whose number stands in the environment variable SECPVM_FD. So
 * no secret stands on a command line, in an environment or in a named file, and
 * the reader can tell the file from anything else that has that number.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_HANDOFF_H
#define SECPVM_HANDOFF_H

#include "grant.h"

#define HANDOFF_VARIABLE "SECPVM_FD"

/* Put `grant` into a memory file that stays open over exec, and name it in the
 * environment. NULL on success, else the reason, one static phrase. */
const char *handoff_give(const struct grant *grant);

/* Read the grant that SECPVM_FD names, close the file, and take the variable
 * out of the environment, whether or not it was good. NULL on success, else the
 * reason, and `grant` is wiped. */
const char *handoff_take(struct grant *grant);

#endif
