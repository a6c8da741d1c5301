/*
 * Hosts that joined no session.
 *
 * A task may register as the one that starts hosts (pvm_reg_hoster). It runs pvmd on a new
 * host by means of its own, and tells the master its address. No join came before, so that
 * daemon has no keys and understands nothing. Stock PVM would try for 180 s, and call the
 * host added. So nothing is sent to it, the log says why, and PVM is told, in the host's
 * name, that it has ended.
 *
 * Only the master can tell: it has admitted all others. The rest learn of a host from it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_STRANGER_H
#define SECPVM_STRANGER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The master has admitted this host: it is no stranger. */
void stranger_admitted(uint32_t host);

/* Is this master about to send to a host that it never admitted? */
bool stranger_is(uint32_t host);

/* Have the next datagram that pvmd receives by `fd` be the end of that host, and tell why. */
void stranger_refuse(int fd, uint32_t host, const struct sockaddr_in *address);

/* That datagram, HEADER_LEN bytes, and where it seems to come from. 0 if there is none. */
size_t stranger_end(uint8_t *datagram, struct sockaddr_in *from);

/* Is a datagram of that length from there what made pvmd look for the other? */
bool stranger_is_wake(size_t len, const struct sockaddr_in *from);

#endif
