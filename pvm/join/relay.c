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
#include "ddpro.h"
#include "known.h"

/* Less than PVM's 255. pvmd's line has 130 at most. */
#define LINE_LEN_MAX 200

/* What comes from the far end: the line that is not complete yet, cut if it is too long. */
struct reader {
    const char *context;
    char line[LINE_LEN_MAX + 1];
    size_t len;
    int out;
    bool told;    /* pvmd's line has been passed on */
    bool refused; /* it is none */
};

int relay_line(int out, const char *line)
{
    char text[LINE_LEN_MAX + 1];
    size_t len = strnlen(line, LINE_LEN_MAX);

    memcpy(text, line, len);
    text[len] = '\n';
    return channel_write(out, text, len + 1);
}

/* The line is complete. */
static void end_line(struct reader *reader)
{
    reader->line[reader->len] = '\0';
    reader->len = 0;
    if (!ddpro_begins(reader->line)) {
        /* PVM reads no more once it has what it wants. */
        (void)relay_line(reader->out, reader->line);
    } else if (!reader->told) {
        reader->refused = !ddpro_is_sound(reader->line, reader->context);
        reader->told = !reader->refused && relay_line(reader->out, reader->line) == 0;
    }
}

static void take(struct reader *reader, const char *bytes, size_t len)
{
    size_t i;

    for (i = 0; i < len && !reader->refused; i++) {
        if (bytes[i] == '\n')
            end_line(reader);
        else if (reader->len < LINE_LEN_MAX)
            reader->line[reader->len++] = bytes[i] != '\0' ? bytes[i] : '?';
    }
}

/* Take what there is. False when `from` has ended. */
static bool read_lines(int from, struct reader *reader)
{
    char bytes[4096];
    ssize_t got = read(from, bytes, sizeof bytes);

    if (got == -1)
        return errno == EINTR || errno == EAGAIN;
    take(reader, bytes, (size_t)got);
    if (got == 0 && reader->len > 0)
        end_line(reader);
    return got > 0;
}

/* Pass on what there is. False when `in` has ended. */
static bool pass(int in, int to)
{
    char bytes[4096];
    ssize_t got = read(in, bytes, sizeof bytes);

    if (got == -1)
        return errno == EINTR || errno == EAGAIN;
    if (to != -1)
        (void)channel_write(to, bytes, (size_t)got);
    return got > 0;
}

enum relay_end relay(int in, int *to, int from, int out, const char *context)
{
    struct pollfd ready[2] = {{.fd = from, .events = POLLIN}, {.fd = in, .events = POLLIN}};
    struct reader reader = {.context = context, .out = out};
    bool known = false;

    for (;;) {
        if (poll(ready, 2, -1) == -1)
            continue;
        if (ready[1].revents != 0 && !pass(in, *to)) {
            close(in);
            close(*to);
            *to = -1;
            ready[1].fd = -1;
        }
        if (ready[0].revents != 0 && !read_lines(from, &reader))
            return reader.refused ? RELAY_REFUSED : RELAY_ENDED;
        if (reader.refused)
            return RELAY_REFUSED;
        if (reader.told && !known && *to != -1) {
            (void)channel_write(*to, KNOWN_LINE "\n", sizeof KNOWN_LINE);
            known = true;
        }
    }
}
