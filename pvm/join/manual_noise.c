/*
 * The handshakes of a manual start: see manual_noise.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "manual_noise.h"

#include "entropy.h"

static const uint8_t label[] = "secpvm manual 1";
static const uint8_t no_secret[SECPVM_NOISE_KEY_LEN];

static secpvm_status begin(secpvm_noise_setup setup, secpvm_noise **noise)
{
    uint8_t ephemeral[SECPVM_NOISE_KEY_LEN];
    secpvm_status status;

    entropy_fill(ephemeral, sizeof ephemeral);
    setup.cipher = SECPVM_NOISE_AESGCM;
    setup.prologue = label;
    setup.prologue_len = sizeof label;
    setup.ephemeral = ephemeral;
    status = secpvm_noise_new(&setup, noise);
    secpvm_wipe(ephemeral, sizeof ephemeral);
    return status;
}

secpvm_status manual_noise_new_host(secpvm_noise **noise)
{
    return begin((secpvm_noise_setup){.pattern = SECPVM_NOISE_NN_PSK0,
                                      .role = SECPVM_NOISE_INITIATOR,
                                      .psk = no_secret},
                 noise);
}

secpvm_status manual_noise_master(secpvm_noise **noise)
{
    return begin((secpvm_noise_setup){.pattern = SECPVM_NOISE_NN_PSK0,
                                      .role = SECPVM_NOISE_RESPONDER,
                                      .psk = no_secret},
                 noise);
}

secpvm_status manual_noise_new_host_keyed(const uint8_t own[SECPVM_NOISE_KEY_LEN],
                                          secpvm_noise **noise)
{
    return begin((secpvm_noise_setup){.pattern = SECPVM_NOISE_IK,
                                      .role = SECPVM_NOISE_RESPONDER,
                                      .local_static = own},
                 noise);
}

secpvm_status manual_noise_master_keyed(const uint8_t own[SECPVM_NOISE_KEY_LEN],
                                        const uint8_t host[SECPVM_NOISE_KEY_LEN],
                                        secpvm_noise **noise)
{
    return begin((secpvm_noise_setup){.pattern = SECPVM_NOISE_IK,
                                      .role = SECPVM_NOISE_INITIATOR,
                                      .local_static = own,
                                      .remote_static = host},
                 noise);
}
