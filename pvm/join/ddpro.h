/*
 * The line in which a new pvmd tells its master who it is:
 *
 *     ddpro<2316> arch<LINUX64> ip<0a580002:9c41> mtu<4080> dsig<4230209>
 *
 * The far end of the channel writes it, behind the join, and PVM believes all of it: sent to port 0 the
 * master's pvmd ends, and with an mtu of 0 it takes all memory. So it is looked at first.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_DDPRO_H
#define SECPVM_DDPRO_H

#include <stdbool.h>

/* Does PVM take a line of its output for that one? It looks at five letters. */
bool ddpro_begins(const char *line);

/* Is that line, without its newline, one that a pvmd writes which was started with the
 * arguments in `context` (context.h)? It has the address that it was given there. */
bool ddpro_is_sound(const char *line, const char *context);

#endif
