/*
 * This process as a member of the session: see member.h.
 *
 * Its endpoint is made when it is first used, by the daemon that a slave's first
 * process forks. A fork of that one has no endpoint of its own; pvmd' talks to the
 * master in a session of their own (shadow.h).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "member.h"

#include <string.h>

#include "entropy.h"
#include "header.h"
#include "locked.h"
#include "own.h"
#include "pace.h"
#include "shadow.h"

/* PVM numbers hosts from 1 to 4095 and then starts again: each is one sender until
 * then. A machine that has used up PVM's numbers needs a new session anyway, because a
 * task id would stand for a second host. */
#define PEERS_MAX 4096
#define MEMBERS_MAX 4095

#define RECEIVER_LEN 4
#define ROOT_LEN 32

/* Where a record names its sender's host. */
#define RECORD_OFFSET_HOST 8

/* What the endpoint is made of. */
static struct grant grant;
static secpvm_rekey_policy policy;
static bool leads;

static enum { NOTHING, READY, MADE } state;
static secpvm_leader *leader;
static secpvm_member *member;
static own_mark endpoint_is_own;
static uint64_t due_ms;

static secpvm_status begin(const uint8_t session[SECPVM_SESSION_LEN])
{
    secpvm_status status = own_new(&endpoint_is_own);

    locked_add(&grant, sizeof grant);
    memcpy(grant.session, session, sizeof grant.session);
    if (status == SECPVM_OK)
        state = READY;
    return status;
}

secpvm_status member_lead(uint8_t session[SECPVM_SESSION_LEN],
                          const secpvm_rekey_policy *limits)
{
    secpvm_suite_info suite;
    secpvm_status status = secpvm_session_suite(session, &suite);

    if (status == SECPVM_OK)
        status = shadow_begin(suite.id);
    if (status == SECPVM_OK)
        status = begin(session);
    leads = true;
    policy = *limits;
    secpvm_wipe(session, SECPVM_SESSION_LEN);
    return status;
}

secpvm_status member_follow(struct grant *given)
{
    secpvm_status status = begin(given->session);

    if (status == SECPVM_OK)
        status = secpvm_rekey_policy_for_session(given->session, &policy);
    memcpy(grant.member_key, given->member_key, sizeof grant.member_key);
    secpvm_wipe(given, sizeof *given);
    return status;
}

void member_leave(void)
{
    secpvm_leader_free(leader);
    secpvm_member_free(member);
    leader = NULL;
    member = NULL;
    state = NOTHING;
    shadow_end();
    secpvm_wipe(&grant, sizeof grant);
}

bool member_leads(void)
{
    return leads;
}

const uint8_t *member_session(void)
{
    return grant.session;
}

uint32_t member_epoch(void)
{
    return get_u32(grant.session + SECPVM_SESSION_LEN - 8);
}

static secpvm_status make_leader(const secpvm_endpoint_setup *setup)
{
    uint8_t root[ROOT_LEN];
    secpvm_status status;

    entropy_fill(root, sizeof root);
    status = secpvm_leader_new(setup, root, MEMBERS_MAX, &leader);
    secpvm_wipe(root, sizeof root);
    return status;
}

/* SECPVM_OK if this process has an endpoint, perhaps from now on. */
static secpvm_status make_endpoint(uint32_t host)
{
    secpvm_endpoint_setup setup = {.session = grant.session,
                                   .peers_max = PEERS_MAX,
                                   .policy = &policy,
                                   .now_ms = pace_now_ms()};
    secpvm_status status;

    /* A signal handler of pvmd's may still send when the keys have been wiped. */
    if (state == NOTHING || state == MADE)
        return SECPVM_ERR_OUT_OF_ORDER;
    setup.sender = own_sender(host);
    if (leads) {
        status = make_leader(&setup);
    } else {
        status = secpvm_member_new(&setup, grant.member_key, &member);
        if (status == SECPVM_OK)
            secpvm_wipe(grant.member_key, sizeof grant.member_key);
    }
    if (status == SECPVM_OK) {
        state = MADE;
        *endpoint_is_own = 1;
    }
    return status;
}

