/*
 * What passes between a daemon and who asks it on its own host: `secpvm`, and tasks.
 *
 * The daemon listens on a SOCK_SEQPACKET socket of the unix domain (place.h). Each side
 * refuses a peer of another user. A connection carries one request and one answer, each
 * in one packet:
 *
 *     request:  kind 1, arguments
 *     answer:   status 1 (enum service_status), result, which only SERVICE_OK has
 *
 * Integers in both are big-endian.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_SERVICE_PROTOCOL_H
#define SECPVM_SERVICE_PROTOCOL_H

/* The longest request and the longest answer, in bytes. */
#define SERVICE_PACKET_LEN_MAX 4096

/* Arguments -> result. Frozen. */
enum service_kind {
    /* none -> the current session for tasks, 40; or epoch 4 -> the one of that epoch */
    SERVICE_TASK_SESSION = 1,
    /* task id 4 -> nothing: that task takes nothing but sealed messages */
    SERVICE_REGISTER = 2,
    /* token 32, host index 4, process of pvmd' 4 -> grant 80: a host that is being started.
     * The master alone, for its own forks */
    SERVICE_ADMIT = 3,
    /* none -> epoch 4, what a change waits for 1: have another epoch follow. The second only
     * looks */
    SERVICE_REKEY_BEGIN = 4,
    SERVICE_REKEY_LOOK = 5,
    /* none -> the daemons' own session, 40: only where that is allowed */
    SERVICE_RAW_SESSION = 6
};

enum service_status {
    SERVICE_OK = 0,
    SERVICE_UNKNOWN_KIND = 1,
    SERVICE_MALFORMED = 2, /* the arguments are none of this kind */
    SERVICE_NO_EPOCH = 3,  /* an epoch that is not known, or not known any more */
    SERVICE_REFUSED = 4    /* this daemon does not do that */
};

#endif
