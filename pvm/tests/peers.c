/*
 * Tests of the table of addresses.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../patch/peers.h"

#include <arpa/inet.h>

#include "check.h"

static struct peers peers;

static struct sockaddr_in at(uint32_t address, uint16_t port)
{
    struct sockaddr_in result = {.sin_family = AF_INET};

    result.sin_addr.s_addr = htonl(address);
    result.sin_port = htons(port);
    return result;
}

static bool find(struct sockaddr_in address, int expected)
{
    return peers_find(&peers, &address) == expected;
}

static void learn(uint32_t host, struct sockaddr_in address)
{
    peers_learn(&peers, host, &address);
}

int main(void)
{
    uint32_t host;
    bool all = true;

    check(find(at(0x0a580002, 4000), -1), "an empty table knows nobody");
    check(find(at(0, 0), -1), "an empty place is not the address 0.0.0.0:0");
    learn(2, at(0x0a580002, 4000));
    check(find(at(0x0a580002, 4000), 2), "a learned address is found");
    check(find(at(0x0a580002, 4001), -1), "another port is another peer");
    check(find(at(0x0a580003, 4000), -1), "another address is another peer");
    learn(0, at(0x0a580001, 3999));
    check(find(at(0x0a580001, 3999), 0), "host 0, pvmd', is a host");
    learn(3, at(0x0a580002, 4000));
    check(find(at(0x0a580002, 4000), 3), "an address that a new host has is the new host's");
    learn(3, at(0x0a580002, 5000));
    check(find(at(0x0a580002, 5000), 3) && find(at(0x0a580002, 4000), -1),
          "a host that has a new address has lost the old one");
    learn(HOST_COUNT, at(0x0a580009, 1));
    check(find(at(0x0a580009, 1), -1), "an index beyond PVM's is not learned");
    learn(4, at(0x0a580004, 0));
    check(find(at(0x0a580004, 0), -1), "an address without a port is not learned");

    for (host = 0; host < HOST_COUNT; host++)
        learn(host, at(0x0b000000 + host, 7));
    for (host = 0; host < HOST_COUNT; host++)
        all = all && find(at(0x0b000000 + host, 7), (int)host);
    check(all, "all 4096 host indices have room at once");
    return check_end();
}
