/*
 * Tests of how the master's daemon leads: this process is the master, and plays the
 * daemons of the other hosts by their part of core, over the loopback interface.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE

#include "../patch/group.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../patch/admission.h"
#include "../patch/header.h"
#include "../patch/member.h"
#include "../patch/pvmd.h"
#include "../patch/rekeying.h"
#include "check.h"
#include "pvmd_log.h"

#define LOOK_MS 5000
#define LOOKS_UNTIL_GIVEN_UP 7
#define OFFERS_END_MS 11000
#define PREVIOUS_EPOCH_MS 12000
#define LEAVING_MS 100

/* What the patch uses of pvmd. */
int pvmmytid;

static uint64_t now_ms = 1000;
static int masters;

/* The daemon of another host. */
struct host {
    uint32_t index;
    int fd;
    struct sockaddr_in address;
    secpvm_member *member;
};

static int udp_socket(struct sockaddr_in *address)
{
    socklen_t len = sizeof *address;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd == -1 || bind(fd, (struct sockaddr *)address, sizeof *address) == -1
        || getsockname(fd, (struct sockaddr *)address, &len) == -1)
        abort();
    return fd;
}

static struct host started(uint32_t index, pid_t adder)
{
    struct host host = {.index = index};
    struct grant grant;
    secpvm_endpoint_setup setup = {.session = grant.session,
                                   .sender = (uint64_t)index << 48 | 5,
                                   .peers_max = 4,
                                   .now_ms = now_ms};

    if (group_admit(index, adder, &grant) != SECPVM_OK
        || secpvm_member_new(&setup, grant.member_key, &host.member) != SECPVM_OK)
        abort();
    host.fd = udp_socket(&host.address);
    return host;
}

static void ended(struct host *host)
{
    secpvm_member_free(host->member);
    close(host->fd);
}

/* PVM sends something to the host, and it answers. */
static void pvm_talks(const struct host *host)
{
    group_sends(masters, host->index, &host->address, FLAG_DAT);
    group_received(host->index, FLAG_ACK);
}

/* Let the host read what came for it, and answer. Returns how many messages there were. */
static int host_works(const struct host *host)
{
    uint8_t message[SECPVM_GROUP_MESSAGE_LEN_MAX];
    ssize_t got;
    size_t len;
    int count = 0;

    while ((got = recv(host->fd, message, sizeof message, 0)) > 0) {
        count++;
        if (message[0] != GROUP_MAGIC
            || secpvm_member_handle_message(host->member, message, (size_t)got, now_ms)
                   != SECPVM_OK)
            continue;
        while (secpvm_member_poll_transmit(host->member, now_ms, message, &len) == SECPVM_OK
               && len > 0)
            (void)group_handle(masters, message, len, &host->address);
    }
    return count;
}

/* Master and host talk until they have nothing more to say. */
static void settle(const struct host *host)
{
    do
        (void)group_work(now_ms);
    while (host_works(host) > 0);
}

static uint32_t epoch_of(const struct host *host)
{
    uint32_t epoch = 99;

    (void)secpvm_member_epoch(host->member, &epoch);
    return epoch;
}

/* The end of that host's daemon is seen, and nobody leaves for a while. */
static void leaves(uint32_t index)
{
    group_received(index, FLAG_FIN | FLAG_ACK);
    (void)group_work(now_ms);
    now_ms += LEAVING_MS;
    (void)group_work(now_ms);
}

static bool logged(const char *text)
{
    bool found = strstr(log_text, text) != NULL;

    if (!found)
        printf("%s", log_text);
    log_text[0] = '\0';
    return found;
}

