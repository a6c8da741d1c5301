/*
 * The datagrams between daemons: every one is sealed when it is sent, and opened
 * when it is received.
 *
 * What goes wrong here is told to pvmd as EINTR, which it takes in silence: a
 * datagram that could not be sent is tried again after 0.3 s (DDERRRETRY), one that
 * was dropped was never there.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
/* GNU's socket prototypes take a transparent union, which ISO C can't define. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "classic.h"
#include "datagram.h"
#include "direct_route.h"
#include "drops.h"
#include "group.h"
#include "header.h"
#include "member.h"
#include "next.h"
#include "pace.h"
#include "peers.h"
#include "pvmd.h"
#include "status.h"
#include "stranger.h"

/* The largest UDP payload over IPv4. */
#define RECORD_LEN_MAX 65507

/* pvmd empties the socket of a pvmd' that has died by reading just this much of
 * each datagram. They were not for this process, and nobody looks at them. */
#define DRAIN_LEN HEADER_LEN

static struct peers peers;
static struct pace unsent_pace;

/* Each process counts for itself: pvmd' must not tell its parent's drops again. */
static struct drops drops;
static pid_t drops_pid;

/* pvmd sends again from its own buffer, so sealing needs another. */
static uint8_t outgoing[SECPVM_RECORD_HEADER_LEN + SECPVM_PLAINTEXT_LEN_MAX
                        + SECPVM_RECORD_OVERHEAD_MAX];
static uint8_t incoming[RECORD_LEN_MAX + 1];

ssize_t datagram_not_there(void)
{
    errno = EINTR;
    return -1;
}

/* Tell what was dropped, if it is time to. */
static void tell_drops(void)
{
    char line[DROPS_LINE_LEN_MAX];
    uint64_t now_ms;

    if (!drops_untold(&drops) || drops_pid != getpid())
        return;
    now_ms = pace_now_ms();
    if (!pace_due(&drops.pace, now_ms))
        return;
    drops_tell(&drops, now_ms, line);
    pvmd_log(line);
}

ssize_t datagram_drop(enum drop reason, const struct sockaddr_in *from)
{
    if (drops_pid != getpid()) {
        memset(&drops, 0, sizeof drops);
        drops_pid = getpid();
    }
    drops_count(&drops, reason, from, pace_now_ms());
    status_rejected(reason);
    tell_drops();
    return datagram_not_there();
}

void datagram_finish(void)
{
    char line[DROPS_LINE_LEN_MAX];

    if (drops_pid != getpid() || !drops_untold(&drops))
        return;
    drops_tell(&drops, pace_now_ms(), line);
    pvmd_log(line);
}

ssize_t datagram_not_sent(const struct sockaddr_in *to, const char *reason)
{
    uint64_t now_ms = pace_now_ms();
    char address[INET_ADDRSTRLEN] = "?";
    char line[256];

    status_unsent();
    pace_event(&unsent_pace, now_ms);
    if (pace_due(&unsent_pace, now_ms)) {
        pace_written(&unsent_pace, now_ms);
        (void)inet_ntop(AF_INET, &to->sin_addr, address, sizeof address);
        (void)snprintf(line, sizeof line, "secpvm: a datagram to %s:%u was not sent: %s",
                       address, (unsigned)ntohs(to->sin_port), reason);
        pvmd_log(line);
    }
    return datagram_not_there();
}

/* The host that the datagram in `outgoing` is for, or -1. A task's or a daemon's id
 * names its host; a multicast address doesn't, but the daemon has announced it to
 * that host before (DM_MCA), and so the host's address is known. */
int datagram_receiver(const uint8_t *datagram, const struct sockaddr_in *to)
{
    uint32_t dst = get_u32(datagram + OFFSET_DST);

    if ((dst & (TID_PVMD | TID_MULTICAST)) == TID_MULTICAST)
        return peers_find(&peers, to);
    peers_learn(&peers, tid_host(dst), to);
    return (int)tid_host(dst);
}

static ssize_t send_sealed(int fd, const void *buf, size_t len, int flags,
                           const struct sockaddr_in *to)
{
    uint8_t *datagram = outgoing + SECPVM_RECORD_HEADER_LEN;
    secpvm_status status;
    size_t record_len;
    int receiver;

    if (len < HEADER_LEN || len > SECPVM_PLAINTEXT_LEN_MAX)
        return datagram_not_sent(to, "its length is none of a PVM datagram");
    memcpy(datagram, buf, len);
    receiver = datagram_receiver(datagram, to);
    if (receiver < 0)
        return datagram_not_sent(to, "no host is known there");
    if (stranger_is((uint32_t)receiver)) {
        stranger_refuse(fd, (uint32_t)receiver, to);
        return (ssize_t)len;
    }
    group_sends(fd, (uint32_t)receiver, to, datagram[OFFSET_FLAGS]);
    if (direct_route_leave(datagram, len) == ROUTE_WITHHELD)
        (void)datagram_not_sent(to, "a direct route was asked for in fragments (see PvmFragSize)");
    status = member_seal(pvmd_host(), (uint32_t)receiver, outgoing, sizeof outgoing, len,
                         &record_len);
    if (status != SECPVM_OK)
        return datagram_not_sent(to, secpvm_strerror(status));
    if (next_sendto(fd, outgoing, record_len, flags, (const struct sockaddr *)to, sizeof *to)
        == -1)
        return -1;
    status_sealed((uint32_t)receiver, to, len);
    return (ssize_t)len;
}

