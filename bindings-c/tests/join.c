/* The join through the C interface. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "check.h"

#include <string.h>

static const uint8_t context[] = "-s -d0x0 -nhost2 1 0a4d0001:8000 4080 2 0a4d0002:0000";

static void make_session(uint8_t session[SECPVM_SESSION_LEN])
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN];
    memset(entropy, 0x42, sizeof entropy);
    EXPECT(SECPVM_OK, secpvm_session_generate(1, entropy, session));
}

static secpvm_join *initiator(void)
{
    uint8_t session[SECPVM_SESSION_LEN], entropy[SECPVM_JOIN_INITIATOR_ENTROPY_LEN];
    secpvm_join *join = NULL;
    make_session(session);
    memset(entropy, 1, sizeof entropy);
    EXPECT(SECPVM_OK,
           secpvm_join_initiator_new(session, context, sizeof context, entropy, &join));
    return join;
}

static secpvm_join *responder(size_t context_len)
{
    uint8_t entropy[SECPVM_JOIN_RESPONDER_ENTROPY_LEN];
    secpvm_join *join = NULL;
    memset(entropy, 2, sizeof entropy);
    EXPECT(SECPVM_OK, secpvm_join_responder_new(context, context_len, entropy, &join));
    return join;
}

static void pass(secpvm_join *from, secpvm_join *to)
{
    uint8_t message[SECPVM_JOIN_MESSAGE_LEN_MAX];
    size_t len;
    EXPECT(SECPVM_OK, secpvm_join_write(from, message, sizeof message, &len));
    EXPECT(SECPVM_OK, secpvm_join_read(to, message, len));
}

static void a_member_key_follows(secpvm_join *member, secpvm_join *newcomer)
{
    uint8_t key[SECPVM_MEMBER_KEY_LEN], received[SECPVM_MEMBER_KEY_LEN];
    uint8_t message[SECPVM_JOIN_MEMBER_KEY_LEN];
    size_t len;
    memset(key, 0x23, sizeof key);
    EXPECT(SECPVM_ERR_OUT_OF_ORDER,
           secpvm_join_write_member_key(newcomer, key, message, sizeof message, &len));
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL,
           secpvm_join_write_member_key(member, key, message, sizeof message - 1, &len));
    EXPECT(SECPVM_OK, secpvm_join_write_member_key(member, key, message, sizeof message, &len));
    CHECK(len == sizeof message);
    EXPECT(SECPVM_ERR_OUT_OF_ORDER,
           secpvm_join_write_member_key(member, key, message, sizeof message, &len));
    EXPECT(SECPVM_ERR_NULL, secpvm_join_read_member_key(newcomer, message, len, NULL));
    EXPECT(SECPVM_OK, secpvm_join_read_member_key(newcomer, message, len, received));
    CHECK(memcmp(key, received, sizeof key) == 0);
    EXPECT(SECPVM_ERR_OUT_OF_ORDER,
           secpvm_join_read_member_key(newcomer, message, len, received));
}

static void the_session_arrives(void)
{
    uint8_t sent[SECPVM_SESSION_LEN], received[SECPVM_SESSION_LEN];
    secpvm_join *member = initiator(), *newcomer = responder(sizeof context);
    make_session(sent);
    for (int round = 0; round < 2; round++) {
        EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_join_finish(newcomer, received));
        pass(member, newcomer);
        EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_join_finish(member, NULL));
        pass(newcomer, member);
    }
    EXPECT(SECPVM_OK, secpvm_join_finish(member, NULL));
    EXPECT(SECPVM_ERR_NULL, secpvm_join_finish(newcomer, NULL));
    EXPECT(SECPVM_OK, secpvm_join_finish(newcomer, received));
    CHECK(memcmp(sent, received, sizeof sent) == 0);
    a_member_key_follows(member, newcomer);
    secpvm_join_free(member);
    secpvm_join_free(newcomer);
}

static void other_context_and_misuse(void)
{
    uint8_t message[SECPVM_JOIN_MESSAGE_LEN_MAX], entropy[64] = {0}, session[SECPVM_SESSION_LEN];
    static const uint8_t long_context[SECPVM_JOIN_CONTEXT_LEN_MAX + 1] = {0};
    secpvm_join *member = initiator(), *newcomer = responder(sizeof context - 2), *none = NULL;
    size_t len;
    make_session(session);
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_join_write(newcomer, message, sizeof message, &len));
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL, secpvm_join_write(member, message, 79, &len));
    EXPECT(SECPVM_OK, secpvm_join_write(member, message, sizeof message, &len));
    EXPECT(SECPVM_REJECTED_FORGED, secpvm_join_read(newcomer, message, len));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_join_read(newcomer, message, len));
    EXPECT(SECPVM_ERR_NULL, secpvm_join_read(member, NULL, 48));
    EXPECT(SECPVM_ERR_NULL, secpvm_join_responder_new(context, sizeof context, NULL, &none));
    EXPECT(SECPVM_ERR_LENGTH,
           secpvm_join_responder_new(long_context, sizeof long_context, entropy, &none));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_join_initiator_new(session, long_context,
                                                        sizeof long_context, entropy, &none));
    CHECK(none == NULL);
    secpvm_join_free(member);
    secpvm_join_free(newcomer);
    secpvm_join_free(NULL);
}

int main(void)
{
    the_session_arrives();
    other_context_and_misuse();
    puts("join: ok");
    return 0;
}
