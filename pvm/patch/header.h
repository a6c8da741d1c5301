/*
 * The header of a datagram between PVM 3.4 daemons, big-endian:
 *
 *     offset  0  destination tid  4      8  sequence number         2
 *             4  source tid       4     10  acknowledged number     2
 *                                       12  flags 1, zero           4
 *
 * The first datagram of a message (flag SOM) goes on with the message header:
 *
 *            16  encoding         4     28  unset                   4
 *            20  message tag      4     32  wait id                 4
 *            24  context          4     36  checksum 4, unset 8    12
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_HEADER_H
#define SECPVM_HEADER_H

#include <stdint.h>

#define HEADER_LEN 16
#define MESSAGE_HEADER_LEN 32

#define OFFSET_DST 0
#define OFFSET_SRC 4
#define OFFSET_SEQ 8
#define OFFSET_ACK 10
#define OFFSET_FLAGS 12
#define OFFSET_ENCODING 16
#define OFFSET_TAG 20
#define OFFSET_WAIT_ID 32

#define FLAG_SOM 1 /* start of message */
#define FLAG_EOM 2 /* end of message */
#define FLAG_DAT 4 /* carries data */
#define FLAG_FIN 8
#define FLAG_ACK 16

/* A task id: bit 31 a daemon, bit 30 a multicast address, bits 29 to 18 the host
 * index (0 is pvmd', 1 the master), bits 17 to 0 the task on that host. */
#define TID_PVMD UINT32_C(0x80000000)
#define TID_MULTICAST UINT32_C(0x40000000)
#define TID_HOST_SHIFT 18
#define HOST_COUNT 4096u

static inline uint16_t get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void put_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

/* The host index in a task id. */
static inline uint32_t tid_host(uint32_t tid)
{
    return tid >> TID_HOST_SHIFT & (HOST_COUNT - 1);
}

/* The task id of the daemon of a host. */
static inline uint32_t tid_of_pvmd(uint32_t host)
{
    return TID_PVMD | host << TID_HOST_SHIFT;
}

#endif