/* Where nothing is sealed, the group still wants to know who is there. */
static ssize_t send_clear(int fd, const void *buf, size_t len, int flags,
                          const struct sockaddr *to, socklen_t to_len)
{
    struct sockaddr_in address;
    uint8_t header[HEADER_LEN];

    if (pvmd_is_secured() && len >= HEADER_LEN && to != NULL && to_len >= sizeof address
        && to->sa_family == AF_INET) {
        memcpy(&address, to, sizeof address);
        memcpy(header, buf, sizeof header);
        if ((get_u32(header + OFFSET_DST) & (TID_PVMD | TID_MULTICAST)) != TID_MULTICAST)
            group_sends(fd, tid_host(get_u32(header + OFFSET_DST)), &address,
                        header[OFFSET_FLAGS]);
    }
    return next_sendto(fd, buf, len, flags, to, to_len);
}

/* Only asked off the main path: an IPv4 address alone says enough, and a system call
 * for each datagram would be felt. */
static bool is_udp(int fd)
{
    int protocol = 0;
    socklen_t len = sizeof protocol;

    /* What can't be told is not sent in clear. */
    if (getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) == -1)
        return true;
    return protocol == IPPROTO_UDP;
}

EXPORTED ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to,
                        socklen_t to_len)
{
    struct sockaddr_in address;

    if (!pvmd_guards_datagrams())
        return send_clear(fd, buf, len, flags, to, to_len);
    tell_drops();
    if (to != NULL && to_len >= sizeof address && to->sa_family == AF_INET) {
        memcpy(&address, to, sizeof address);
        if (classic_is_on())
            return classic_send(fd, buf, len, flags, &address);
        return send_sealed(fd, buf, len, flags, &address);
    }
    if (!is_udp(fd))
        return next_sendto(fd, buf, len, flags, to, to_len);
    errno = EAFNOSUPPORT;
    return -1;
}

/* Open what lies in `incoming`, and give the caller as much as it has room for, as
 * the kernel does. */
static ssize_t open_received(size_t record_len, void *buf, size_t len,
                             const struct sockaddr_in *from)
{
    uint8_t *datagram = incoming + SECPVM_RECORD_HEADER_LEN;
    size_t datagram_len;
    uint32_t sender;
    secpvm_status status
        = member_open(pvmd_host(), incoming, record_len, &sender, &datagram_len);

    if (status == SECPVM_REJECTED_STALE)
        group_missed(from);
    if (status != SECPVM_OK)
        return datagram_drop(drop_of_status(status), from);
    if (datagram_len < HEADER_LEN)
        return datagram_drop(DROP_MALFORMED, from);
    if (sender != tid_host(get_u32(datagram + OFFSET_SRC)))
        return datagram_drop(DROP_FOREIGN, from);
    group_received(sender, datagram[OFFSET_FLAGS]);
    status_opened(sender, from, datagram_len);
    direct_route_arrive(datagram, datagram_len);
    if (datagram_len > len)
        datagram_len = len;
    memcpy(buf, datagram, datagram_len);
    return (ssize_t)datagram_len;
}

/* A message of the group is not for pvmd. */
static ssize_t handle_message(int fd, size_t message_len, const struct sockaddr_in *from)
{
    secpvm_status status = group_handle(fd, incoming, message_len, from);

    return status == SECPVM_OK ? datagram_not_there()
                               : datagram_drop(drop_of_status(status), from);
}

/* What is received in clear, the messages of the group are not for pvmd either. */
static ssize_t receive_clear(int fd, void *buf, size_t len, int flags, struct sockaddr *from,
                             socklen_t *from_len)
{
    ssize_t got = next_recvfrom(fd, buf, len, flags, from, from_len);
    struct sockaddr_in address;

    if (got < (ssize_t)HEADER_LEN || len <= DRAIN_LEN || !pvmd_is_secured() || from == NULL
        || from_len == NULL || *from_len < sizeof address || from->sa_family != AF_INET)
        return got;
    memcpy(&address, from, sizeof address);
    memcpy(incoming, buf, (size_t)got);
    if (incoming[0] == GROUP_MAGIC)
        return handle_message(fd, (size_t)got, &address);
    group_received(tid_host(get_u32(incoming + OFFSET_SRC)), incoming[OFFSET_FLAGS]);
    return got;
}

/* pvmd has two calls of recvfrom, and asks in both for the sender's address. */
EXPORTED ssize_t recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from,
                          socklen_t *from_len)
{
    struct sockaddr_in address = {0};
    socklen_t address_len = sizeof address;
    ssize_t got;

    if (!pvmd_guards_datagrams() || from == NULL || from_len == NULL)
        return receive_clear(fd, buf, len, flags, from, from_len);
    tell_drops();
    if (flags != 0) {
        /* pvmd sets none; a record that is peeked at would be a replay when read. */
        errno = EINVAL;
        return -1;
    }
    if (len > DRAIN_LEN && (got = (ssize_t)stranger_end(buf, &address)) > 0) {
        memcpy(from, &address, *from_len < address_len ? *from_len : address_len);
        *from_len = address_len;
        return got;
    }
    got = next_recvfrom(fd, incoming, sizeof incoming, 0, (struct sockaddr *)&address,
                        &address_len);
    if (got == -1)
        return -1;
    if (len <= DRAIN_LEN || stranger_is_wake((size_t)got, &address))
        return datagram_not_there();
    if (got > 0 && incoming[0] == GROUP_MAGIC && !classic_is_on())
        return handle_message(fd, (size_t)got, &address);
    memcpy(from, &address, *from_len < address_len ? *from_len : address_len);
    *from_len = address_len;
    if (classic_is_on())
        return classic_open(fd, incoming, (size_t)got, buf, len, &address);
    return open_received((size_t)got, buf, len, &address);
}
