/* Suites, sessions, sealers and openers through the C interface.
 * SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "check.h"

#include <string.h>

enum { PEERS = 4, TEXT_LEN = 5 };

static const uint8_t receiver[] = "host 2";

/* A session of the suite at `index`, from fixed entropy. */
static secpvm_suite_info make_session(size_t index, uint8_t session[SECPVM_SESSION_LEN])
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN];
    secpvm_suite_info suite, same;
    memset(entropy, 0x42, sizeof entropy);
    EXPECT(SECPVM_OK, secpvm_suite_at(index, &suite));
    EXPECT(SECPVM_OK, secpvm_session_generate(suite.id, entropy, session));
    EXPECT(SECPVM_OK, secpvm_session_suite(session, &same));
    CHECK(same.id == suite.id && strcmp(same.name, suite.name) == 0);
    return suite;
}

static size_t seal_hello(secpvm_sealer *sealer, uint8_t *buf, size_t buf_len)
{
    size_t record_len = 0;
    memcpy(buf + SECPVM_RECORD_HEADER_LEN, "hello", TEXT_LEN);
    EXPECT(SECPVM_OK, secpvm_sealer_seal_in_place(sealer, receiver, sizeof receiver, buf, buf_len,
                                                  TEXT_LEN, &record_len));
    return record_len;
}

static void suite_table(void)
{
    secpvm_suite_info info;
    CHECK(secpvm_suite_count() >= 3);
    for (size_t i = 0; i < secpvm_suite_count(); i++) {
        secpvm_suite_info found;
        EXPECT(SECPVM_OK, secpvm_suite_at(i, &info));
        EXPECT(SECPVM_OK, secpvm_suite_by_name(info.name, &found));
        CHECK(found.id == info.id && found.tag_len == 16);
    }
    EXPECT(SECPVM_OK, secpvm_suite_by_name("aes-256-gcm", &info));
    CHECK(info.id == 1 && info.strength == SECPVM_STRENGTH_MODERN);
    EXPECT(SECPVM_OK, secpvm_suite_by_name("3des-ctr+keyed-md5", &info));
    CHECK(info.id == 0x0101 && info.strength == SECPVM_STRENGTH_LEGACY);
    EXPECT(SECPVM_ERR_UNKNOWN_SUITE, secpvm_suite_by_name("rot13", &info));
    EXPECT(SECPVM_ERR_UNKNOWN_SUITE, secpvm_suite_by_name("\xff", &info));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_suite_at(secpvm_suite_count(), &info));
}

static void seal_and_open(size_t index)
{
    uint8_t session[SECPVM_SESSION_LEN], buf[128], copy[128];
    secpvm_suite_info suite = make_session(index, session);
    secpvm_sealer *sealer = NULL;
    secpvm_opener *opener = NULL;
    secpvm_record_header header;
    size_t record_len, plaintext_len = 0;
    EXPECT(SECPVM_OK, secpvm_sealer_new(session, 7, &sealer));
    EXPECT(SECPVM_OK, secpvm_opener_new(session, PEERS, &opener));

    record_len = seal_hello(sealer, buf, sizeof buf);
    CHECK(record_len == TEXT_LEN + SECPVM_RECORD_OVERHEAD_MAX);
    EXPECT(SECPVM_OK, secpvm_record_parse(buf, record_len, &header));
    CHECK(header.sender == 7 && header.packet_number == 0 && header.epoch == 0);
    CHECK(header.suite_id == suite.id);

    memcpy(copy, buf, sizeof buf);
    copy[record_len - 1] ^= 1;
    EXPECT(SECPVM_REJECTED_FORGED,
           secpvm_opener_open_in_place(opener, receiver, sizeof receiver, copy, record_len, NULL,
                                       &plaintext_len));
    memcpy(copy, buf, sizeof buf);
    EXPECT(SECPVM_OK, secpvm_opener_open_in_place(opener, receiver, sizeof receiver, copy,
                                                  record_len, &header, &plaintext_len));
    CHECK(plaintext_len == TEXT_LEN);
    CHECK(memcmp(copy + SECPVM_RECORD_HEADER_LEN, "hello", TEXT_LEN) == 0);
    memcpy(copy, buf, sizeof buf);
    EXPECT(SECPVM_REJECTED_REPLAYED,
           secpvm_opener_open_in_place(opener, receiver, sizeof receiver, copy, record_len, NULL,
                                       &plaintext_len));
    buf[7] ^= 1;
    EXPECT(SECPVM_REJECTED_STALE,
           secpvm_opener_open_in_place(opener, receiver, sizeof receiver, buf, record_len, NULL,
                                       &plaintext_len));
    EXPECT(SECPVM_REJECTED_MALFORMED,
           secpvm_opener_open_in_place(opener, receiver, sizeof receiver, buf, 39, NULL,
                                       &plaintext_len));
    secpvm_sealer_free(sealer);
    secpvm_opener_free(opener);
}

