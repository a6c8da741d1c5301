/*
 * Passing on what PVM and its remote pvmd say to each other: see relay.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "known.h"

/* How pvmd's line begins, which tells its address. */
static const char ddpro[] = "ddpro<";

/* The line that passes: its length so far, and how much of it is as in `ddpro`. */
struct search {
    size_t len, matched;
};

/* Does `byte` end pvmd's line? */
static bool ends_ddpro(struct search *line, char byte)
{
    bool found = byte == '\n' && line->matched == sizeof ddpro - 1;

    if (byte == '\n') {
        memset(line, 0, sizeof *line);
        return found;
    }
    if (line->len < sizeof ddpro - 1 && byte == ddpro[line->len])
        line->matched++;
    line->len++;
    return false;
}

/* Pass on what there is. False when `from` has ended. `*found` if the end of pvmd's line
 * was in it, and could be written; `search` may be NULL. */
static bool pass(int from, int to, struct search *search, bool *found)
{
    char bytes[4096];
    ssize_t got = read(from, bytes, sizeof bytes);
    bool written;
    ssize_t i;

    if (got == -1)
        return errno == EINTR || errno == EAGAIN;
    written = got > 0 && to != -1 && channel_write(to, bytes, (size_t)got) == 0;
    for (i = 0; search != NULL && i < got; i++)
        if (ends_ddpro(search, bytes[i]) && written)
            *found = true;
    return got > 0;
}

void relay(int in, int *to, int from, int out)
{
    struct pollfd ready[2] = {{.fd = from, .events = POLLIN}, {.fd = in, .events = POLLIN}};
    struct search search = {0};
    bool found = false, told = false;

    for (;;) {
        if (poll(ready, 2, -1) == -1)
            continue;
        if (ready[1].revents != 0 && !pass(in, *to, NULL, NULL)) {
            close(in);
            close(*to);
            *to = -1;
            ready[1].fd = -1;
        }
        if (ready[0].revents != 0 && !pass(from, out, &search, &found))
            return;
        if (found && !told && *to != -1) {
            (void)channel_write(*to, KNOWN_LINE "\n", sizeof KNOWN_LINE);
            told = true;
        }
    }
}
