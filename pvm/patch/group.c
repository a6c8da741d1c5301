/*
 * The group of daemons changes its epoch: see group.h.
 *
 * The master has to know which hosts are gone. PVM does not say, but it can be seen:
 * - a FIN|ACK ends the connection of two daemons, whoever sends it: pvm_delhosts, and a
 *   daemon that ends by itself;
 * - to a host that does not answer PVM sends the last packet again and again, with less
 *   than 18 s between (twice DDMAXRTT), until it gives the host up after 3 minutes. So a
 *   host that owes an answer, and is sent nothing for 30 s, has been given up. Those 30 s
 *   are 6 looks in which this process ran: it may have been stopped;
 * - a host that was admitted, and has been sent nothing when the pvmd' that was to start
 *   it is gone, was not started.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "group.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "header.h"
#include "keylog.h"
#include "member.h"
#include "next.h"
#include "pvmd.h"
#include "shadow.h"
#include "status.h"
#include "task_sessions.h"

/* See above. */
#define LOOK_MS 5000u
#define LOOKS_MAX 6u

/* Hosts that leave together, by one command, leave within this of each other, and one
 * change is for all. If each had its own, the hosts that stay would be behind for a
 * while, and what they send dropped and sent again. */
#define LEAVING_MS 100u

/* How often to look whether pvmd' still runs. */
#define ADDING_LOOK_MS 500u

#define REASON_CAP 160

/* What the leader knows of a host's daemon. */
static struct {
    struct sockaddr_in address; /* port 0: not known */
    pid_t adder;                /* the pvmd' that is starting it, or 0 */
    bool silent;                /* it has not answered, and is offered nothing */
    bool left;                  /* it is gone, and still a member */
    bool owes;                  /* it was sent what it has to acknowledge */
    bool heard;                 /* it has sent something, or that it has not was told */
    unsigned looks;             /* since then */
    uint64_t first_ms;          /* when it was first sent anything, or 0 */
} hosts[HOST_COUNT];

static unsigned adding;         /* hosts with an adder */
static unsigned silent;         /* hosts that are silent */
static bool some_left;          /* there is one that left */
static uint64_t left_ms;        /* when to remove those */
static bool some_owe;           /* there may be one that owes */
static uint64_t look_ms;        /* when to look at who owes */
static uint64_t adding_look_ms; /* when to look for the adders */

static int daemon_socket = -1;
static struct sockaddr_in leader_address;

/* The time of this turn of the daemon. */
static uint64_t now_ms;

/* Another epoch was asked for, and has not begun. */
static bool wanted;

/* Why the epoch that is under way was begun. */
static char reason[REASON_CAP];

/* There may be thousands of them. */
static void add_reason(const char *text)
{
    static const char others[] = " and others";
    size_t len = strlen(reason);

    if (strlen(text) + sizeof ", because " + sizeof others <= sizeof reason - len)
        (void)snprintf(reason + len, sizeof reason - len, "%s %s",
                       len == 0 ? ", because" : " and", text);
    else if (len + sizeof others <= sizeof reason
             && strcmp(reason + len - (sizeof others - 1), others) != 0)
        strcpy(reason + len, others);
}

/* ---- What the daemon's datagrams tell. ----------------------------------- */

/* Only the daemon has a group; pvmd' does not. */
static bool is_leader(void)
{
    return member_leads() && pvmd_host() != SHADOW_HOST;
}

static bool is_end(uint8_t flags)
{
    return (flags & (FLAG_FIN | FLAG_ACK)) == (FLAG_FIN | FLAG_ACK);
}

static void transmit(void);

/* A host that comes back, or has just come in, first gets the newest epoch. */
static void offer_again(uint32_t host)
{
    hosts[host].silent = false;
    silent--;
    member_offer_again(host);
    transmit();
}

static void leaves(uint32_t host)
{
    hosts[host].left = some_left = true;
    left_ms = now_ms + LEAVING_MS;
}

void group_sends(int fd, uint32_t host, const struct sockaddr_in *to, uint8_t flags)
{
    daemon_socket = fd;
    if (host == LEADER_HOST)
        leader_address = *to;
    if (!is_leader() || host == SHADOW_HOST)
        return;
    hosts[host].address = *to;
    if (hosts[host].first_ms == 0)
        hosts[host].first_ms = now_ms;
    if (hosts[host].adder != 0) {
        hosts[host].adder = 0;
        adding--;
    }
    if (hosts[host].silent)
        offer_again(host);
    if (is_end(flags)) {
        leaves(host);
    } else if ((flags & (FLAG_DAT | FLAG_FIN)) != 0) {
        hosts[host].owes = some_owe = true;
        hosts[host].looks = 0;
    }
}

