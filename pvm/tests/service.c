/*
 * Tests of the daemon's service, and of the wait that it is part of.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../patch/service.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../patch/header.h"
#include "../patch/member.h"
#include "../patch/pvmd.h"
#include "../patch/registry.h"
#include "../patch/task_sessions.h"
#include "../patch/wait.h"
#include "check.h"

/* What the patch uses of pvmd. */
int pvmmytid;
int pvmlogprintf(const char *format, ...);

int pvmlogprintf(const char *format, ...)
{
    (void)format;
    return 0;
}

static char folder[] = "/tmp/secpvm-service-XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static uint8_t session[SECPVM_SESSION_LEN], copy[SECPVM_SESSION_LEN];
static uint8_t answer[SERVICE_PACKET_LEN_MAX];
static ssize_t answer_len;

static int connect_to_service(void)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

    if (fd == -1 || connect(fd, (struct sockaddr *)&address, sizeof address) == -1) {
        close(fd);
        return -1;
    }
    return fd;
}

/* One turn of the daemon: what is ready now. */
static int turn(void)
{
    struct timeval none = {0};
    fd_set reads;
    int count;

    FD_ZERO(&reads);
    count = service_watch(&reads, 0);
    if (select(count, &reads, NULL, NULL, &none) <= 0)
        return 0;
    return service_serve(&reads);
}

/* The status of the answer to `request`, or -1 for none. */
static int ask(const void *request, size_t len)
{
    int fd = connect_to_service();

    if (fd == -1)
        return -1;
    if (send(fd, request, len, 0) != (ssize_t)len)
        abort();
    while (turn() > 0)
        ;
    answer_len = recv(fd, answer, sizeof answer, MSG_DONTWAIT);
    close(fd);
    return answer_len < 1 ? -1 : answer[0];
}

static int ask_number(uint8_t kind, uint32_t number)
{
    uint8_t request[5] = {kind};

    put_u32(request + 1, number);
    return ask(request, sizeof request);
}

static void check_sessions(void)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {2}, expected[SECPVM_SESSION_LEN];
    uint32_t epoch;

    (void)secpvm_session_for_tasks(session, expected);
    check(ask("\1", 1) == SERVICE_OK && answer_len == 1 + SECPVM_SESSION_LEN
              && memcmp(answer + 1, expected, sizeof expected) == 0,
          "the current session for tasks");
    check(memcmp(answer + 1, session, 32) != 0, "it is not the daemons'");
    check(ask_number(SERVICE_TASK_SESSION, 1) == SERVICE_NO_EPOCH && answer_len == 1,
          "an epoch that has not begun");
    memcpy(copy, session, sizeof copy);
    for (epoch = 1; epoch <= TASK_SESSIONS_KEPT; epoch++) {
        (void)secpvm_session_next_epoch(copy, entropy, expected);
        memcpy(copy, expected, sizeof copy);
        (void)task_sessions_add(copy);
    }
    (void)secpvm_session_for_tasks(copy, expected);
    check(ask_number(SERVICE_TASK_SESSION, TASK_SESSIONS_KEPT) == SERVICE_OK
              && memcmp(answer + 1, expected, sizeof expected) == 0
              && ask_number(SERVICE_TASK_SESSION, 1) == SERVICE_OK,
          "the sessions of 64 epochs are there");
    check(ask_number(SERVICE_TASK_SESSION, 0) == SERVICE_NO_EPOCH, "not that of an older one");
}

static void check_registry(void)
{
    check(!registry_has(0x00080001) && ask_number(SERVICE_REGISTER, 0x00080001) == SERVICE_OK
              && answer_len == 1 && registry_has(0x00080001),
          "a task registers");
    check(!registry_has(0x00080002) && !registry_has(0x00040001), "others have not");
    check(ask_number(SERVICE_REGISTER, 0x00040001) == SERVICE_REFUSED
              && ask_number(SERVICE_REGISTER, 0x80080000) == SERVICE_REFUSED
              && ask_number(SERVICE_REGISTER, 0x00080000) == SERVICE_REFUSED,
          "a task of another host, a daemon and no task can't");
    check(ask("\2\0\0", 3) == SERVICE_MALFORMED, "nor half a number");
}

static void check_nonsense(void)
{
    static const uint8_t huge[SERVICE_PACKET_LEN_MAX + 1] = {SERVICE_TASK_SESSION};

    check(ask("\0", 1) == SERVICE_UNKNOWN_KIND && ask("\377", 1) == SERVICE_UNKNOWN_KIND,
          "unknown kinds");
    check(ask("\1\0", 2) == SERVICE_MALFORMED && ask(huge, sizeof huge) == SERVICE_MALFORMED,
          "too short and too long");
}

