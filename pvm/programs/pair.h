/*
 * Two tasks of one program: the master, started by hand on one host, and its partner,
 * which the master spawns on another host.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef PAIR_H
#define PAIR_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pvm3.h>

/* How long a master waits for its partner before it gives up, in seconds: on a network that loses
 * every fourth datagram of an answer, PVM needs up to half of it. */
#define PAIR_PATIENCE_S 60

/* Message tags. */
enum pair_tag { PAIR_REQUEST = 1, PAIR_ANSWER = 2 };

/* Leave PVM and the process with an error that names what failed. */
static inline _Noreturn void pair_fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    pvm_exit();
    exit(1);
}

/* Enrol in PVM, with messages between hosts going through the daemons, not over direct TCP. */
static inline void pair_enrol(void)
{
    if (pvm_mytid() < 0)
        pair_fail("cannot enrol in PVM: is a machine running?");
    pvm_setopt(PvmRoute, PvmDontRoute);
}

/* Whether this task is the partner. */
static inline int pair_is_partner(void)
{
    return pvm_parent() != PvmNoParent;
}

/* Spawn the partner, another task of `program` (a path or name), where `flags` of pvm_spawn say.
 * `failure` is what is said when it can't be. */
static inline int pair_spawn_where(const char *program, int flags, const char *failure)
{
    const char *slash = strrchr(program, '/');
    char name[256];
    int partner = 0;

    if (snprintf(name, sizeof name, "%s", slash != NULL ? slash + 1 : program) >= (int)sizeof name)
        pair_fail("the program's name is too long");
    if (pvm_spawn(name, NULL, flags, ".", 1, &partner) != 1)
        pair_fail(failure);
    return partner;
}

/* Spawn the partner on any host but this one. */
static inline int pair_spawn(const char *program)
{
    return pair_spawn_where(program, PvmTaskHost | PvmHostCompl,
                            "cannot spawn the partner on another host: are there two, and is the program in PVM_PATH?");
}

/* Spawn the partner on this host. */
static inline int pair_spawn_here(const char *program)
{
    return pair_spawn_where(program, PvmTaskHost,
                            "cannot spawn the partner on this host: is the program in PVM_PATH?");
}

/* Receive the partner's answer within PAIR_PATIENCE_S. */
static inline void pair_await_answer(int partner)
{
    struct timeval patience = {PAIR_PATIENCE_S, 0};

    if (pvm_trecv(partner, PAIR_ANSWER, &patience) <= 0)
        pair_fail("no answer from the partner");
}

#endif
