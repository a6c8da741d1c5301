/*
 * The service of a daemon: see service.h.
 *
 * Nobody can make the daemon wait: a connection whose request has not come yet is kept,
 * and looked at again when it has. There are few places for those; the oldest gives way.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "service.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "admission.h"
#include "own.h"
#include "place.h"
#include "raw_key.h"
#include "registry.h"
#include "rekeying.h"
#include "secpvm_core.h"
#include "task_sessions.h"

/* Programs that have connected and not asked yet. Each asks at once. */
#define CONNECTIONS_MAX 16
#define BACKLOG 64

/* Who answers what: for each kind, a function in a file of its own. */
static service_answer *const answers[] = {
    [SERVICE_TASK_SESSION] = task_sessions_answer,
    [SERVICE_REGISTER] = registry_answer,
    [SERVICE_ADMIT] = admission_answer,
    [SERVICE_REKEY_BEGIN] = rekeying_begin_answer,
    [SERVICE_REKEY_LOOK] = rekeying_look_answer,
    [SERVICE_RAW_SESSION] = raw_key_answer,
};

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static own_mark is_opener;
static int listener = -1;
static int connections[CONNECTIONS_MAX]; /* from the oldest on */
static size_t connection_count;

static int listen_at(const struct sockaddr_un *at)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask;
    int bound;

    if (fd == -1)
        return -1;
    mask = umask(0077);
    bound = bind(fd, (const struct sockaddr *)at, sizeof *at);
    (void)umask(mask);
    if (bound == -1 || listen(fd, BACKLOG) == -1 || fd >= FD_SETSIZE) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Does a living daemon listen there? PVM lets a user have several on one host. */
static bool is_in_use(const struct sockaddr_un *at)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool in_use = connect(fd, (const struct sockaddr *)at, sizeof *at) == 0 || errno == EAGAIN;

    close(fd);
    return in_use;
}

const char *service_open(void)
{
    char path[PLACE_PATH_CAP];

    if (is_opener == NULL && own_new(&is_opener) != SECPVM_OK)
        return "no memory";
    if (place_find(PLACE_SERVICE, path) == -1 || strlen(path) >= sizeof address.sun_path)
        return "the path of the service is too long";
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (place_is_own(path) && is_in_use(&address))
        return "another daemon of this user serves there; see PVM_VMID and PVM_TMP";
    /* What a daemon that was killed has left; another user's can't be removed. */
    (void)unlink(path);
    listener = listen_at(&address);
    if (listener == -1)
        return "its socket cannot be made where PVM_TMP says; no host can be added either";
    *is_opener = 1;
    return NULL;
}

/* Asked twice in each wait of the daemon's: a system call would be felt. */
static bool is_served_here(void)
{
    return listener != -1 && *is_opener != 0;
}

int service_watch(fd_set *reads, int count)
{
    size_t i;

    if (!is_served_here())
        return count;
    FD_SET(listener, reads);
    if (listener >= count)
        count = listener + 1;
    for (i = 0; i < connection_count; i++) {
        FD_SET(connections[i], reads);
        if (connections[i] >= count)
            count = connections[i] + 1;
    }
    return count;
}

static bool is_own_user(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == getuid();
}

static void end_connection(size_t at)
{
    close(connections[at]);
    connection_count--;
    memmove(connections + at, connections + at + 1,
            (connection_count - at) * sizeof connections[0]);
}

static void accept_connection(void)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd == -1)
        return;
    if (!is_own_user(fd) || fd >= FD_SETSIZE) {
        close(fd);
        return;
    }
    if (connection_count == CONNECTIONS_MAX)
        end_connection(0);
    connections[connection_count++] = fd;
}

static enum service_status answer(const uint8_t *request, size_t len, uint8_t *result,
                                  size_t *result_len)
{
    if (len == 0)
        return SERVICE_MALFORMED;
    if (request[0] >= sizeof answers / sizeof answers[0] || answers[request[0]] == NULL)
        return SERVICE_UNKNOWN_KIND;
    return answers[request[0]](request + 1, len - 1, result, result_len);
}

static void serve_connection(int fd)
{
    static uint8_t request[SERVICE_PACKET_LEN_MAX], packet[SERVICE_PACKET_LEN_MAX];
    ssize_t len = recv(fd, request, sizeof request, MSG_TRUNC);
    size_t result_len = 0;

    if (len < 0)
        return;
    if (len > (ssize_t)sizeof request)
        packet[0] = SERVICE_MALFORMED;
    else
        packet[0] = (uint8_t)answer(request, (size_t)len, packet + 1, &result_len);
    if (packet[0] != SERVICE_OK)
        result_len = 0;
    /* Who has gone, or has no room, gets no answer. */
    (void)send(fd, packet, 1 + result_len, MSG_NOSIGNAL);
    secpvm_wipe(packet, 1 + result_len);
}

int service_serve(fd_set *reads)
{
    int done = 0;
    size_t i;

    if (!is_served_here())
        return 0;
    for (i = connection_count; i-- > 0;)
        if (FD_ISSET(connections[i], reads)) {
            FD_CLR(connections[i], reads);
            done++;
            serve_connection(connections[i]);
            end_connection(i);
        }
    if (FD_ISSET(listener, reads)) {
        FD_CLR(listener, reads);
        done++;
        accept_connection();
    }
    return done;
}

void service_close(void)
{
    if (!is_served_here())
        return;
    while (connection_count > 0)
        end_connection(0);
    close(listener);
    listener = -1;
    (void)unlink(address.sun_path);
}