static void too_many_peers(void)
{
    uint8_t session[SECPVM_SESSION_LEN], buf[64];
    secpvm_opener *opener = NULL;
    size_t plaintext_len;
    make_session(0, session);
    EXPECT(SECPVM_OK, secpvm_opener_new(session, PEERS, &opener));
    for (uint64_t sender = 0; sender <= PEERS; sender++) {
        secpvm_sealer *sealer = NULL;
        EXPECT(SECPVM_OK, secpvm_sealer_new(session, sender, &sealer));
        size_t record_len = seal_hello(sealer, buf, sizeof buf);
        EXPECT(sender < PEERS ? SECPVM_OK : SECPVM_ERR_TOO_MANY_PEERS,
               secpvm_opener_open_in_place(opener, receiver, sizeof receiver, buf, record_len,
                                           NULL, &plaintext_len));
        secpvm_sealer_free(sealer);
    }
    secpvm_opener_free(opener);
}

static void misuse(void)
{
    uint8_t session[SECPVM_SESSION_LEN], bad[SECPVM_SESSION_LEN], buf[64], name[65] = {0};
    secpvm_sealer *sealer = NULL;
    secpvm_opener *opener = NULL;
    secpvm_suite_info info;
    secpvm_record_header header;
    size_t len;
    make_session(0, session);
    memset(bad, 0xff, sizeof bad);

    EXPECT(SECPVM_ERR_NULL, secpvm_suite_at(0, NULL));
    EXPECT(SECPVM_ERR_NULL, secpvm_suite_by_name(NULL, &info));
    EXPECT(SECPVM_ERR_NULL, secpvm_session_generate(1, NULL, session));
    EXPECT(SECPVM_ERR_NULL, secpvm_session_generate(1, bad, NULL));
    EXPECT(SECPVM_ERR_UNKNOWN_SUITE, secpvm_session_generate(0, bad, buf));
    EXPECT(SECPVM_ERR_BAD_SESSION, secpvm_session_suite(bad, &info));
    EXPECT(SECPVM_ERR_BAD_SESSION, secpvm_sealer_new(bad, 1, &sealer));
    EXPECT(SECPVM_ERR_NULL, secpvm_sealer_new(NULL, 1, &sealer));
    EXPECT(SECPVM_ERR_NULL, secpvm_sealer_new(session, 1, NULL));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_opener_new(session, 0, &opener));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_opener_new(session, 65537, &opener));
    CHECK(sealer == NULL && opener == NULL);

    EXPECT(SECPVM_OK, secpvm_sealer_new(session, 1, &sealer));
    EXPECT(SECPVM_ERR_NULL, secpvm_sealer_seal_in_place(NULL, NULL, 0, buf, 64, 1, &len));
    EXPECT(SECPVM_ERR_NULL, secpvm_sealer_seal_in_place(sealer, NULL, 1, buf, 64, 1, &len));
    EXPECT(SECPVM_ERR_NULL, secpvm_sealer_seal_in_place(sealer, NULL, 0, NULL, 64, 1, &len));
    EXPECT(SECPVM_ERR_NULL, secpvm_sealer_seal_in_place(sealer, NULL, 0, buf, 64, 1, NULL));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_sealer_seal_in_place(sealer, name, 65, buf, 64, 1, &len));
    EXPECT(SECPVM_ERR_LENGTH,
           secpvm_sealer_seal_in_place(sealer, NULL, 0, buf, SIZE_MAX, 1, &len));
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL,
           secpvm_sealer_seal_in_place(sealer, NULL, 0, buf, 64, 25, &len));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_sealer_seal_in_place(sealer, NULL, 0, buf, 64,
                                                          SECPVM_PLAINTEXT_LEN_MAX + 1, &len));
    EXPECT(SECPVM_ERR_NULL, secpvm_record_parse(NULL, 40, &header));
    EXPECT(SECPVM_REJECTED_MALFORMED, secpvm_record_parse(NULL, 0, &header));
    seal_hello(sealer, buf, sizeof buf);
    EXPECT(SECPVM_OK, secpvm_record_parse(buf, TEXT_LEN + SECPVM_RECORD_OVERHEAD_MAX, &header));
    CHECK(header.packet_number == 0); /* no failed call used a number */
    secpvm_sealer_free(sealer);
    secpvm_sealer_free(NULL);
    secpvm_opener_free(NULL);
}

static void wiping(void)
{
    uint8_t secret[16];
    memset(secret, 0xaa, sizeof secret);
    secpvm_wipe(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++) {
        CHECK(secret[i] == 0);
    }
    secpvm_wipe(NULL, 0);
}

static void messages(void)
{
    for (int status = -1; status < 64; status++) {
        const char *text = secpvm_strerror((secpvm_status)status);
        CHECK(text != NULL && text[0] != '\0' && strchr(text, '\n') == NULL);
    }
    CHECK(strcmp(secpvm_strerror(SECPVM_OK), "success") == 0);
    CHECK(strchr(secpvm_version(), '.') != NULL);
}

int main(void)
{
    suite_table();
    for (size_t i = 0; i < secpvm_suite_count(); i++) {
        seal_and_open(i);
    }
    too_many_peers();
    misuse();
    wiping();
    messages();
    puts("records: ok");
    return 0;
}
