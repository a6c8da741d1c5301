/*
 * Bytes as lower-case hexadecimal digits.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_HEX_H
#define SECPVM_HEX_H

#include <stddef.h>
#include <stdint.h>

/* The bytes that `text` is, all of it: `len` of them. -1 if it is anything else. In
 * variable time: what is secret among it is read by one process at its start, from a
 * pipe or a file of the user's own, where nobody else can tell how long it took. */
int hex_decode_vartime(const char *text, uint8_t *bytes, size_t len);

/* Write `len` bytes as 2 * `len` digits and a NUL. */
void hex_encode(const uint8_t *bytes, size_t len, char *text);

#endif
