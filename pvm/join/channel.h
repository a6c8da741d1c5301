/*
 * Reading and writing on the pipes of the start-up channel, within a time.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_CHANNEL_H
#define SECPVM_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

enum channel_result {
    CHANNEL_OK,
    CHANNEL_END,     /* the other side closed, or the system failed */
    CHANNEL_TIMEOUT, /* nothing more came in time */
    CHANNEL_TOO_LONG /* the line did not fit: its rest has been read and left out */
};

/* Milliseconds of a rising clock. */
int64_t channel_now_ms(void);

/* Read one line, up to and with its newline and not a byte more, because the next
 * byte may be for another program. `text` receives it without the newline, cut at
 * `cap` - 1 bytes; what came of it is there even if the result is not CHANNEL_OK. */
enum channel_result channel_read_line(int fd, int64_t deadline_ms, char *text, size_t cap);

/* Write all of it. -1 if the other side has closed. */
int channel_write(int fd, const void *bytes, size_t len);

#endif
