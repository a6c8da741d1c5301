/*
 * The key log: for whoever tests or teaches, and wants to read a capture later.
 *
 * Off unless the environment variable SECPVM_KEYLOG names a file, in the manner of
 * SSLKEYLOGFILE. Who reads that file reads, and can forge, everything that the
 * machine has sent and will send. The format is in docs/records.md.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_KEYLOG_H
#define SECPVM_KEYLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "secpvm_core.h"

#define KEYLOG_VARIABLE "SECPVM_KEYLOG"

/* The label, the longest name of a suite, an epoch, 64 digits, and what is between. */
#define KEYLOG_LINE_CAP 192

/* Note what SECPVM_KEYLOG names, which is soon taken out of the environment. NULL, or the
 * reason, one static phrase. */
const char *keylog_open(void);

/* Append the line of `session` to the file that was named; nothing if none was. The file is made with mode 0600; one that is no regular file of
 * this user's, or that others may open, is refused. NULL on success, else the reason,
 * one static phrase. */
const char *keylog_append(const uint8_t session[SECPVM_SESSION_LEN]);

/* The same for the session key of a classic machine, alone in its line, by the master
 * only: the key is one for all. */
const char *keylog_append_classic(const uint8_t key[SECPVM_CLASSIC_KEY_LEN]);

/* Was a file named? */
bool keylog_is_on(void);

#endif
