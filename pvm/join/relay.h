/*
 * Passing on what PVM and its remote pvmd say to each other.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_RELAY_H
#define SECPVM_RELAY_H

/* As soon as the remote pvmd's line has been passed on, KNOWN_LINE goes to `to`.
 *
 * Pass `in` on to `to`, and `from` on to `out`, until `from` ends. When `in` ends,
 * `to` is closed, which tells the remote pvmd to go on; when `to` or `out` takes no
 * more, what would go there is thrown away. Both `in` and `*to` are closed when they
 * are done with, and *to is then -1. */
void relay(int in, int *to, int from, int out);

#endif
