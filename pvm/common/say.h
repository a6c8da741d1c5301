/*
 * One line to the user: "secpvm: ..." on standard error.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_SAY_H
#define SECPVM_SAY_H

/* Write one line, cut at 500 bytes. Unprintable bytes, which may come from a far
 * host, become '?'. The line leaves in one write, so lines don't mix. */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

#endif
