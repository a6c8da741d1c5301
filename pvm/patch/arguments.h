/*
 * The arguments of this pvmd. A constructor is not handed them, except by an extension
 * of the GNU C library, so they are read from /proc/self/cmdline.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_ARGUMENTS_H
#define SECPVM_ARGUMENTS_H

#include <netinet/in.h>
#include <stdbool.h>

/* Is this a slave? It is one if any argument begins with -s or -S. */
bool arguments_are_slaves(void);

/* The address of the master's daemon: of a slave's arguments
 *
 *     -s -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000
 *
 * the first with a colon, IPv4 address and port in hexadecimal. -1 if there is none. */
int arguments_master(struct sockaddr_in *address);

#endif
