/*
 * How a host that is being started gets its grant: see admission.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "admission.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "entropy.h"
#include "group.h"
#include "header.h"
#include "place.h"
#include "pvmd.h"

/* Kind 1, token, host index 4, process of pvmd' 4. */
#define TOKEN_LEN 32
#define ARGUMENTS_LEN (TOKEN_LEN + 4 + 4)
#define OFFSET_HOST TOKEN_LEN
#define OFFSET_PROCESS (TOKEN_LEN + 4)

/* The master answers between two events, each of which takes milliseconds. */
#define ANSWER_S 10

/* All zero where nobody can be admitted. */
static uint8_t token[TOKEN_LEN];

void admission_begin(void)
{
    /* Keep it out of the swap if the user's limit allows. */
    (void)mlock(token, sizeof token);
    entropy_fill(token, sizeof token);
}

void admission_end(void)
{
    secpvm_wipe(token, sizeof token);
}

/* A connection to the master's service, or -1. */
static int connect_to_master(void)
{
    static const struct timeval patience = {.tv_sec = ANSWER_S};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[PLACE_PATH_CAP];
    int fd;

    if (place_find(PLACE_SERVICE, path) == -1 || strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == -1
        || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == -1
        || connect(fd, (const struct sockaddr *)&address, sizeof address) == -1) {
        close(fd);
        return -1;
    }
    return fd;
}

const char *admission_ask(uint32_t host, struct grant *grant)
{
    uint8_t request[1 + ARGUMENTS_LEN] = {SERVICE_ADMIT};
    uint8_t answer[1 + GRANT_LEN];
    ssize_t len = -1;
    int fd = connect_to_master();

    if (fd == -1)
        return "the master's service cannot be reached";
    memcpy(request + 1, token, TOKEN_LEN);
    put_u32(request + 1 + OFFSET_HOST, host);
    put_u32(request + 1 + OFFSET_PROCESS, (uint32_t)pvmd_process());
    if (send(fd, request, sizeof request, MSG_NOSIGNAL) == (ssize_t)sizeof request)
        len = recv(fd, answer, sizeof answer, 0);
    close(fd);
    secpvm_wipe(request, sizeof request);
    if (len != (ssize_t)sizeof answer || answer[0] != SERVICE_OK)
        return len == -1 ? "the master does not answer" : "the master admits no such host";
    memcpy(grant, answer + 1, sizeof *grant);
    secpvm_wipe(answer, sizeof answer);
    return NULL;
}

/* In a time that does not depend on what is right of it. */
static bool is_token(const uint8_t *given)
{
    static const uint8_t none[TOKEN_LEN];
    unsigned difference = 0;
    size_t i;

    for (i = 0; i < TOKEN_LEN; i++)
        difference |= (unsigned)(given[i] ^ token[i]);
    return difference == 0 && memcmp(token, none, TOKEN_LEN) != 0;
}

enum service_status admission_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                     size_t *result_len)
{
    struct grant grant;

    if (len != ARGUMENTS_LEN)
        return SERVICE_MALFORMED;
    if (!is_token(arguments)
        || group_admit(get_u32(arguments + OFFSET_HOST),
                       (pid_t)get_u32(arguments + OFFSET_PROCESS), &grant)
               != SECPVM_OK)
        return SERVICE_REFUSED;
    memcpy(result, &grant, sizeof grant);
    *result_len = sizeof grant;
    secpvm_wipe(&grant, sizeof grant);
    return SERVICE_OK;
}
