/*
 * Passing on what PVM and its remote pvmd say to each other.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_RELAY_H
#define SECPVM_RELAY_H

/* Why the passing has ended. */
enum relay_end {
    RELAY_ENDED,  /* `from` has */
    RELAY_REFUSED /* pvmd's line is none (ddpro.h) */
};

/* Write a line of the far end's to `out`, for PVM to log. PVM reads 255 bytes at a time,
 * and takes what follows for a new line; so a longer one is cut. -1 if nobody reads. */
int relay_line(int out, const char *line);

/* As soon as the remote pvmd's line, which `context` must agree with, has been passed on,
 * KNOWN_LINE goes to `to`.
 *
 * Pass `in` on to `to`, and `from` on to `out`, line by line, until `from` ends. When `in`
 * ends, `to` is closed, which tells the remote pvmd to go on; when `to` or `out` takes no
 * more, what would go there is thrown away. Both `in` and `*to` are closed when they
 * are done with, and *to is then -1. */
enum relay_end relay(int in, int *to, int from, int out, const char *context);

#endif
