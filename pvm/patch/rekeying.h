/*
 * What `secpvm rekey` asks of the daemon on its host, over the service.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_REKEYING_H
#define SECPVM_REKEYING_H

#include <stddef.h>
#include <stdint.h>

#include "service_protocol.h"

/* No arguments -> epoch 4, what a change waits for 1 (enum group_wait). The first asks for
 * another epoch and returns at once; the second only looks. */
enum service_status rekeying_begin_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                          size_t *result_len);
enum service_status rekeying_look_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                         size_t *result_len);

#endif
