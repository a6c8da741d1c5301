/* A leader and a member, through the C interface: admission, a change of epoch in the middle of the
 * traffic, a removal. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "check.h"

#include <string.h>

enum { PEERS = 4, SEATS = 2, LEADER_SENDER = 1, MEMBER = 2 };

static const uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {1, 2, 3};
static uint64_t now_ms = 1000;

/* Carry all that is due between the two; returns how many messages there were. */
static size_t deliver(secpvm_leader *leader, secpvm_member *member)
{
    uint8_t message[SECPVM_GROUP_MESSAGE_LEN_MAX];
    size_t count = 0, before, len = 0;
    do {
        uint64_t to = 0;
        before = count;
        EXPECT(SECPVM_OK, secpvm_leader_poll_transmit(leader, now_ms, message, &to, &len));
        if (len > 0) {
            CHECK(to == MEMBER && message[0] == 0x72);
            EXPECT(SECPVM_OK, secpvm_member_handle_message(member, message, len, now_ms));
            message[len - 1] ^= 1;
            EXPECT(SECPVM_REJECTED_FORGED,
                   secpvm_member_handle_message(member, message, len, now_ms));
            count++;
        }
        EXPECT(SECPVM_OK, secpvm_member_poll_transmit(member, now_ms, message, &len));
        if (len > 0) {
            EXPECT(SECPVM_OK, secpvm_leader_handle_message(leader, message, len, now_ms));
            count++;
        }
    } while (count > before);
    return count;
}

/* One datagram each way; both must seal in `epoch`. */
static void talk(secpvm_leader *leader, secpvm_member *member, uint32_t epoch)
{
    uint8_t buf[SECPVM_RECORD_OVERHEAD_MAX + 5];
    secpvm_record_header header;
    size_t len = 0;
    memcpy(buf + SECPVM_RECORD_HEADER_LEN, "there", 5);
    EXPECT(SECPVM_OK,
           secpvm_leader_seal_in_place(leader, NULL, 0, buf, sizeof buf, 5, &len));
    EXPECT(SECPVM_OK,
           secpvm_member_open_in_place(member, NULL, 0, buf, len, now_ms, &header, &len));
    CHECK(len == 5 && header.epoch == epoch && header.sender == LEADER_SENDER);
    EXPECT(SECPVM_OK,
           secpvm_member_seal_in_place(member, NULL, 0, buf, sizeof buf, 5, &len));
    EXPECT(SECPVM_OK,
           secpvm_leader_open_in_place(leader, NULL, 0, buf, len, now_ms, &header, &len));
    CHECK(len == 5 && header.epoch == epoch && header.sender == MEMBER);
    CHECK(memcmp(buf + SECPVM_RECORD_HEADER_LEN, "there", 5) == 0);
}

static secpvm_leader *make_leader(const uint8_t session[SECPVM_SESSION_LEN])
{
    secpvm_endpoint_setup setup = {session, LEADER_SENDER, PEERS, NULL, now_ms};
    secpvm_leader *leader = NULL;
    setup.peers_max = 0;
    EXPECT(SECPVM_ERR_LENGTH, secpvm_leader_new(&setup, entropy, SEATS, &leader));
    setup.peers_max = PEERS;
    EXPECT(SECPVM_ERR_NULL, secpvm_leader_new(&setup, NULL, SEATS, &leader));
    EXPECT(SECPVM_OK, secpvm_leader_new(&setup, entropy, SEATS, &leader));
    return leader;
}

static secpvm_member *admit(secpvm_leader *leader)
{
    uint8_t key[SECPVM_MEMBER_KEY_LEN], session[SECPVM_SESSION_LEN];
    secpvm_rekey_policy policy;
    secpvm_member *member = NULL;
    EXPECT(SECPVM_OK, secpvm_leader_admit(leader, MEMBER, key, session));
    EXPECT(SECPVM_ERR_ALREADY_MEMBER, secpvm_leader_admit(leader, MEMBER, key, session));
    EXPECT(SECPVM_OK, secpvm_rekey_policy_for_session(session, &policy));
    secpvm_endpoint_setup setup = {session, MEMBER, PEERS, &policy, now_ms};
    EXPECT(SECPVM_OK, secpvm_member_new(&setup, key, &member));
    return member;
}

int main(void)
{
    uint8_t session[SECPVM_SESSION_LEN], now[SECPVM_SESSION_LEN], next[SECPVM_SESSION_LEN];
    uint64_t at_ms = 0, silent = 0;
    uint32_t epoch = 0;
    int yes = -1;
    EXPECT(SECPVM_OK, secpvm_session_generate(1, entropy, session));
    secpvm_leader *leader = make_leader(session);
    secpvm_member *member = admit(leader);
    talk(leader, member, 0);

    EXPECT(SECPVM_OK, secpvm_leader_rekey_is_due(leader, &yes));
    CHECK(yes == 0);
    EXPECT(SECPVM_OK, secpvm_leader_rekey(leader, session, now_ms));
    EXPECT(SECPVM_OK, secpvm_leader_session(leader, now));
    EXPECT(SECPVM_OK, secpvm_leader_newest_session(leader, next));
    CHECK(memcmp(next, session, 32) == 0 && now[35] == 0 && next[35] == 1);
    CHECK(deliver(leader, member) >= 4);
    EXPECT(SECPVM_OK, secpvm_member_epoch(member, &epoch));
    CHECK(epoch == 1);
    EXPECT(SECPVM_OK, secpvm_member_session(member, now));
    CHECK(memcmp(now, next, sizeof now) == 0);
    EXPECT(SECPVM_OK, secpvm_member_newest_session(member, next));
    CHECK(memcmp(now, next, sizeof now) == 0);
    talk(leader, member, 1);
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_leader_rekey(leader, entropy, now_ms));

    EXPECT(SECPVM_OK, secpvm_leader_poll_timeout(leader, &at_ms));
    CHECK(at_ms > now_ms && at_ms < UINT64_MAX);
    now_ms = at_ms;
    EXPECT(SECPVM_OK, secpvm_leader_handle_timeout(leader, now_ms));
    EXPECT(SECPVM_OK, secpvm_member_handle_timeout(member, now_ms));
    EXPECT(SECPVM_OK, secpvm_member_poll_timeout(member, &at_ms));
    EXPECT(SECPVM_OK, secpvm_member_request_epoch(member));
    deliver(leader, member);
    EXPECT(SECPVM_OK, secpvm_leader_rekey_is_due(leader, &yes));
    CHECK(yes == 1);

    EXPECT(SECPVM_ERR_NO_SUCH_MEMBER, secpvm_leader_remove(leader, 9, entropy, now_ms));
    EXPECT(SECPVM_ERR_NO_SUCH_MEMBER, secpvm_leader_offer_again(leader, 9));
    EXPECT(SECPVM_OK, secpvm_leader_remove(leader, MEMBER, entropy, now_ms));
    EXPECT(SECPVM_ERR_NO_SUCH_MEMBER, secpvm_leader_poll_unresponsive(leader, &silent));
    EXPECT(SECPVM_OK, secpvm_leader_epoch(leader, &epoch));
    CHECK(epoch == 2);
    secpvm_leader_free(leader);
    secpvm_member_free(member);
    puts("group: ok");
    return 0;
}
