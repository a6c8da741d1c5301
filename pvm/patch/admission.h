/*
 * How a host that is being started gets its grant.
 *
 * pvmd' starts it, or rather a child of pvmd', but only the master may admit: so the
 * child asks the master over its service. What it asks with is a token that the master
 * has drawn before any fork, and tells nobody: a task of the same user gets no grant.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_ADMISSION_H
#define SECPVM_ADMISSION_H

#include <stddef.h>
#include <stdint.h>

#include "grant.h"
#include "service_protocol.h"

/* Draw the token. In the master, before any fork. */
void admission_begin(void);

/* Wipe it. */
void admission_end(void);

/* In a child of pvmd': ask the master for the grant of `host`. NULL on success, else the
 * reason, one static phrase. */
const char *admission_ask(uint32_t host, struct grant *grant);

/* In the master: answer that. */
enum service_status admission_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                     size_t *result_len);

#endif
