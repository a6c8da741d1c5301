/*
 * Which host has which address: see peers.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "peers.h"

int peers_find(const struct peers *peers, const struct sockaddr_in *address)
{
    uint32_t host;

    /* An address without a port can't be sent to, and marks an empty place. */
    if (address->sin_port == 0)
        return -1;
    for (host = 0; host < HOST_COUNT; host++)
        if (peers->host[host].port == address->sin_port
            && peers->host[host].address == address->sin_addr.s_addr)
            return (int)host;
    return -1;
}

void peers_learn(struct peers *peers, uint32_t host, const struct sockaddr_in *address)
{
    int before;

    if (host >= HOST_COUNT || address->sin_port == 0)
        return;
    if (peers->host[host].port == address->sin_port
        && peers->host[host].address == address->sin_addr.s_addr)
        return;
    before = peers_find(peers, address);
    if (before >= 0)
        peers->host[before].port = 0;
    peers->host[host].port = address->sin_port;
    peers->host[host].address = address->sin_addr.s_addr;
}
