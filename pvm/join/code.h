/*
 * Codes: bytes that people carry from one terminal to another, by copying lines:
 *
 *     B2/6 <up to 48 digits of base64, RFC 4648 section 5, no padding> <check>
 *
 * The letter says what it is a code of, then come the number of the line and how many
 * there are. The check is four hexadecimal digits, the first two bytes of the SHA-256 of
 * letter, number, count and bytes: a line that was not copied well is told at once, but
 * for one in 65536. It keeps no attacker out; what the bytes are does that.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_CODE_H
#define SECPVM_CODE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of a line: 48 digits. It is 64 characters long at most, for any terminal. */
#define CODE_LINE_BYTES 36

/* The longest code: 99 lines, which have two digits for their number. */
#define CODE_LEN_MAX (99 * CODE_LINE_BYTES)

enum code_result {
    CODE_OK,
    CODE_END,  /* the input has ended */
    CODE_OTHER /* a code of another letter came */
};

/* Write it to `fd`, with an empty line before and behind. -1 if it is too long, or
 * nobody reads. */
int code_write(int fd, char letter, const uint8_t *bytes, size_t len);

/* Read lines from `in` until the code is whole. Empty lines are passed over, and so are
 * lines that came before; what is wrong with another is told on `out`, and it can be
 * pasted again. `*other` is the letter of CODE_OTHER. */
enum code_result code_read(int in, int out, char letter, uint8_t bytes[CODE_LEN_MAX],
                           size_t *len, char *other);

#endif
