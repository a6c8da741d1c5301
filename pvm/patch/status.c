/*
 * The file of counters: see status.h.
 *
 * pvmd' is a fork of the daemon, and counts into the same pages. The file is locked as
 * long as one of them has it mapped: PVM lets a user have several daemons on one host, for machines
 * that don't know of each other, and the first one's file is not to be taken from it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "status.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "place.h"

static char path[PLACE_PATH_CAP];

/* NULL when there is no file. */
static uint64_t *words;

/* Does a living daemon count in the file that is there? */
static bool is_in_use(void)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool in_use;

    if (fd == -1)
        return false;
    in_use = flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK;
    close(fd);
    return in_use;
}

/* May this process make a file so long? Where it may not, it would get a signal. */
static bool may_be_long(size_t len)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_FSIZE, &limit) == 0
           && (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= len);
}

/* A new file of zeros, mapped and locked. What a daemon that was killed has left gives way; what
 * is another user's can't be removed and is not written to. */
static uint64_t *map_new(void)
{
    size_t len = STATUS_WORDS * sizeof *words;
    void *mapped = MAP_FAILED;
    int fd;

    (void)unlink(path);
    if (!may_be_long(len))
        return NULL;
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd == -1)
        return NULL;
    /* Room is taken now: a full disk is an error here, not a signal later. */
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && posix_fallocate(fd, 0, (off_t)len) == 0)
        mapped = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    /* The mapping keeps the lock. */
    close(fd);
    if (mapped == MAP_FAILED) {
        (void)unlink(path);
        return NULL;
    }
    return mapped;
}

/* The number of what protects the datagrams, or -1 if the session is none. */
static int64_t suite_of(const struct mode *mode, const uint8_t *session)
{
    secpvm_suite_info suite;

    if (mode->kind == MODE_CLASSIC)
        return STATUS_CLASSIC | mode->level << 8 | mode->cipher;
    if (secpvm_session_suite(session, &suite) != SECPVM_OK)
        return -1;
    return mode->kind == MODE_CLEAR ? STATUS_CLEAR | suite.id : suite.id;
}

const char *status_open(const struct mode *mode, const uint8_t session[SECPVM_SESSION_LEN])
{
    int64_t suite = suite_of(mode, session);

    if (suite == -1)
        return "the session is none";
    if (place_find(PLACE_STATUS, path) == -1)
        return "the path of the status file is too long";
    if (is_in_use())
        return "another daemon of this user on this host has the status file";
    words = map_new();
    if (words == NULL)
        return "the status file cannot be made";
    words[STATUS_AT_SUITE] = (uint64_t)suite;
    if (mode->kind != MODE_CLASSIC)
        words[STATUS_AT_EPOCH] = get_u32(session + SECPVM_SESSION_LEN - 8);
    words[STATUS_AT_STARTED] = (uint64_t)time(NULL);
    return NULL;
}

void status_announce(uint32_t host)
{
    if (words == NULL)
        return;
    words[STATUS_AT_HOST] = host;
    words[STATUS_AT_PROCESS] = (uint64_t)getpid();
    memcpy(&words[STATUS_AT_MAGIC], STATUS_MAGIC, sizeof words[0]);
}

void status_epoch(uint32_t epoch)
{
    if (words != NULL)
        words[STATUS_AT_EPOCH] = epoch;
}

/* Two processes count: see above. */
static void add(uint64_t *word, uint64_t count)
{
    (void)__atomic_fetch_add(word, count, __ATOMIC_RELAXED);
}

/* The first of a host's numbers. */
static uint64_t *peer(uint32_t host, const struct sockaddr_in *address)
{
    uint64_t *first = words + STATUS_AT_PEERS + host % HOST_COUNT * STATUS_PEER_WORDS;

    *first = (uint64_t)ntohl(address->sin_addr.s_addr) << 16 | ntohs(address->sin_port);
    return first;
}

void status_sealed(uint32_t host, const struct sockaddr_in *to, size_t len)
{
    uint64_t *first;

    if (words == NULL)
        return;
    first = peer(host, to);
    add(first + 1, 1);
    add(first + 2, len);
}

void status_opened(uint32_t host, const struct sockaddr_in *from, size_t len)
{
    uint64_t *first;

    if (words == NULL)
        return;
    first = peer(host, from);
    add(first + 3, 1);
    add(first + 4, len);
}

void status_rejected(enum drop reason)
{
    if (words != NULL)
        add(&words[STATUS_AT_REJECTED + reason], 1);
}

void status_unsent(void)
{
    if (words != NULL)
        add(&words[STATUS_AT_UNSENT], 1);
}

void status_close(void)
{
    if (words != NULL && words[STATUS_AT_PROCESS] == (uint64_t)getpid())
        (void)unlink(path);
}
