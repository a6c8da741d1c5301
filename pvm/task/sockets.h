/*
 * The sockets of libpvm: what comes through them, and from where.
 *
 * PVM reads from its daemon, and from the tasks that it has direct routes to. On a route
 * between hosts anybody in its path can write: the records tell what was sent, but PVM's
 * own framing, and TCP, protect nothing. What can't be a frame ends the route; a route that
 * ends is no end of the task, and no stranger gets one.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_SOCKETS_H
#define SECPVM_SOCKETS_H

#include <netinet/in.h>

#include "libpvm.h"

/* Where a message came from. */
enum origin { ORIGIN_SELF, ORIGIN_DAEMON, ORIGIN_DIRECT };

enum origin sockets_origin(const struct message *message);

/* PVM is about to route messages, or done with it; it may be while it is. */
void sockets_begin(void);
void sockets_end(void);

/* Is it routing messages now? */
bool sockets_are_in_use(void);

/* Where PVM listens next, only this address can connect: that of who asked for a route. It
 * was in the request, which daemons have sealed. NULL: any can. */
void sockets_await(const struct sockaddr_in *address);

#endif
