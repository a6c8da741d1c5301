/*
 * Declining direct routes between hosts.
 *
 * A program that asks for PvmRouteDirect makes its PVM library open a TCP
 * connection, in clear, from task to task; and the task at the other end accepts
 * whoever connects to its socket first. So the daemons, which carry the two
 * messages that set up such a route, decline it, and the messages of the program
 * go through the daemons, sealed.
 *
 * The request (TC_CONREQ: protocol number, address) leaves altered twice:
 *   - The first byte of the address becomes '/'. To the library that means a unix
 *     socket on its own host: it does not listen on the network.
 *   - The source becomes an alias, the top bit of its task number flipped. A task
 *     that has itself asked the requester for a route at that moment would take
 *     the request for a crossed one, and listen on a TCP socket after all (or use
 *     the path that it never made, a null pointer). From the alias no route has
 *     been asked for, so it answers as to any first request.
 * The answer (TC_CONACK: protocol number, refusal, address) goes to the alias. On
 * its way out the alias becomes the requester again, and the refusal becomes 1.
 *
 * PVM numbers tasks from 1 upwards, so no task has the top bit (131072) set until
 * that many tasks have been started on one host.
 *
 * Tasks that take nothing but sealed messages register at their daemons (registry.h).
 * A request that such a task makes leaves unaltered, and so does its answer to one that
 * has come unaltered: there is nothing in clear on that route. The daemon that receives a
 * request for a task of its own that has not registered declines it there, and marks it
 * (route_mark.h): a task that was being started can still register, and answer.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_DIRECT_ROUTE_H
#define SECPVM_DIRECT_ROUTE_H

#include <stddef.h>
#include <stdint.h>

enum direct_route {
    ROUTE_NONE,     /* not about a direct route; unchanged */
    ROUTE_DECLINED, /* altered as described */
    ROUTE_WITHHELD  /* about a direct route, but not in the form the library gives it:
                       made a TC_NOOP, which a task ignores */
};

/* Look at an outgoing datagram of `len` bytes, and alter it if it is about a direct
 * route.
 *
 * Only the first datagram of a message carries the tag, and PVM 3.4 packs both
 * messages in one fragment of XDR data; so a later datagram (no SOM) can be let
 * through: it belongs to a message that was judged by its first. The library cuts
 * the two messages (at most 48 + 12 bytes and an address or a path) into several
 * fragments only if the program sets PvmFragSize to as little; those can't be altered
 * coherently and are withheld. The task that asked then waits for ever, but nothing
 * goes out in clear. */
enum direct_route direct_route_decline(uint8_t *datagram, size_t len);

/* The same, unless it is from a task that has registered, to one that may have. */
enum direct_route direct_route_leave(uint8_t *datagram, size_t len);

/* Look at a datagram that has come, and decline a request for a task that has not
 * registered. */
void direct_route_arrive(uint8_t *datagram, size_t len);

#endif
