/*
 * The datagrams between daemons: hooks of sendto and recvfrom.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_DATAGRAM_H
#define SECPVM_DATAGRAM_H

/* At exit: tell what this process has dropped and not told yet. */
void datagram_finish(void);

#endif
