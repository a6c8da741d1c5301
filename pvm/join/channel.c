/*
 * Reading and writing on the pipes of the start-up channel: see channel.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

int64_t channel_now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Wait until something can be read, and say how many bytes. 0 where that can't be told. */
static enum channel_result await_bytes(int fd, int64_t deadline_ms, int *count)
{
    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        int64_t left_ms = deadline_ms - channel_now_ms();

        if (left_ms <= 0)
            return CHANNEL_TIMEOUT;
        if (poll(&ready, 1, (int)left_ms) <= 0)
            continue;
        if (ioctl(fd, FIONREAD, count) == -1)
            *count = 0;
        return CHANNEL_OK;
    }
}

/* `waiting` bytes are there to be read without asking again. */
static enum channel_result read_byte(int fd, int64_t deadline_ms, int *waiting, char *byte)
{
    for (;;) {
        ssize_t got;

        if (*waiting <= 0) {
            enum channel_result result = await_bytes(fd, deadline_ms, waiting);

            if (result != CHANNEL_OK)
                return result;
        }
        got = read(fd, byte, 1);
        *waiting -= 1;
        if (got == 1)
            return CHANNEL_OK;
        if (got == 0 || (errno != EINTR && errno != EAGAIN))
            return CHANNEL_END;
    }
}

enum channel_result channel_read_line(int fd, int64_t deadline_ms, char *text, size_t cap)
{
    size_t len = 0;
    int cut = 0, waiting = 0;

    text[0] = '\0';
    for (;;) {
        char byte;
        enum channel_result result = read_byte(fd, deadline_ms, &waiting, &byte);

        if (result != CHANNEL_OK)
            return result;
        if (byte == '\n')
            return cut ? CHANNEL_TOO_LONG : CHANNEL_OK;
        if (len + 1 < cap) {
            text[len++] = byte;
            text[len] = '\0';
        } else {
            cut = 1;
        }
    }
}

int channel_write(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t written = write(fd, at, len);

        if (written == -1 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        at += written;
        len -= (size_t)written;
    }
    return 0;
}
