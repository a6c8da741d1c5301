/*
 * What the master and its shadows (pvmd', host 0) say to each other is sealed in a
 * session of its own, which no other host is given.
 *
 * pvmd' is a fork of the master, made for one addition of hosts, and knows what the
 * master knew then. The others may move on to another epoch before it reports, and the
 * session that it was born with would be retired. This one has a single epoch: it
 * carries a few datagrams for each addition, and nobody who leaves has known it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_SHADOW_H
#define SECPVM_SHADOW_H

#include <stddef.h>
#include <stdint.h>

#include "secpvm_core.h"

/* The host index of pvmd'. */
#define SHADOW_HOST 0u

/* Draw the session, of the suite with that number. In the master, before any fork. */
secpvm_status shadow_begin(uint16_t suite);

/* Wipe it. */
void shadow_end(void);

/* It, for the key log. */
const uint8_t *shadow_session(void);

/* As secpvm_sealer_seal_in_place, as the host `from`: the master or pvmd'. */
secpvm_status shadow_seal(uint32_t from, const uint8_t *associated_data,
                          size_t associated_data_len, uint8_t *buf, size_t buf_len,
                          size_t plaintext_len, size_t *record_len);

/* As secpvm_opener_open_in_place. */
secpvm_status shadow_open(const uint8_t *associated_data, size_t associated_data_len,
                          uint8_t *record, size_t record_len, secpvm_record_header *header,
                          size_t *plaintext_len);

#endif
