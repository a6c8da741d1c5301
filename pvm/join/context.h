/*
 * The context of a join: the arguments that PVM gives a slave pvmd,
 *
 *     -s -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000
 *
 * which name the slave, its number and address, and the master's. PVM writes these
 * eight words, apart by single spaces, behind the program that it starts. Both ends
 * must see the same ones, or the join fails.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_CONTEXT_H
#define SECPVM_CONTEXT_H

#include "secpvm_core.h"

#define CONTEXT_WORDS 8

/* The context within the command for the remote shell, or NULL if it has none. */
const char *context_of_command(const char *command);

/* The context in the last words of a command's `count` arguments. -1 if they hold
 * none, or it is longer than a join takes. */
int context_of_arguments(int count, char *const arguments[],
                         char context[SECPVM_JOIN_CONTEXT_LEN_MAX + 1]);

/* The slave's name in a context, as the user calls it: what stands behind -n. -1 if that
 * is missing. */
int context_name(const char *context, char name[SECPVM_JOIN_CONTEXT_LEN_MAX + 1]);

#endif
