/*
 * Hosts that joined no session: see stranger.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "stranger.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "header.h"
#include "member.h"
#include "next.h"
#include "pvmd.h"
#include "shadow.h"

static bool admitted[HOST_COUNT];

/* The one to end, 0: none. Others have their turn when pvmd sends to them again. */
static uint32_t ending;
static struct sockaddr_in ending_address;

/* Where the daemon itself receives. The kernel takes no datagram with such a source from
 * the network. */
static struct sockaddr_in own_address;

void stranger_admitted(uint32_t host)
{
    if (host < HOST_COUNT)
        admitted[host] = true;
}

bool stranger_is(uint32_t host)
{
    return member_leads() && pvmd_host() == LEADER_HOST && host != SHADOW_HOST
           && host != LEADER_HOST && !admitted[host % HOST_COUNT];
}

static void tell(const struct sockaddr_in *address)
{
    char text[INET_ADDRSTRLEN] = "?";
    char line[160];

    (void)inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    (void)snprintf(line, sizeof line,
                   "secpvm: the host at %s is given up: a task of yours has started it "
                   "(pvm_reg_hoster), and so it has no keys",
                   text);
    pvmd_log(line);
}

void stranger_refuse(int fd, uint32_t host, const struct sockaddr_in *address)
{
    socklen_t len = sizeof own_address;

    if (ending != 0)
        return;
    ending = host;
    ending_address = *address;
    tell(address);
    /* An empty datagram to itself makes pvmd look. Without it, it looks at the next one. */
    if (getsockname(fd, (struct sockaddr *)&own_address, &len) == 0)
        (void)next_sendto(fd, "", 0, 0, (const struct sockaddr *)&own_address, len);
}

size_t stranger_end(uint8_t *datagram, struct sockaddr_in *from)
{
    if (ending == 0)
        return 0;
    memset(datagram, 0, HEADER_LEN);
    put_u32(datagram + OFFSET_DST, tid_of_pvmd(pvmd_host()));
    put_u32(datagram + OFFSET_SRC, tid_of_pvmd(ending));
    datagram[OFFSET_FLAGS] = FLAG_FIN | FLAG_ACK;
    *from = ending_address;
    ending = 0;
    return HEADER_LEN;
}

bool stranger_is_wake(size_t len, const struct sockaddr_in *from)
{
    return len == 0 && from->sin_port == own_address.sin_port
           && from->sin_addr.s_addr == own_address.sin_addr.s_addr;
}