static bool has_endpoint(void)
{
    return state == MADE && *endpoint_is_own != 0;
}

/* The associated data of a record: whom it is for. */
static void name_receiver(uint32_t host, uint8_t receiver[RECEIVER_LEN])
{
    put_u32(receiver, tid_of_pvmd(host));
}

secpvm_status member_seal(uint32_t from, uint32_t to, uint8_t *buf, size_t buf_len,
                          size_t plaintext_len, size_t *record_len)
{
    uint8_t receiver[RECEIVER_LEN];
    secpvm_status status = SECPVM_OK;
    uint64_t at_ms;

    name_receiver(to, receiver);
    if (from == SHADOW_HOST || to == SHADOW_HOST)
        return shadow_seal(from, receiver, sizeof receiver, buf, buf_len, plaintext_len,
                           record_len);
    if (!has_endpoint())
        status = make_endpoint(from);
    if (status != SECPVM_OK)
        return status;
    if (leads)
        return secpvm_leader_seal_in_place(leader, receiver, sizeof receiver, buf, buf_len,
                                           plaintext_len, record_len);
    status = secpvm_member_seal_in_place(member, receiver, sizeof receiver, buf, buf_len,
                                         plaintext_len, record_len);
    /* A limit may be reached, and the leader to be asked. */
    if (secpvm_member_poll_timeout(member, &at_ms) == SECPVM_OK && at_ms < due_ms)
        due_ms = at_ms;
    return status;
}

static bool is_shadows(const uint8_t *record, size_t record_len)
{
    return record_len >= SECPVM_RECORD_HEADER_LEN && record[RECORD_OFFSET_HOST] == 0
           && record[RECORD_OFFSET_HOST + 1] == SHADOW_HOST;
}

secpvm_status member_open(uint32_t to, uint8_t *record, size_t record_len, uint32_t *from,
                          size_t *plaintext_len)
{
    uint8_t receiver[RECEIVER_LEN];
    secpvm_record_header header;
    secpvm_status status = SECPVM_OK;

    name_receiver(to, receiver);
    if (to == SHADOW_HOST || is_shadows(record, record_len)) {
        status = shadow_open(receiver, sizeof receiver, record, record_len, &header,
                             plaintext_len);
    } else {
        if (!has_endpoint())
            status = make_endpoint(to);
        if (status == SECPVM_OK)
            status = leads ? secpvm_leader_open_in_place(
                                 leader, receiver, sizeof receiver, record, record_len,
                                 pace_now_ms(), &header, plaintext_len)
                           : secpvm_member_open_in_place(
                                 member, receiver, sizeof receiver, record, record_len,
                                 pace_now_ms(), &header, plaintext_len);
        /* Such a record may have moved this process to its epoch. */
        if (status == SECPVM_OK && header.epoch > member_epoch())
            due_ms = 0;
    }
    if (status == SECPVM_OK)
        *from = own_host(header.sender);
    return status;
}

uint64_t member_due_ms(void)
{
    return has_endpoint() ? due_ms : UINT64_MAX;
}

void member_work(uint64_t now_ms)
{
    if (!has_endpoint())
        return;
    if (leads) {
        (void)secpvm_leader_handle_timeout(leader, now_ms);
        (void)secpvm_leader_poll_timeout(leader, &due_ms);
    } else {
        (void)secpvm_member_handle_timeout(member, now_ms);
        (void)secpvm_member_poll_timeout(member, &due_ms);
    }
}

bool member_take_message(uint64_t now_ms, uint8_t message[SECPVM_GROUP_MESSAGE_LEN_MAX],
                         size_t *message_len, uint32_t *to)
{
    uint64_t host = LEADER_HOST;

    *message_len = 0;
    if (!has_endpoint())
        return false;
    if (leads) {
        (void)secpvm_leader_poll_transmit(leader, now_ms, message, &host, message_len);
        (void)secpvm_leader_poll_timeout(leader, &due_ms);
    } else {
        (void)secpvm_member_poll_transmit(member, now_ms, message, message_len);
        (void)secpvm_member_poll_timeout(member, &due_ms);
    }
    *to = (uint32_t)host;
    return *message_len > 0;
}

