/*
 * Which host has which address: what a multicast datagram, whose destination
 * names no host, needs to be sealed for its receiver.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_PEERS_H
#define SECPVM_PEERS_H

#include <netinet/in.h>
#include <stdint.h>

#include "header.h"

/* One place for each host index, so the table can't grow. All zero is empty. */
struct peers {
    struct {
        in_addr_t address; /* network byte order */
        in_port_t port;    /* network byte order; 0: nothing known */
    } host[HOST_COUNT];
};

/* A datagram for `host` goes to `address`. Replaces what was known of either. */
void peers_learn(struct peers *peers, uint32_t host, const struct sockaddr_in *address);

/* The index of the host at `address`, or -1. */
int peers_find(const struct peers *peers, const struct sockaddr_in *address);

#endif
