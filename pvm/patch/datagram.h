/*
 * The datagrams between daemons: hooks of sendto and recvfrom.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_DATAGRAM_H
#define SECPVM_DATAGRAM_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/types.h>

#include "drops.h"

/* The results for pvmd, each -1 and EINTR: nothing was there; what came from `from`
 * is dropped, and counted; what was for `to` is not sent, and logged. */
ssize_t datagram_not_there(void);
ssize_t datagram_drop(enum drop reason, const struct sockaddr_in *from);
ssize_t datagram_not_sent(const struct sockaddr_in *to, const char *reason);

/* The host that PVM's datagram for `to` is for, or -1 if none is known there. */
int datagram_receiver(const uint8_t *datagram, const struct sockaddr_in *to);

/* At exit: tell what this process has dropped and not told yet. */
void datagram_finish(void);

#endif
