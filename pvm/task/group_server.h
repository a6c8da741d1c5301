/*
 * PVM's group server, where it does not seal.
 *
 * It is a task, which whoever first uses a group starts. One that a task without this library
 * has started can't read what is sealed: it answers all the same, in clear, about a group
 * whose name it has not understood. Nobody is to wait for another answer, nor to believe
 * that one; so what asked is told PvmSysErr.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_GROUP_SERVER_H
#define SECPVM_GROUP_SERVER_H

#include "libpvm.h"

/* A sealed message leaves for a task: it may be a question to the group server. */
void group_server_asked(int server, int tag, int context);

/* Is this message, which is not sealed, the answer? */
bool group_server_answers(const struct message *message);

/* Make it one that says PvmSysErr. NULL, or the reason why it can't be. */
const char *group_server_refuse(struct message *answer);

#endif
