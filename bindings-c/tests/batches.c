/* Batches: the same records and outcomes as single calls, each packet with its own status; and
 * their misuse. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "check.h"

#include <string.h>

enum { PACKETS = 37, TEXT_LEN = 300, BUF_LEN = TEXT_LEN + SECPVM_RECORD_OVERHEAD_MAX };

static const uint8_t receiver[] = "host 2";
static uint8_t one[PACKETS][BUF_LEN], many[PACKETS][BUF_LEN];
static secpvm_outgoing outgoing[PACKETS];
static secpvm_incoming incoming[PACKETS];

/* Packet i has i bytes of text. */
static void prepare(void)
{
    memset(outgoing, 0, sizeof outgoing);
    memset(incoming, 0, sizeof incoming);
    for (size_t i = 0; i < PACKETS; i++) {
        memset(one[i], 'a' + (int)(i % 26), BUF_LEN);
        memcpy(many[i], one[i], BUF_LEN);
        outgoing[i].associated_data = incoming[i].associated_data = receiver;
        outgoing[i].associated_data_len = incoming[i].associated_data_len = sizeof receiver;
        outgoing[i].buf = incoming[i].record = many[i];
        outgoing[i].buf_len = BUF_LEN;
        outgoing[i].plaintext_len = i;
    }
}

static void make(size_t index, secpvm_sealer **sealer, uint8_t session[SECPVM_SESSION_LEN])
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {7};
    secpvm_suite_info suite;
    EXPECT(SECPVM_OK, secpvm_suite_at(index, &suite));
    EXPECT(SECPVM_OK, secpvm_session_generate(suite.id, entropy, session));
    EXPECT(SECPVM_OK, secpvm_sealer_new(session, 7, sealer));
}

static void as_single_calls(size_t index)
{
    uint8_t session[SECPVM_SESSION_LEN];
    secpvm_sealer *single = NULL, *batch = NULL;
    secpvm_opener *opener = NULL;
    make(index, &single, session);
    make(index, &batch, session);
    EXPECT(SECPVM_OK, secpvm_opener_new(session, 2, &opener));
    prepare();
    EXPECT(SECPVM_OK, secpvm_sealer_seal_batch(batch, outgoing, PACKETS));
    for (size_t i = 0; i < PACKETS; i++) {
        size_t len = 0;
        EXPECT(SECPVM_OK, secpvm_sealer_seal_in_place(single, receiver, sizeof receiver, one[i],
                                                      BUF_LEN, i, &len));
        EXPECT(SECPVM_OK, outgoing[i].status);
        CHECK(outgoing[i].record_len == len && memcmp(one[i], many[i], len) == 0);
        incoming[i].record_len = len;
    }
    many[9][SECPVM_RECORD_HEADER_LEN] ^= 1;
    incoming[20].record = one[19];
    incoming[20].record_len = incoming[19].record_len;
    EXPECT(SECPVM_OK, secpvm_opener_open_batch(opener, incoming, PACKETS));
    for (size_t i = 0; i < PACKETS; i++) {
        if (i == 9 || i == 20) {
            EXPECT(i == 9 ? SECPVM_REJECTED_FORGED : SECPVM_REJECTED_REPLAYED, incoming[i].status);
            continue;
        }
        EXPECT(SECPVM_OK, incoming[i].status);
        CHECK(incoming[i].plaintext_len == i && incoming[i].header.packet_number == i);
        for (size_t at = 0; at < i; at++) {
            CHECK(many[i][SECPVM_RECORD_HEADER_LEN + at] == 'a' + (int)(i % 26));
        }
    }
    secpvm_sealer_free(single);
    secpvm_sealer_free(batch);
    secpvm_opener_free(opener);
}

/* What is wrong with one packet is in its status, and takes no number. */
static void misuse(size_t index)
{
    uint8_t session[SECPVM_SESSION_LEN];
    secpvm_sealer *sealer = NULL;
    secpvm_rolling_opener *opener = NULL;
    make(index, &sealer, session);
    EXPECT(SECPVM_OK, secpvm_rolling_opener_new(session, 2, &opener));
    prepare();
    outgoing[1].buf = NULL;
    outgoing[2].buf_len = 1;
    outgoing[3].buf = many[0] + 1;
    outgoing[4].associated_data_len = 65;
    outgoing[5].buf = (uint8_t *)&outgoing[6];
    outgoing[5].buf_len = 1;
    outgoing[7].buf = (uint8_t *)sealer;
    outgoing[7].buf_len = 1;
    EXPECT(SECPVM_OK, secpvm_sealer_seal_batch(sealer, outgoing, 9));
    EXPECT(SECPVM_OK, outgoing[0].status);
    EXPECT(SECPVM_ERR_NULL, outgoing[1].status);
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL, outgoing[2].status);
    EXPECT(SECPVM_ERR_OVERLAP, outgoing[3].status);
    EXPECT(SECPVM_ERR_LENGTH, outgoing[4].status);
    EXPECT(SECPVM_ERR_OVERLAP, outgoing[5].status);
    EXPECT(SECPVM_OK, outgoing[6].status);
    EXPECT(SECPVM_ERR_OVERLAP, outgoing[7].status);
    EXPECT(SECPVM_OK, outgoing[8].status);

    for (size_t i = 0; i < 9; i++) {
        incoming[i].record_len = outgoing[i].record_len;
    }
    incoming[1].record = NULL;
    incoming[1].record_len = 1;
    incoming[7].record = many[8];
    incoming[7].record_len = 1;
    EXPECT(SECPVM_OK, secpvm_rolling_opener_open_batch(opener, incoming, 9));
    EXPECT(SECPVM_OK, incoming[0].status);
    EXPECT(SECPVM_ERR_NULL, incoming[1].status);
    EXPECT(SECPVM_REJECTED_MALFORMED, incoming[2].status);
    EXPECT(SECPVM_OK, incoming[6].status);
    CHECK(incoming[6].header.packet_number == 1);
    EXPECT(SECPVM_REJECTED_MALFORMED, incoming[7].status);
    EXPECT(SECPVM_ERR_OVERLAP, incoming[8].status);

    EXPECT(SECPVM_OK, secpvm_sealer_seal_batch(sealer, NULL, 0));
    EXPECT(SECPVM_ERR_NULL, secpvm_sealer_seal_batch(sealer, NULL, 1));
    EXPECT(SECPVM_ERR_NULL, secpvm_sealer_seal_batch(NULL, outgoing, 1));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_sealer_seal_batch(sealer, outgoing, SIZE_MAX));
    EXPECT(SECPVM_ERR_NULL, secpvm_rolling_opener_open_batch(opener, NULL, 1));
    EXPECT(SECPVM_ERR_OVERLAP,
           secpvm_sealer_seal_batch(sealer, (secpvm_outgoing *)(void *)sealer, 1));
    secpvm_sealer_free(sealer);
    secpvm_rolling_opener_free(opener);
}

int main(void)
{
    for (size_t i = 0; i < secpvm_suite_count(); i++) {
        as_single_calls(i);
        misuse(i);
    }
    puts("batches: ok");
    return 0;
}
