/* Transcripts of our own formats through the C interface: what one side sees, call by call, and its
 * verdict. vectors/README.md says what is played. SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SECPVM_TESTS_TRANSCRIPTS_H
#define SECPVM_TESTS_TRANSCRIPTS_H

#include "known_answers.h"

enum {
    TRANSCRIPT_PEERS = 4,
    TRANSCRIPT_SEATS = 2,
    SEALED_UP_TO = 300 /* records with a higher packet number are only opened */
};

static inline void expect_verdict(const char *verdict, secpvm_status status)
{
    static const struct {
        const char *verdict;
        secpvm_status status;
    } verdicts[] = {
        {"accepted", SECPVM_OK},
        {"forged", SECPVM_REJECTED_FORGED},
        {"replayed", SECPVM_REJECTED_REPLAYED},
        {"stale", SECPVM_REJECTED_STALE},
        {"malformed", SECPVM_REJECTED_MALFORMED},
    };
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        if (strcmp(verdict, verdicts[i].verdict) == 0) {
            EXPECT(verdicts[i].status, status);
            return;
        }
    }
    fprintf(stderr, "no verdict %s\n", verdict);
    exit(1);
}

/* A new opener opens the record; if its number is within reach, a sealer makes the same. */
static inline void check_record(const struct known_answer *answer)
{
    struct bytes session = bytes(answer, "session"), receiver = bytes(answer, "receiver");
    struct bytes record = bytes(answer, "record"), before = bytes(answer, "record");
    secpvm_rolling_opener *opener = NULL;
    secpvm_record_header header;
    size_t len = 0;
    EXPECT(SECPVM_OK, secpvm_rolling_opener_new(session.at, TRANSCRIPT_PEERS, &opener));
    secpvm_status status = secpvm_rolling_opener_open_in_place(
        opener, receiver.at, receiver.len, record.at, record.len, &header, &len);
    secpvm_rolling_opener_free(opener);
    if (!is_valid(answer)) {
        expect_verdict(text(answer, "verdict"), status);
        CHECK(same(record, before));
    } else {
        struct bytes plaintext = bytes(answer, "plaintext");
        EXPECT(SECPVM_OK, status);
        CHECK(len == plaintext.len
              && memcmp(record.at + SECPVM_RECORD_HEADER_LEN, plaintext.at, len) == 0);
        if (header.packet_number <= SEALED_UP_TO) {
            secpvm_sealer *sealer = NULL;
            EXPECT(SECPVM_OK, secpvm_sealer_new(session.at, header.sender, &sealer));
            for (uint64_t i = 0; i <= header.packet_number; i++) {
                memcpy(record.at + SECPVM_RECORD_HEADER_LEN, plaintext.at, plaintext.len);
                EXPECT(SECPVM_OK, secpvm_sealer_seal_in_place(sealer, receiver.at, receiver.len,
                                                              record.at, record.len,
                                                              plaintext.len, &len));
            }
            CHECK(len == before.len && same(record, before));
            secpvm_sealer_free(sealer);
        }
        free(plaintext.at);
    }
    free(session.at), free(receiver.at), free(record.at), free(before.at);
}

/* An opener of two epochs, and the records that it is given. */
static inline void check_opener(const struct known_answer *answer)
{
    struct bytes session = bytes(answer, "session"), receiver = bytes(answer, "receiver");
    secpvm_rolling_opener *opener = NULL;
    size_t step = 0;
    EXPECT(SECPVM_OK, secpvm_rolling_opener_new(session.at, TRANSCRIPT_PEERS, &opener));
    for (;; step++) {
        char record[32], prepare[32], verdict[32], action[32];
        snprintf(record, sizeof record, "steps.%zu.record", step);
        snprintf(prepare, sizeof prepare, "steps.%zu.prepare", step);
        snprintf(verdict, sizeof verdict, "steps.%zu.verdict", step);
        snprintf(action, sizeof action, "steps.%zu.do", step);
        if (has(answer, record)) {
            struct bytes given = bytes(answer, record);
            size_t len = 0;
            expect_verdict(text(answer, verdict), secpvm_rolling_opener_open_in_place(
                                                      opener, receiver.at, receiver.len, given.at,
                                                      given.len, NULL, &len));
            free(given.at);
        } else if (has(answer, prepare)) {
            struct bytes next = bytes(answer, prepare);
            EXPECT(SECPVM_OK, secpvm_rolling_opener_prepare_epoch(opener, next.at));
            free(next.at);
        } else if (!has(answer, action)) {
            break;
        } else if (strcmp(text(answer, action), "activate") == 0) {
            EXPECT(SECPVM_OK, secpvm_rolling_opener_activate_epoch(opener));
        } else {
            CHECK(strcmp(text(answer, action), "retire") == 0);
            EXPECT(SECPVM_OK, secpvm_rolling_opener_retire_previous_epoch(opener));
        }
    }
    CHECK(step > 0 && is_valid(answer));
    secpvm_rolling_opener_free(opener);
    free(session.at), free(receiver.at);
}

