/*
 * The group of daemons changes its epoch, together: when it is asked to, when a limit
 * is reached, and when a host is gone. Here is what moves member.h: the messages between
 * daemons, the time, and what can be seen of PVM's own doings.
 *
 * Messages travel as datagrams beside the records, from the daemon's own socket. Their
 * first byte is GROUP_MAGIC, that of a record 0x73; the others are in the documentation
 * of core's group.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_GROUP_H
#define SECPVM_GROUP_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "grant.h"
#include "secpvm_core.h"

#define GROUP_MAGIC 0x72

/* ---- What the daemon's datagrams tell. ----------------------------------- */

/* A datagram with these flags of PVM's is about to be sent to a host by the socket `fd`,
 * or came from one, and was authentic. */
void group_sends(int fd, uint32_t host, const struct sockaddr_in *to, uint8_t flags);
void group_received(uint32_t host, uint8_t flags);

/* A record of an epoch that is not held came from `from`. */
void group_missed(const struct sockaddr_in *from);

/* A message came to the daemon's socket `fd`. */
secpvm_status group_handle(int fd, const uint8_t *message, size_t message_len,
                           const struct sockaddr_in *from);

/* ---- Time. ---------------------------------------------------------------- */

/* Do what is due at `now_ms`, before the daemon waits. Returns when there is more to do,
 * or UINT64_MAX. */
uint64_t group_work(uint64_t now_ms);

/* ---- Requests. ------------------------------------------------------------ */

/* What a change of epoch waits for. */
enum group_wait {
    GROUP_READY,    /* nothing: none was asked for */
    GROUP_CHANGING, /* the last change is not complete */
    GROUP_ADDING,   /* hosts are being added */
    GROUP_ASKED     /* the master's answer */
};

/* Have another epoch follow, as soon as that can be. */
secpvm_status group_rekey(void);

enum group_wait group_waits_for(void);

/* The master: admit the daemon of a host that is being added by `pvmd_prime`. */
secpvm_status group_admit(uint32_t host, pid_t pvmd_prime, struct grant *grant);

#endif