/* Who connects and says nothing is in nobody's way. */
static void check_silence(void)
{
    int silent[40], i, open = 0;
    char byte;

    for (i = 0; i < 40; i++) {
        silent[i] = connect_to_service();
        while (turn() > 0)
            ;
    }
    check(ask("\1", 1) != -1, "an answer, while 40 others are silent");
    for (i = 0; i < 40; i++)
        if (recv(silent[i], &byte, 1, MSG_DONTWAIT) == -1)
            open++;
    check(open < 40 && open > 0, "the oldest of them are gone");
    for (i = 0; i < 40; i++)
        close(silent[i]);
    while (turn() > 0)
        ;
}

static int timer_calls;

static uint64_t every_millisecond(uint64_t now_ms)
{
    timer_calls++;
    return now_ms + 1;
}

/* The hook of select: pvmd wakes for its own events only. */
static void check_wait(void)
{
    struct timeval short_wait = {.tv_usec = 50000}, none = {0};
    fd_set reads, writes;
    int ends[2], status;
    pid_t child;

    pvmd_secure(mode_by_word("sealed"));
    check(select(0, NULL, NULL, NULL, &none) == 0 && access(address.sun_path, F_OK) == 0,
          "the first wait opens the service");
    if (pipe(ends) == -1)
        abort();
    child = fork();
    if (child == 0) {
        int fd = connect_to_service();

        if (send(fd, "\1", 1, 0) != 1 || recv(fd, answer, sizeof answer, 0) < 1
            || write(ends[1], "x", 1) != 1)
            _exit(1);
        _exit(0);
    }
    FD_ZERO(&reads);
    FD_SET(ends[0], &reads);
    check(select(ends[0] + 1, &reads, NULL, NULL, NULL) == 1 && FD_ISSET(ends[0], &reads),
          "a request is answered during a wait, which goes on");
    waitpid(child, &status, 0);
    check(status == 0, "the program that asked has its answer");
    wait_set_timer(every_millisecond);
    FD_ZERO(&reads);
    check(select(0, &reads, NULL, NULL, &short_wait) == 0 && timer_calls >= 2,
          "the timer is called during a wait, which ends in its own time");
    FD_ZERO(&writes);
    FD_SET(ends[1], &writes);
    check(select(ends[1] + 1, NULL, &writes, NULL, NULL) == 1 && FD_ISSET(ends[1], &writes),
          "a wait to write");
}

static void check_end_of_service(void)
{
    struct stat found;
    int status, left;
    pid_t child;

    check(stat(address.sun_path, &found) == 0 && (found.st_mode & 07777) == 0700,
          "the socket is for the user alone");
    child = fork();
    if (child == 0) {
        service_close();
        _exit(turn());
    }
    waitpid(child, &status, 0);
    check(status == 0 && access(address.sun_path, F_OK) == 0, "a child does not serve, or end it");
    child = fork();
    if (child == 0)
        _exit(service_open() == NULL);
    waitpid(child, &status, 0);
    check(status == 0 && ask("\1", 1) != -1, "a living daemon keeps its socket");
    service_close();
    check(access(address.sun_path, F_OK) == -1 && ask("\1", 1) == -1, "the daemon removes it");
    left = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    if (bind(left, (struct sockaddr *)&address, sizeof address) == -1)
        abort();
    close(left);
    check(service_open() == NULL && ask("\1", 1) != -1, "a socket that was left gives way");
    service_close();
}

int main(void)
{
    secpvm_rekey_policy policy;
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {1};

    check(mkdtemp(folder) != NULL, "a folder");
    setenv("PVM_TMP", folder, 1);
    unsetenv("PVM_VMID");
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/secpvm.%lu.k", folder,
                   (unsigned long)getuid());
    (void)secpvm_session_generate(1, entropy, session);
    memcpy(copy, session, sizeof copy);
    (void)task_sessions_add(copy);
    (void)secpvm_rekey_policy_for_session(copy, &policy);
    check(member_lead(copy, &policy) == SECPVM_OK, "a member");
    pvmmytid = (int)tid_of_pvmd(2);
    check(service_open() == NULL, "the service");
    check_sessions();
    check_registry();
    check_nonsense();
    check_silence();
    check_end_of_service();
    check_wait();
    task_sessions_wipe();
    member_leave();
    service_close();
    rmdir(folder);
    return check_end();
}