/* The message at `index` of a list that is separated by commas; the last one of all if `*last`. */
static inline struct bytes message_at(const struct known_answer *answer, size_t index, int *last)
{
    const char *from = text(answer, "messages");
    for (; index > 0; index--) {
        from = strchr(from, ',') + 1;
    }
    size_t len = strcspn(from, ",");
    *last = from[len] == '\0';
    char *one = malloc(len + 1);
    CHECK(one != NULL);
    memcpy(one, from, len);
    one[len] = '\0';
    const struct known_answer alone = {1, {"message"}, {one}};
    struct bytes message = bytes(&alone, "message");
    free(one);
    return message;
}

static inline secpvm_join *join_side(const struct known_answer *answer, int is_responder)
{
    struct bytes session = bytes(answer, "session"), context = bytes(answer, "context");
    struct bytes secret = bytes(answer, "joinSecret");
    struct bytes ephemeral =
        bytes(answer, is_responder ? "responderEphemeral" : "initiatorEphemeral");
    uint8_t entropy[SECPVM_JOIN_INITIATOR_ENTROPY_LEN];
    secpvm_join *join = NULL;
    CHECK(secret.len == 32 && ephemeral.len == 32 && sizeof entropy == 64);
    memcpy(entropy, secret.at, 32);
    memcpy(entropy + 32, ephemeral.at, 32);
    if (is_responder) {
        EXPECT(SECPVM_OK, secpvm_join_responder_new(context.at, context.len, ephemeral.at, &join));
    } else {
        EXPECT(SECPVM_OK, secpvm_join_initiator_new(session.at, context.at, context.len, entropy,
                                                    &join));
    }
    free(session.at), free(context.at), free(secret.at), free(ephemeral.at);
    return join;
}

/* The messages of a join, the fifth where there is a member key; in an invalid case the last one
 * given is not the peer's. */
static inline void check_join(const struct known_answer *answer)
{
    secpvm_join *side[2] = {join_side(answer, 0), join_side(answer, 1)};
    struct bytes session = bytes(answer, "session"), received = bytes_of_len(session.len);
    int last = 0;
    for (size_t i = 0; !last; i++) {
        struct bytes given = message_at(answer, i, &last);
        uint8_t made[SECPVM_JOIN_MESSAGE_LEN_MAX];
        size_t len = 0;
        secpvm_status status;
        if (i == 4) {
            struct bytes key = bytes(answer, "memberKey"), read = bytes_of_len(key.len);
            EXPECT(SECPVM_OK,
                   secpvm_join_write_member_key(side[0], key.at, made, sizeof made, &len));
            status = secpvm_join_read_member_key(side[1], given.at, given.len, read.at);
            CHECK(status != SECPVM_OK || same(key, read));
            free(key.at), free(read.at);
        } else {
            EXPECT(SECPVM_OK, secpvm_join_write(side[i % 2], made, sizeof made, &len));
            status = secpvm_join_read(side[1 - i % 2], given.at, given.len);
        }
        if (last && !is_valid(answer)) {
            expect_verdict(text(answer, "verdict"), status);
        } else {
            CHECK(len == given.len && memcmp(made, given.at, len) == 0);
            EXPECT(SECPVM_OK, status);
        }
        free(given.at);
    }
    if (is_valid(answer)) {
        EXPECT(SECPVM_OK, secpvm_join_finish(side[0], NULL));
        EXPECT(SECPVM_OK, secpvm_join_finish(side[1], received.at));
        CHECK(same(session, received));
    }
    secpvm_join_free(side[0]), secpvm_join_free(side[1]);
    free(session.at), free(received.at);
}

