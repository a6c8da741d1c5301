/*
 * Asking the daemon of this host for something: the client of its service.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_ASK_H
#define SECPVM_ASK_H

#include <stddef.h>
#include <stdint.h>

#include "service_protocol.h"

/* Ask for `kind` (service_protocol.h) with `len` bytes of arguments; the result has
 * exactly `result_len` bytes. NULL on success, else the reason, one static phrase. */
const char *ask_daemon(enum service_kind kind, const uint8_t *arguments, size_t len,
                       uint8_t *result, size_t result_len);

#endif
