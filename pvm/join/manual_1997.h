/*
 * Starting a slave of a classic-1997 machine by hand (so=ms), as in the report: the person
 * types a command on the new host, and pastes the line that it prints at the console.
 * There are no codes (manual.h), since nothing is carried: the session key comes later,
 * by datagrams that authenticate nobody.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_MANUAL_1997_H
#define SECPVM_MANUAL_1997_H

#include "mode.h"

/* On the master's host. `command` is what PVM would have the person type; standard input
 * is the console, to read from and write to; standard output gets the line for pvmd'.
 * Returns an exit status, after a line on stderr if it is not 0. */
int manual_1997(const struct mode *mode, const char *command);

#endif
