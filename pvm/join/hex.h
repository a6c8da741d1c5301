/*
 * Bytes as lower-case hexadecimal digits.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_HEX_H
#define SECPVM_HEX_H

#include <stddef.h>
#include <stdint.h>

/* The bytes that `text` is, all of it: `len` of them. -1 if it is anything else; then the
 * bytes are wiped. Neither branches on what the digits are nor looks them up: a private
 * key and the secret of a join come this way. */
int hex_decode(const char *text, uint8_t *bytes, size_t len);

/* In the same manner, write `len` bytes as 2 * `len` digits and a NUL. */
void hex_encode(const uint8_t *bytes, size_t len, char *text);

#endif
