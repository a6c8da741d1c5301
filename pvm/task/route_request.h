/*
 * Requests for direct routes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_ROUTE_REQUEST_H
#define SECPVM_ROUTE_REQUEST_H

#include <netinet/in.h>

#include "libpvm.h"

/* A request can be here before this task could register, and the daemon has declined it
 * (pvm/patch/direct_route.h). Now that it has registered, the request is as it was sent. */
void route_request_restore(struct message *message);

/* From where the task that sends this request will connect. False: from its own host, or
 * the request is none. */
bool route_request_address(const struct message *message, struct sockaddr_in *address);

#endif
