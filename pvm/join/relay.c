/*
 * Passing on what PVM and its remote pvmd say to each other: see relay.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#include "channel.h"

/* Pass on what there is. False when `from` has ended. */
static bool pass(int from, int to)
{
    char bytes[4096];
    ssize_t got = read(from, bytes, sizeof bytes);

    if (got == -1)
        return errno == EINTR || errno == EAGAIN;
    if (got > 0 && to != -1)
        (void)channel_write(to, bytes, (size_t)got);
    return got > 0;
}

void relay(int in, int *to, int from, int out)
{
    struct pollfd ready[2] = {{.fd = from, .events = POLLIN}, {.fd = in, .events = POLLIN}};

    for (;;) {
        if (poll(ready, 2, -1) == -1)
            continue;
        if (ready[1].revents != 0 && !pass(in, *to)) {
            close(in);
            close(*to);
            *to = -1;
            ready[1].fd = -1;
        }
        if (ready[0].revents != 0 && !pass(from, out))
            return;
    }
}