secpvm_status member_handle(uint32_t host, const uint8_t *message, size_t message_len,
                            uint64_t now_ms)
{
    secpvm_status status = SECPVM_OK;

    if (!has_endpoint())
        status = make_endpoint(host);
    if (status != SECPVM_OK)
        return status;
    status = leads ? secpvm_leader_handle_message(leader, message, message_len, now_ms)
                   : secpvm_member_handle_message(member, message, message_len, now_ms);
    if (status == SECPVM_OK)
        due_ms = 0;
    return status;
}

bool member_epoch_has_changed(void)
{
    uint32_t epoch = 0;

    if (!has_endpoint()
        || (leads ? secpvm_leader_epoch(leader, &epoch) : secpvm_member_epoch(member, &epoch))
               != SECPVM_OK
        || epoch == member_epoch())
        return false;
    return (leads ? secpvm_leader_session(leader, grant.session)
                  : secpvm_member_session(member, grant.session))
           == SECPVM_OK;
}

bool member_newest_session(uint8_t session[SECPVM_SESSION_LEN])
{
    return has_endpoint()
           && (leads ? secpvm_leader_newest_session(leader, session)
                     : secpvm_member_newest_session(member, session))
                  == SECPVM_OK;
}

secpvm_status member_ask(uint32_t host)
{
    secpvm_status status = SECPVM_OK;

    if (!has_endpoint())
        status = make_endpoint(host);
    if (status == SECPVM_OK)
        status = secpvm_member_request_epoch(member);
    due_ms = 0;
    return status;
}

secpvm_status member_admit(uint32_t host, struct grant *given)
{
    secpvm_status status = SECPVM_OK;

    if (!leads)
        return SECPVM_ERR_OUT_OF_ORDER;
    if (!has_endpoint())
        status = make_endpoint(LEADER_HOST);
    if (status == SECPVM_OK)
        status = secpvm_leader_admit(leader, host, given->member_key, given->session);
    due_ms = 0;
    return status;
}

/* Begin an epoch, `without` a member or with all: its secret comes from nowhere else. */
static secpvm_status begin_epoch(const uint64_t *without, uint64_t now_ms)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN];
    secpvm_status status;

    if (!has_endpoint() || !leads)
        return SECPVM_ERR_OUT_OF_ORDER;
    /* One draw in 2^56 gives a weak key of a legacy suite. */
    do {
        entropy_fill(entropy, sizeof entropy);
        status = without != NULL ? secpvm_leader_remove(leader, *without, entropy, now_ms)
                                 : secpvm_leader_rekey(leader, entropy, now_ms);
    } while (status == SECPVM_ERR_WEAK_KEY);
    secpvm_wipe(entropy, sizeof entropy);
    due_ms = 0;
    return status;
}

secpvm_status member_remove(uint32_t host, uint64_t now_ms)
{
    uint64_t id = host;

    return begin_epoch(&id, now_ms);
}

secpvm_status member_rekey(uint64_t now_ms)
{
    secpvm_status status = SECPVM_OK;

    /* A machine of one host has sent nothing yet. */
    if (leads && !has_endpoint())
        status = make_endpoint(LEADER_HOST);
    return status == SECPVM_OK ? begin_epoch(NULL, now_ms) : status;
}

bool member_limit_is_reached(void)
{
    int yes = 0;

    return has_endpoint() && leads && secpvm_leader_rekey_is_due(leader, &yes) == SECPVM_OK
           && yes != 0;
}

bool member_next_silent(uint32_t *host)
{
    uint64_t id;

    if (!has_endpoint() || !leads || secpvm_leader_poll_unresponsive(leader, &id) != SECPVM_OK)
        return false;
    *host = (uint32_t)id;
    return true;
}

void member_offer_again(uint32_t host)
{
    if (has_endpoint() && leads) {
        (void)secpvm_leader_offer_again(leader, host);
        due_ms = 0;
    }
}
