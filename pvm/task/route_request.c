/*
 * Requests for direct routes: see route_request.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "route_request.h"

#include <stdio.h>
#include <string.h>

#include "policy.h"
#include "route_mark.h"

/* Protocol number 4, length of the address 4, the address: 8 hexadecimal digits, a colon
 * and 4 more for the port. */
#define OFFSET_ADDRESS 8
#define ADDRESS_LEN 13

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

bool route_request_address(const struct message *message, struct sockaddr_in *address)
{
    const struct fragment *first = message->fragments->next;
    char text[ADDRESS_LEN + 1] = "";
    unsigned ip, port;

    if (first->buffer == NULL || first->len < OFFSET_ADDRESS + ADDRESS_LEN)
        return false;
    memcpy(text, first->data + OFFSET_ADDRESS, ADDRESS_LEN);
    if (sscanf(text, "%8x:%4x", &ip, &port) != 2)
        return false;
    *address = (struct sockaddr_in){.sin_family = AF_INET,
                                    .sin_addr.s_addr = htonl(ip),
                                    .sin_port = htons((uint16_t)port)};
    return true;
}
