/*
 * What this daemon has done so far, for `secpvm status` to show: a file of counters
 * beside PVM's own files, mapped into memory. It holds nothing secret.
 *
 * The file is STATUS_WORDS numbers of 64 bits in the byte order of the machine:
 *
 *     0  magic                   5  when it started, in seconds since 1970
 *     1  process                 6  rejected: forged, replayed, stale, malformed, foreign
 *     2  host index             11  not sent
 *     3  suite, see below
 *     4  epoch                  12  for each host index, 5 numbers: address << 16 | port,
 *                                   sealed: datagrams, bytes; opened: datagrams, bytes
 *
 * The suite is its number, with STATUS_CLEAR added if it protects no datagrams; or
 * STATUS_CLASSIC, level << 8 and cipher of classic-1997.
 *
 * pvm/secpvm/src/counters.rs reads it. A reader may see the numbers of one datagram half
 * counted; each number is whole.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_STATUS_H
#define SECPVM_STATUS_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "drops.h"
#include "header.h"
#include "mode.h"

/* "SECPVM", and version 1 of this layout, as the bytes stand in the file. */
#define STATUS_MAGIC "SECPVM\0\1"

enum status_word {
    STATUS_AT_MAGIC,
    STATUS_AT_PROCESS,
    STATUS_AT_HOST,
    STATUS_AT_SUITE,
    STATUS_AT_EPOCH,
    STATUS_AT_STARTED,
    STATUS_AT_REJECTED,
    STATUS_AT_UNSENT = STATUS_AT_REJECTED + DROP_COUNT,
    STATUS_AT_PEERS,
    STATUS_PEER_WORDS = 5,
    STATUS_WORDS = STATUS_AT_PEERS + HOST_COUNT * STATUS_PEER_WORDS
};

#define STATUS_CLASSIC 0x10000u
#define STATUS_CLEAR 0x20000u

/* Make the file, for a daemon of a machine in that mode, a member of `session` unless
 * that is classic. NULL on success, else the reason, one static phrase; a daemon can go
 * on without. Call when PVM_VMID is known, which a slave learns in its main. */
const char *status_open(const struct mode *mode, const uint8_t session[SECPVM_SESSION_LEN]);

/* This process is the daemon of `host`, from now on. */
void status_announce(uint32_t host);

/* It seals in that epoch, from now on. */
void status_epoch(uint32_t epoch);

/* A datagram of `len` bytes was sealed for `host`, or came from it and was opened. */
void status_sealed(uint32_t host, const struct sockaddr_in *to, size_t len);
void status_opened(uint32_t host, const struct sockaddr_in *from, size_t len);

/* A datagram was not believed, or not sent. */
void status_rejected(enum drop reason);
void status_unsent(void);

/* Remove the file, if it is this process's. */
void status_close(void);

#endif
