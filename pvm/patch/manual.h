/*
 * The start of a slave by hand (so=ms). Stock pvmd' prints the command to type on the new
 * host, and reads what the slave has printed there; it does so on a terminal that a daemon
 * has not got. Here the console that runs on one gets to talk with the user: it listens on
 * a socket, and secpvm-join speaks there (../join/manual.h).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_PATCH_MANUAL_H
#define SECPVM_PATCH_MANUAL_H

#include <stdarg.h>

/* Where the console listens: place_find's suffix. */
#define MANUAL_SOCKET ".m"

/* Hear what pvmd' would print, and remember the command in it. Its length. */
int manual_hear(const char *format, va_list arguments);

/* Get the slave's answer, a line with its newline, as fgets would. NULL when it has been
 * logged, or said at the console, why there is none. */
char *manual_answer(char *line, int size);

#endif
