/*
 * The session of the master and its shadows: see shadow.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "shadow.h"

#include "entropy.h"
#include "locked.h"
#include "own.h"

/* PVM numbers hosts from 1 to 4095 and then starts again; each addition of a host can
 * have a pvmd' of its own, and the master is one more sender. */
#define PEERS_MAX 4096

static uint8_t session[SECPVM_SESSION_LEN];
static secpvm_sealer *sealer;
static secpvm_opener *opener;
static own_mark sealer_is_own;

secpvm_status shadow_begin(uint16_t suite)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN];
    secpvm_status status = own_new(&sealer_is_own);

    locked_add(session, sizeof session);
    entropy_fill(entropy, sizeof entropy);
    if (status == SECPVM_OK)
        status = secpvm_session_generate(suite, entropy, session);
    if (status == SECPVM_OK)
        status = secpvm_opener_new(session, PEERS_MAX, &opener);
    secpvm_wipe(entropy, sizeof entropy);
    return status;
}

void shadow_end(void)
{
    secpvm_sealer_free(sealer);
    secpvm_opener_free(opener);
    sealer = NULL;
    opener = NULL;
    secpvm_wipe(session, sizeof session);
}

const uint8_t *shadow_session(void)
{
    return session;
}

secpvm_status shadow_seal(uint32_t from, const uint8_t *associated_data,
                          size_t associated_data_len, uint8_t *buf, size_t buf_len,
                          size_t plaintext_len, size_t *record_len)
{
    if (opener == NULL)
        return SECPVM_ERR_OUT_OF_ORDER;
    if (*sealer_is_own == 0) {
        secpvm_sealer *fresh;
        secpvm_status status = secpvm_sealer_new(session, own_sender(from), &fresh);

        if (status != SECPVM_OK)
            return status;
        secpvm_sealer_free(sealer);
        sealer = fresh;
        *sealer_is_own = 1;
    }
    return secpvm_sealer_seal_in_place(sealer, associated_data, associated_data_len, buf,
                                       buf_len, plaintext_len, record_len);
}

secpvm_status shadow_open(const uint8_t *associated_data, size_t associated_data_len,
                          uint8_t *record, size_t record_len, secpvm_record_header *header,
                          size_t *plaintext_len)
{
    if (opener == NULL)
        return SECPVM_REJECTED_FORGED;
    return secpvm_opener_open_in_place(opener, associated_data, associated_data_len, record,
                                       record_len, header, plaintext_len);
}
