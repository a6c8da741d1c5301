/*
 * The sockets of libpvm: see sockets.h.
 *
 *     read    tells by which socket a message came, and refuses what is too long for PVM
 *     write   to a route that is gone fails, and PVM sends by way of the daemons
 *     listen  for a route hears nobody but the task that asked for it
 *
 * All three are PVM's only while it routes messages; the program's own go through.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
/* GNU's socket prototypes take a transparent union, which ISO C can't define. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE

#include "sockets.h"

#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <sys/socket.h>
#include <unistd.h>

#include "policy.h"
#include "say.h"

/* A frame's header. PVM adds its length to the one that stands in it, as an int. */
#define FRAME_HEADER_LEN 16
#define FRAME_LEN_MAX ((size_t)(INT_MAX - FRAME_HEADER_LEN))

/* The most that PvmFragSize can be. A sealed message is in fragments of that size. */
#define FRAGMENT_LEN_MAX ((size_t)1 << 20)

/* Where a segment says from where it is. */
#define IP_SOURCE 12
#define TCP_SOURCE_PORT 0

/* How deep this thread is within mroute. */
static _Thread_local int depth;

/* The last piece that was read. */
static _Thread_local struct {
    int fd;
    const char *at;
} last_read;

/* Who is to connect: its family is 0 if that is not known. */
static _Thread_local struct sockaddr_in awaited;

void sockets_begin(void)
{
    depth++;
}

void sockets_end(void)
{
    depth--;
}

bool sockets_are_in_use(void)
{
    return depth > 0;
}

static bool is_daemons(int fd)
{
    return libpvm_tid() <= 0 || fd == libpvm_daemon_socket();
}

/* PVM reads a fragment into the buffer where it stays, and hands the message on at once
 * after its last one. A message that no socket has brought was made in this task. */
enum origin sockets_origin(const struct message *message)
{
    const struct fragment *last = message->fragments->previous;

    if (last == message->fragments || last_read.at < last->buffer
        || last_read.at >= last->buffer + last->capacity)
        return ORIGIN_SELF;
    return is_daemons(last_read.fd) ? ORIGIN_DAEMON : ORIGIN_DIRECT;
}

/* PVM believes the length in a frame's header. Where it could overflow, memory would be
 * written that is not the fragment's; and what is not a sealed message's is no use here. */
static size_t len_max(int fd)
{
    bool is_sealed = policy_get() == PvmSecurityRequire && libpvm_route_tid(fd) != 0;

    return is_sealed ? FRAGMENT_LEN_MAX : FRAME_LEN_MAX;
}

EXPORTED ssize_t read(int fd, void *buf, size_t len)
{
    if (depth == 0)
        return next_read(fd, buf, len);
    if (len > FRAGMENT_LEN_MAX && len > len_max(fd)) {
        say("closed the direct route to t%x: what came there is no frame of PVM's",
            (unsigned)libpvm_route_tid(fd));
        errno = EPROTO;
        return -1;
    }
    /* Not what the program's own handlers read meanwhile. */
    if (is_daemons(fd) || libpvm_route_tid(fd) != 0) {
        last_read.fd = fd;
        last_read.at = buf;
    }
    return next_read(fd, buf, len);
}

/* Without the signal that would end the task: there is another way. Without its daemon there is
 * none, and the task ends as it always has. */
EXPORTED ssize_t write(int fd, const void *buf, size_t len)
{
    if (depth == 0 || libpvm_route_tid(fd) == 0)
        return next_write(fd, buf, len);
    return send(fd, buf, len, MSG_NOSIGNAL);
}

void sockets_await(const struct sockaddr_in *address)
{
    awaited = address != NULL ? *address : (struct sockaddr_in){0};
}

/* PVM takes the first that connects. What comes from elsewhere never reaches the socket: the
 * kernel asks this program for each segment, whose TCP header begins at 0. */
static void hear_only_awaited(int fd)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + IP_SOURCE),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohl(awaited.sin_addr.s_addr), 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TCP_SOURCE_PORT),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohs(awaited.sin_port), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};

    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == -1)
        say("anybody can take the place of the task that asks for a direct route: no filter");
}

EXPORTED int listen(int fd, int backlog)
{
    if (depth > 0 && awaited.sin_family == AF_INET)
        hear_only_awaited(fd);
    return next_listen(fd, backlog);
}
