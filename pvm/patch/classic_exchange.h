/*
 * The key exchange of 1997 between the master's daemon and a slave's, over UDP, before
 * PVM's own first packet (docs/classic-1997.md). It authenticates nobody.
 *
 * A message is a plain packet from pvmd to pvmd, SOM, EOM and DAT set: the header of
 * 32 bytes with sequence number 0, which is none of PVM's, PVM's message header of 32
 * bytes with the message's code as the tag, and the body of 128, 128, 32 or 0 bytes.
 *
 * The report has them sent by PVM's reliable packet layer, as PVM messages. That layer
 * stands above us, and it drives the exchange: PVM's first datagram for a new host is
 * held, and starts the exchange; as often as PVM sends it again, the last message goes
 * again; and at the end it leaves, sealed. A slave answers whatever it gets again as
 * it did before.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_CLASSIC_EXCHANGE_H
#define SECPVM_CLASSIC_EXCHANGE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Be ready to answer the master that the arguments of this pvmd name. NULL, or the
 * reason why not. */
const char *exchange_begin_slave(void);

/* Wipe and free what is left of exchanges under way. */
void exchange_end(void);

/* Must this host be given the session key, by us, before it can open anything? */
bool exchange_is_due(uint32_t host);

/* Hold PVM's datagram for a host that has no key yet, and begin the exchange or repeat
 * its last message. `len`: to PVM the datagram is sent. */
ssize_t exchange_hold(int fd, uint32_t host, const uint8_t *datagram, size_t len,
                      const struct sockaddr_in *to);

/* Is this a message of the exchange, by its header and code? */
bool exchange_is_message(const uint8_t *packet, size_t len);

/* Take such a message, and answer. To PVM it was never there (EINTR). */
ssize_t exchange_receive(int fd, const uint8_t *packet, size_t len,
                         const struct sockaddr_in *from);

#endif