/* A leader and one member: offer, confirm, activate, activated. */
static inline void check_rekeying(const struct known_answer *answer)
{
    struct bytes session = bytes(answer, "session"), root = bytes(answer, "root");
    struct bytes member_key = bytes(answer, "memberKey"), entropy = bytes(answer, "entropy");
    struct bytes next = bytes(answer, "nextSession"), id_bytes = bytes(answer, "member");
    uint8_t key[SECPVM_MEMBER_KEY_LEN], current[SECPVM_SESSION_LEN];
    uint64_t id = 0, to = 0;
    secpvm_leader *leader = NULL;
    secpvm_member *member = NULL;
    int last = 0;
    for (size_t i = 0; i < id_bytes.len; i++) {
        id = id << 8 | id_bytes.at[i];
    }
    secpvm_endpoint_setup setup = {session.at, 0, TRANSCRIPT_PEERS, NULL, 0};
    EXPECT(SECPVM_OK, secpvm_leader_new(&setup, root.at, TRANSCRIPT_SEATS, &leader));
    EXPECT(SECPVM_OK, secpvm_leader_admit(leader, id, key, current));
    CHECK(member_key.len == sizeof key && memcmp(key, member_key.at, sizeof key) == 0);
    CHECK(session.len == sizeof current && memcmp(current, session.at, sizeof current) == 0);
    setup.sender = id;
    EXPECT(SECPVM_OK, secpvm_member_new(&setup, key, &member));
    EXPECT(SECPVM_OK, secpvm_leader_rekey(leader, entropy.at, 0));
    for (size_t i = 0; !last; i++) {
        struct bytes given = message_at(answer, i, &last);
        uint8_t made[SECPVM_GROUP_MESSAGE_LEN_MAX];
        size_t len = 0;
        secpvm_status status;
        if (i % 2 == 0) {
            EXPECT(SECPVM_OK, secpvm_leader_poll_transmit(leader, 0, made, &to, &len));
            status = secpvm_member_handle_message(member, given.at, given.len, 0);
        } else {
            EXPECT(SECPVM_OK, secpvm_member_poll_transmit(member, 0, made, &len));
            status = secpvm_leader_handle_message(leader, given.at, given.len, 0);
        }
        CHECK(len > 0 && to == id);
        if (last && !is_valid(answer)) {
            expect_verdict(text(answer, "verdict"), status);
        } else {
            CHECK(len == given.len && memcmp(made, given.at, len) == 0);
            EXPECT(SECPVM_OK, status);
        }
        free(given.at);
    }
    if (is_valid(answer)) {
        uint32_t leaders = 0, members = 1;
        EXPECT(SECPVM_OK, secpvm_leader_epoch(leader, &leaders));
        EXPECT(SECPVM_OK, secpvm_member_epoch(member, &members));
        CHECK(leaders == members);
        EXPECT(SECPVM_OK, secpvm_leader_admit(leader, id / 2, key, current));
        CHECK(next.len == sizeof current && memcmp(current, next.at, sizeof current) == 0);
    }
    secpvm_leader_free(leader), secpvm_member_free(member);
    free(session.at), free(root.at), free(member_key.at), free(entropy.at);
    free(next.at), free(id_bytes.at);
}

static inline void check_transcript(const struct known_answer *answer)
{
    const char *type = text(answer, "type");
    if (strcmp(type, "Record") == 0) {
        check_record(answer);
    } else if (strcmp(type, "Opener") == 0) {
        check_opener(answer);
    } else if (strcmp(type, "Join") == 0) {
        check_join(answer);
    } else {
        CHECK(strcmp(type, "Rekeying") == 0);
        check_rekeying(answer);
    }
}

#endif
