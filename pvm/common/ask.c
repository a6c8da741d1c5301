/*
 * Asking the daemon of this host: see ask.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "ask.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "place.h"
#include "secpvm_core.h"

/* The longest arguments of all kinds. */
#define ARGUMENTS_LEN_MAX 64

/* A daemon answers in microseconds; one that has stopped is not waited for. */
#define ANSWER_SECONDS_MAX 30

static const char *const reasons[] = {
    [SERVICE_UNKNOWN_KIND] = "the daemon is of another version",
    [SERVICE_MALFORMED] = "the daemon is of another version",
    [SERVICE_NO_EPOCH] = "the daemon does not have the keys of that epoch",
    [SERVICE_REFUSED] = "the daemon refused",
};

/* The socket is in a folder where others may write: the daemon must be our user's. */
static bool is_own_user(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == getuid();
}

/* A connected socket, or -1. */
static int connect_to_daemon(void)
{
    struct timeval wait = {.tv_sec = ANSWER_SECONDS_MAX};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[PLACE_PATH_CAP];
    int fd;

    if (place_find(PLACE_SERVICE, path) == -1 || strlen(path) >= sizeof address.sun_path
        || !place_is_own(path))
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == -1
        || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == -1
        || connect(fd, (const struct sockaddr *)&address, sizeof address) == -1
        || !is_own_user(fd)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Send a packet and receive the answer; returns its length or -1. */
static ssize_t exchange(const uint8_t *request, size_t len, uint8_t *answer, size_t cap)
{
    int fd = connect_to_daemon();
    ssize_t got = -1;

    if (fd == -1)
        return -1;
    if (send(fd, request, len, MSG_NOSIGNAL) == (ssize_t)len)
        do {
            got = recv(fd, answer, cap, 0);
        } while (got == -1 && errno == EINTR);
    close(fd);
    return got;
}

const char *ask_daemon(enum service_kind kind, const uint8_t *arguments, size_t len,
                       uint8_t *result, size_t result_len)
{
    uint8_t request[1 + ARGUMENTS_LEN_MAX], answer[SERVICE_PACKET_LEN_MAX];
    const char *reason = NULL;
    ssize_t got;

    if (len > ARGUMENTS_LEN_MAX)
        return "the arguments are too long";
    request[0] = (uint8_t)kind;
    if (len > 0)
        memcpy(request + 1, arguments, len);
    got = exchange(request, 1 + len, answer, sizeof answer);
    secpvm_wipe(request, 1 + len);
    if (got < 1)
        return "no secured daemon of this user answers on this host: start PVM by secpvm";
    if (answer[0] != SERVICE_OK)
        reason = answer[0] < sizeof reasons / sizeof reasons[0] ? reasons[answer[0]]
                                                                : reasons[SERVICE_UNKNOWN_KIND];
    else if ((size_t)got != 1 + result_len)
        reason = reasons[SERVICE_MALFORMED];
    else if (result_len > 0)
        memcpy(result, answer + 1, result_len);
    secpvm_wipe(answer, (size_t)got);
    return reason;
}
