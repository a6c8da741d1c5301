/*
 * Starting a slave by hand (so=ms): a person carries codes (code.h) between the console
 * on the master's host and `secpvm join` on the new one.
 *
 *     a host that lists no masters                 one that does, by static keys
 *     A  new host -> master  Noise 48
 *     B  master -> new host  Noise 48 and letter   K  master -> new host  Noise 96 and letter
 *     C  new host -> master  answer and tag        L  new host -> master  Noise 48 and answer
 *
 * The letter is the grant, and three strings that end with NUL each: the word of the
 * machine's mode, PVM_VMID or nothing, and the command that starts the slave. The answer
 * is the line that pvmd' waits for, which has the slave's address.
 *
 * A, B, C are Noise_NNpsk0_25519_AESGCM_SHA256 and its transport, the new host first, with
 * a pre-shared key of zeros: a secret of their own would have to be pasted in clear. It
 * takes three codes, because what seals the session has to come from the new host first;
 * in fewer, whoever sees the code would have the session. K, L are Noise_IK, the master
 * first: it knows the new host's key, and needs to hear nothing before.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_MANUAL_H
#define SECPVM_MANUAL_H

#include <stdbool.h>

#include "mode.h"

#define MANUAL_REQUEST 'A'
#define MANUAL_GRANT 'B'
#define MANUAL_ANSWER 'C'
#define MANUAL_KEYED_GRANT 'K'
#define MANUAL_KEYED_ANSWER 'L'

/* The master's end. Standard input is the console, to read from and write to; standard
 * output gets the line for pvmd'. The session comes as handoff.h says. Both return an
 * exit status, after a line on stderr if it is not 0. */
int manual_master(const struct mode *mode, bool keyed, const char *command);

/* The new host's end, on a terminal: starts the slave. */
int manual_slave(void);

#endif
