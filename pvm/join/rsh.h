/*
 * The user's remote shell, as a child whose input and output are ours.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_RSH_H
#define SECPVM_RSH_H

#include <stddef.h>
#include <sys/types.h>

struct rsh {
    pid_t pid;
    int to;   /* its standard input */
    int from; /* its standard output */
};

/* The command for the far side: `join`, quoted for its shell, the `role` in front of
 * which and behind which are spaces, and PVM's own command as it is. A new string, for
 * the caller to free; NULL without memory. */
char *rsh_command(const char *join, const char *role, const char *pvmd_command);

/* Start arguments[0] with `arguments`. -1, and errno, if that can't be done. */
int rsh_start(char *const arguments[], struct rsh *rsh);

/* Close what is open, and wait for the end of it, as long as it takes. Its exit
 * status as a shell tells it: 128 and the signal if one ended it. */
int rsh_wait(struct rsh *rsh);

/* As rsh_wait, but it has a second to end by itself when its input and output are
 * closed, another when asked by SIGTERM; then it is killed. */
int rsh_end(struct rsh *rsh);

#endif