void group_received(uint32_t host, uint8_t flags)
{
    if (!is_leader() || host == SHADOW_HOST)
        return;
    hosts[host].owes = false;
    hosts[host].heard = true;
    if (is_end(flags))
        leaves(host);
}

void group_missed(const struct sockaddr_in *from)
{
    uint32_t host;

    for (host = 0; silent > 0 && host < HOST_COUNT; host++)
        if (hosts[host].silent && hosts[host].address.sin_port == from->sin_port
            && hosts[host].address.sin_addr.s_addr == from->sin_addr.s_addr)
            offer_again(host);
}

secpvm_status group_handle(int fd, const uint8_t *message, size_t message_len,
                           const struct sockaddr_in *from)
{
    secpvm_status status;

    if (pvmd_host() == SHADOW_HOST)
        return SECPVM_REJECTED_MALFORMED;
    status = member_handle(pvmd_host(), message, message_len, now_ms);
    if (status == SECPVM_OK) {
        daemon_socket = fd;
        if (!member_leads())
            leader_address = *from;
    }
    return status;
}

/* ---- Messages. ------------------------------------------------------------ */

/* A message that does not arrive, for whatever reason, is sent again. */
static void transmit(void)
{
    uint8_t message[SECPVM_GROUP_MESSAGE_LEN_MAX];
    size_t len;
    uint32_t host;

    while (member_take_message(now_ms, message, &len, &host)) {
        const struct sockaddr_in *to = member_leads() ? &hosts[host].address : &leader_address;

        if (daemon_socket == -1 || to->sin_port == 0)
            continue;
        (void)next_sendto(daemon_socket, message, len, 0, (const struct sockaddr *)to,
                          sizeof *to);
    }
}

/* ---- Hosts that are gone. -------------------------------------------------- */

static void forget(uint32_t host)
{
    silent -= hosts[host].silent ? 1 : 0;
    adding -= hosts[host].adder != 0 ? 1 : 0;
    memset(&hosts[host], 0, sizeof hosts[host]);
}

static void remove_host(uint32_t host, const char *what)
{
    char text[48];

    if (member_remove(host, now_ms) == SECPVM_OK) {
        (void)snprintf(text, sizeof text, "host %lu %s", (unsigned long)host, what);
        add_reason(text);
    }
    forget(host);
}

/* Those that were seen to leave. */
static void remove_left(void)
{
    uint32_t host;

    if (!some_left || now_ms < left_ms)
        return;
    some_left = false;
    for (host = 0; host < HOST_COUNT; host++)
        if (hosts[host].left)
            remove_host(host, "left");
}

/* A new host has been sent its first datagram 5 s ago at least, and PVM will try for 3 minutes. */
static void tell_unheard(uint32_t host)
{
    char address[INET_ADDRSTRLEN] = "?", line[192];

    hosts[host].heard = true;
    (void)inet_ntop(AF_INET, &hosts[host].address.sin_addr, address, sizeof address);
    (void)snprintf(line, sizeof line,
                   "secpvm: nothing has come from the new host %s yet: do firewalls let UDP pass "
                   "between it (port %u) and this one, both ways?",
                   address, (unsigned)ntohs(hosts[host].address.sin_port));
    pvmd_log(line);
}

/* Those that PVM has given up. */
static void remove_given_up(void)
{
    uint32_t host;

    if (!some_owe || now_ms < look_ms)
        return;
    look_ms = now_ms + LOOK_MS;
    some_owe = false;
    for (host = 0; host < HOST_COUNT; host++) {
        if (!hosts[host].owes)
            continue;
        if (!hosts[host].heard && now_ms - hosts[host].first_ms >= LOOK_MS)
            tell_unheard(host);
        if (++hosts[host].looks > LOOKS_MAX)
            remove_host(host, "does not answer");
        else
            some_owe = true;
    }
}

