/*
 * The datagrams between daemons as packets of 1997 (docs/classic-1997.md): what stands
 * in the place of sealing and opening records on a machine that was started with
 * `secpvm --profile classic-1997`. Broken, as documented; never reached otherwise.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_CLASSIC_H
#define SECPVM_CLASSIC_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "mode.h"
#include "secpvm_core.h"

/* PVM's own datagram has the first half of the header only. */
#define CLASSIC_ADDED_LEN 16

/* Become a daemon of a classic machine: the master of a new one, with a session key of
 * its own, or a slave, whose key is to come by the exchange. NULL, or the reason why
 * not, one static phrase. */
const char *classic_begin(const struct mode *mode, bool slave);

/* Wipe the key. */
void classic_end(void);

/* Is this a daemon of a classic machine? */
bool classic_is_on(void);

/* The session key, or NULL as long as there is none. */
const uint8_t *classic_key(void);

/* Take the session key, from now on. SECPVM_ERR_WEAK_KEY: draw another. */
secpvm_status classic_take_key(const uint8_t key[SECPVM_CLASSIC_KEY_LEN]);

/* In the place of sendto: the `len` bytes at `buf` are a PVM datagram. */
ssize_t classic_send(int fd, const void *buf, size_t len, int flags,
                     const struct sockaddr_in *to);

/* Behind recvfrom: open the packet, which is overwritten, and put PVM's datagram into
 * `buf`, at most `cap` bytes. */
ssize_t classic_open(int fd, uint8_t *packet, size_t packet_len, void *buf, size_t cap,
                     const struct sockaddr_in *from);

#endif
