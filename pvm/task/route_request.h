/*
 * Requests for direct routes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_ROUTE_REQUEST_H
#define SECPVM_ROUTE_REQUEST_H

#include "libpvm.h"

/* A request can be here before this task could register, and the daemon has declined it
 * (pvm/patch/direct_route.h). Now that it has registered, the request is as it was sent. */
void route_request_restore(struct message *message);

#endif