/* Those that were never there. */
static void remove_not_started(void)
{
    uint32_t host;

    if (adding == 0 || now_ms < adding_look_ms)
        return;
    adding_look_ms = now_ms + ADDING_LOOK_MS;
    for (host = 0; host < HOST_COUNT; host++)
        if (hosts[host].adder != 0 && kill(hosts[host].adder, 0) == -1 && errno == ESRCH)
            remove_host(host, "was not started");
}

/* ---- Epochs. ---------------------------------------------------------------- */

/* A login can take half a minute, and an epoch is offered for a third of that. So a
 * change that can wait does. */
static void rekey_if_due(void)
{
    bool limit = member_limit_is_reached();

    if ((!wanted && !limit) || adding > 0 || member_rekey(now_ms) != SECPVM_OK)
        return;
    add_reason(wanted ? "it was asked for" : "a limit was reached, or a host asked");
    wanted = false;
}

/* Tasks of other hosts may seal in an epoch before this daemon does. */
static void tell_tasks(void)
{
    static uint32_t told;
    uint8_t session[SECPVM_SESSION_LEN];

    if (!member_newest_session(session))
        return;
    if (get_u32(session + SECPVM_SESSION_LEN - 8) > told) {
        told = get_u32(session + SECPVM_SESSION_LEN - 8);
        (void)task_sessions_add(session);
    }
    secpvm_wipe(session, sizeof session);
}

static void tell_epoch(void)
{
    secpvm_suite_info suite;
    char line[REASON_CAP + 128];
    const char *failure;

    if (!member_epoch_has_changed())
        return;
    wanted = false;
    status_epoch(member_epoch());
    if (secpvm_session_suite(member_session(), &suite) != SECPVM_OK)
        return;
    (void)snprintf(line, sizeof line, "secpvm: epoch %lu: sealing with %s%s",
                   (unsigned long)member_epoch(),
                   pvmd_guards_datagrams() ? suite.name : "nothing", reason);
    pvmd_log(line);
    reason[0] = '\0';
    failure = keylog_append(member_session());
    if (failure != NULL) {
        (void)snprintf(line, sizeof line, "secpvm: this epoch is not in the key log: %s", failure);
        pvmd_log(line);
    }
}

static void tell_silent(void)
{
    char line[128];
    uint32_t host;

    while (member_next_silent(&host)) {
        if (!hosts[host].silent)
            silent++;
        hosts[host].silent = true;
        /* One that is being started will be told when it is there. */
        if (hosts[host].adder != 0)
            continue;
        (void)snprintf(line, sizeof line,
                       "secpvm: host %lu does not answer, and stays behind in its epoch",
                       (unsigned long)host);
        pvmd_log(line);
    }
}

/* ---- Time. ---------------------------------------------------------------- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t group_work(uint64_t time_ms)
{
    uint64_t due_ms;
    bool due = member_due_ms() <= time_ms;

    if (pvmd_host() == SHADOW_HOST)
        return UINT64_MAX;
    now_ms = time_ms;
    if (due)
        member_work(now_ms);
    if (member_leads()) {
        remove_left();
        remove_given_up();
        remove_not_started();
        rekey_if_due();
    }
    if (due || member_due_ms() <= now_ms) {
        tell_tasks();
        transmit();
        tell_epoch();
        tell_silent();
    }
    due_ms = member_due_ms();
    if (some_left)
        due_ms = earlier(due_ms, left_ms);
    if (some_owe)
        due_ms = earlier(due_ms, look_ms);
    if (adding > 0)
        due_ms = earlier(due_ms, adding_look_ms);
    return due_ms;
}

/* ---- Requests. ------------------------------------------------------------ */

secpvm_status group_rekey(void)
{
    secpvm_status status = member_leads() ? SECPVM_OK : member_ask(pvmd_host());

    wanted = status == SECPVM_OK;
    return status;
}

enum group_wait group_waits_for(void)
{
    if (!wanted)
        return GROUP_READY;
    if (!member_leads())
        return GROUP_ASKED;
    return adding > 0 ? GROUP_ADDING : GROUP_CHANGING;
}

secpvm_status group_admit(uint32_t host, pid_t pvmd_prime, struct grant *grant)
{
    secpvm_status status;

    if (host <= LEADER_HOST || host >= HOST_COUNT || pvmd_prime <= 0)
        return SECPVM_ERR_ARGUMENT;
    status = member_admit(host, grant);
    if (status == SECPVM_OK) {
        hosts[host].adder = pvmd_prime;
        adding++;
    }
    return status;
}