/* A pvmd' that runs until its end of the pipe is closed. */
static pid_t begin_adder(int *until)
{
    int ends[2];
    pid_t pid;
    char byte;

    fflush(stdout);
    if (pipe(ends) == -1 || (pid = fork()) == -1)
        abort();
    if (pid == 0) {
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(ends[0]);
    *until = ends[1];
    return pid;
}

static void end_adder(pid_t pid, int until)
{
    close(until);
    (void)waitpid(pid, NULL, 0);
}

static void check_rekey(const struct host *host)
{
    uint32_t before = member_epoch();

    pvm_talks(host);
    check(group_rekey() == SECPVM_OK, "another epoch is asked for");
    settle(host);
    check(member_epoch() == before + 1 && epoch_of(host) == before + 1,
          "master and host change to it");
    check(logged("sealing with aes-256-gcm, because it was asked for\n"), "and the log says why");
    check(group_rekey() == SECPVM_OK && group_work(now_ms) > now_ms
              && member_epoch() == before + 1 && group_waits_for() == GROUP_CHANGING,
          "a second one waits for the first to be complete");
    now_ms += PREVIOUS_EPOCH_MS;
    settle(host);
    settle(host);
    check(member_epoch() == before + 2 && epoch_of(host) == before + 2
              && group_waits_for() == GROUP_READY,
          "and follows then");
    now_ms += PREVIOUS_EPOCH_MS;
    settle(host);
}

static void check_adding(void)
{
    uint8_t request[40] = {0}, result[128];
    size_t result_len = 0;
    int until;
    pid_t adder = begin_adder(&until);
    struct host host = started(3, adder);
    uint32_t before = member_epoch();

    (void)group_rekey();
    (void)group_work(now_ms);
    check(group_waits_for() == GROUP_ADDING && member_epoch() == before,
          "while a host is being added, an epoch that was asked for waits");
    pvm_talks(&host);
    settle(&host);
    now_ms += OFFERS_END_MS; /* another host does not answer */
    settle(&host);
    check(member_epoch() == before + 1 && epoch_of(&host) == before + 1,
          "it follows when the host is there");
    log_text[0] = '\0';
    check(admission_answer(request, sizeof request, result, &result_len) == SERVICE_REFUSED
              && admission_answer(request, 39, result, &result_len) == SERVICE_MALFORMED,
          "nobody is admitted without the token");
    now_ms += PREVIOUS_EPOCH_MS;
    leaves(3);
    ended(&host);
    host = started(4, adder);
    end_adder(adder, until);
    before = member_epoch();
    (void)group_work(now_ms);
    now_ms += OFFERS_END_MS;
    (void)group_work(now_ms);
    check(member_epoch() > before && logged("because host 4 was not started\n"),
          "a host that was not started is no member");
    ended(&host);
}

static void check_leaving(void)
{
    struct host host = started(5, getpid());
    uint32_t before = member_epoch();
    int looks;

    pvm_talks(&host);
    leaves(5);
    now_ms += OFFERS_END_MS;
    (void)group_work(now_ms);
    check(member_epoch() == before + 1 && logged("because host 5 left\n")
              && host_works(&host) == 0,
          "one that leaves is told nothing of the next epoch");
    ended(&host);

    host = started(6, getpid());
    before = member_epoch();
    group_sends(masters, 6, &host.address, FLAG_DAT);
    for (looks = 0; looks < LOOKS_UNTIL_GIVEN_UP - 1; looks++) {
        now_ms += LOOK_MS;
        (void)group_work(now_ms);
    }
    group_sends(masters, 6, &host.address, FLAG_DAT);
    for (looks = 0; looks < LOOKS_UNTIL_GIVEN_UP - 1; looks++) {
        now_ms += LOOK_MS;
        (void)group_work(now_ms);
    }
    check(member_epoch() == before, "as long as PVM sends to a host it is a member");
    for (looks = 0; looks < 2; looks++) {
        now_ms += LOOK_MS;
        (void)group_work(now_ms);
    }
    check(member_epoch() == before + 1 && logged("because host 6 does not answer\n"),
          "what PVM gives up is none");
    ended(&host);
}

static void check_leaving_together(void)
{
    struct host stays = started(100, getpid());
    struct host hosts[40];
    uint32_t before = member_epoch();
    int messages = 0;
    size_t i;

    pvm_talks(&stays);
    for (i = 0; i < 40; i++) {
        hosts[i] = started(101 + (uint32_t)i, getpid());
        pvm_talks(&hosts[i]);
    }
    for (i = 0; i < 40; i++) {
        group_received(hosts[i].index, FLAG_FIN | FLAG_ACK);
        (void)group_work(now_ms);
        messages += host_works(&stays);
    }
    check(messages == 0 && member_epoch() == before, "while hosts leave, the others wait");
    now_ms += LEAVING_MS;
    for (i = 0; i < 40; i++)
        messages += host_works(&hosts[i]);
    settle(&stays);
    now_ms += OFFERS_END_MS; /* another host does not answer */
    settle(&stays);
    check(messages == 0 && epoch_of(&stays) == member_epoch()
              && member_epoch() == before + 40,
          "then one change is for all");
    check(logged(" and others\n"), "and the log names as many as there is room for");
    for (i = 0; i < 40; i++)
        ended(&hosts[i]);
    leaves(100);
    ended(&stays);
}

static void check_unheard(void)
{
    struct host host = started(90, getpid());

    group_sends(masters, 90, &host.address, FLAG_DAT);
    now_ms += LOOK_MS - 1;
    (void)group_work(now_ms);
    log_text[0] = '\0';
    now_ms += LOOK_MS;
    (void)group_work(now_ms);
    check(logged("nothing has come from the new host 127.0.0.1 yet"),
          "a new host that nothing comes from is told");
    group_sends(masters, 90, &host.address, FLAG_DAT);
    now_ms += LOOK_MS;
    (void)group_work(now_ms);
    check(strstr(log_text, "nothing has come") == NULL, "once");
    leaves(90);
    now_ms += OFFERS_END_MS;
    (void)group_work(now_ms);
    log_text[0] = '\0';
    ended(&host);
}

static void check_silence(void)
{
    struct host host = started(7, getpid());
    uint32_t before = member_epoch();
    uint8_t message[SECPVM_GROUP_MESSAGE_LEN_MAX];

    pvm_talks(&host);
    (void)group_rekey();
    (void)group_work(now_ms);
    while (recv(host.fd, message, sizeof message, 0) > 0)
        continue;
    for (int i = 0; i < 8; i++) {
        now_ms += 2000;
        (void)group_work(now_ms);
        while (recv(host.fd, message, sizeof message, 0) > 0)
            continue;
    }
    check(member_epoch() == before + 1 && epoch_of(&host) == before
              && logged("host 7 does not answer, and stays behind"),
          "nobody waits for a silent host");
    group_missed(&host.address);
    settle(&host);
    check(epoch_of(&host) == before + 1, "one that is heard of gets the epoch");
    ended(&host);
}

int main(void)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {1, 2, 3};
    uint8_t session[SECPVM_SESSION_LEN];
    secpvm_rekey_policy policy;
    struct sockaddr_in address;
    struct grant grant;
    struct host host;

    pvmmytid = (int)tid_of_pvmd(1);
    pvmd_secure(mode_by_word("sealed"));
    masters = udp_socket(&address);
    if (secpvm_session_generate(1, entropy, session) != SECPVM_OK
        || secpvm_rekey_policy_for_session(session, &policy) != SECPVM_OK
        || member_lead(session, &policy) != SECPVM_OK)
        return 1;
    check(group_admit(1, getpid(), &grant) == SECPVM_ERR_ARGUMENT
              && group_admit(4096, getpid(), &grant) == SECPVM_ERR_ARGUMENT,
          "what is no other host is not admitted");
    host = started(2, getpid());
    check_rekey(&host);
    ended(&host);
    leaves(2);
    check(logged("because host 2 left\n"), "the last host leaves, and the master changes alone");
    now_ms += PREVIOUS_EPOCH_MS;
    (void)group_work(now_ms);
    check_adding();
    now_ms += PREVIOUS_EPOCH_MS;
    (void)group_work(now_ms);
    check_leaving();
    now_ms += PREVIOUS_EPOCH_MS;
    (void)group_work(now_ms);
    check_unheard();
    now_ms += PREVIOUS_EPOCH_MS;
    (void)group_work(now_ms);
    check_silence();
    now_ms += PREVIOUS_EPOCH_MS;
    (void)group_work(now_ms);
    check_leaving_together();
    member_leave();
    return check_end();
}
