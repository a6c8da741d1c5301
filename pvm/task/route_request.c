/*
 * Requests for direct routes: see route_request.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "route_request.h"

#include "policy.h"
#include "route_mark.h"

/* Protocol number 4, length of the address 4, the address. */
#define OFFSET_ADDRESS 8

void route_request_restore(struct message *message)
{
    struct fragment *first = message->fragments->next;
    uint32_t mark = (uint32_t)message->wait_id;

    if ((mark & ROUTE_MARK_MASK) != ROUTE_MARK || first->buffer == NULL
        || first->len <= OFFSET_ADDRESS || !policy_is_registered())
        return;
    first->data[OFFSET_ADDRESS] = (char)(mark & 0xff);
    message->source ^= (int)ROUTE_ALIAS_BIT;
    message->wait_id = 0;
}
