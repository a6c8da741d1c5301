/*
 * The handshakes of a manual start: see manual.h for what they are.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_MANUAL_NOISE_H
#define SECPVM_MANUAL_NOISE_H

#include "code.h"
#include "grant.h"

/* Grant 80 and three strings; the command has room for 1024, the mode for 32, the
 * machine's name for 256. */
#define LETTER_CAP (GRANT_LEN + 1312)

/* ddpro line: pvmd' takes 255 bytes. */
#define ANSWER_CAP 256

/* Begin as one of the sides. For static keys, the master's side names the new host's
 * public key; the new host's learns the master's. */
secpvm_status manual_noise_new_host(secpvm_noise **noise);
secpvm_status manual_noise_master(secpvm_noise **noise);
secpvm_status manual_noise_new_host_keyed(const uint8_t own[SECPVM_NOISE_KEY_LEN],
                                          secpvm_noise **noise);
secpvm_status manual_noise_master_keyed(const uint8_t own[SECPVM_NOISE_KEY_LEN],
                                        const uint8_t host[SECPVM_NOISE_KEY_LEN],
                                        secpvm_noise **noise);

#endif
