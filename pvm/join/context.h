/*
 * The context of a join: the arguments that PVM gives a slave pvmd,
 *
 *     -s -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000
 *
 * which name the slave, its number and address, and the master's. PVM writes these
 * eight words, apart by single spaces, behind the program that it starts. On a machine
 * of `--level none` the words `--level none ` are in front of them. Both ends must see
 * the same ones, or the join fails: nobody on the way can talk a host down.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_CONTEXT_H
#define SECPVM_CONTEXT_H

#include "mode.h"
#include "secpvm_core.h"

#define CONTEXT_WORDS 8

/* The words with the addresses. */
#define CONTEXT_MASTER 4
#define CONTEXT_SLAVE 7

#define CONTEXT_CAP (SECPVM_JOIN_CONTEXT_LEN_MAX + 1)

/* The context within the command for the remote shell, or, with -S in the place of -s,
 * for a user who types it (manual.h). -1 if it has none, or it is
 * longer than a join takes. */
int context_of_command(const struct mode *mode, const char *command, char context[CONTEXT_CAP]);

/* The context in the last words of a command's `count` arguments. -1 as above. */
int context_of_arguments(const struct mode *mode, int count, char *const arguments[],
                         char context[CONTEXT_CAP]);

/* The slave's name in a context, as the user calls it: what stands behind -n. -1 if that
 * is missing. */
int context_name(const char *context, char name[CONTEXT_CAP]);

/* Why the two of a context can't reach each other, or NULL. From an address of the loopback
 * interface, 127.0.1.1 say, the kernel sends to no other host; PVM's master would end there. */
const char *context_obstacle(const char *context);

#endif
