/*
 * The lines that the two ends of a join exchange, in printable ASCII:
 *
 *     secpvm-join 1 <message number, 1 to 5> <the message in lower-case hex>
 *     secpvm-join error <reason>
 *
 * The 1 is the version of these lines.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_LINE_H
#define SECPVM_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "secpvm_core.h"

/* The longest line with its newline and NUL: "secpvm-join 1 n " and the hex, which
 * is 16 + 160 + 2; an error's reason gets the same room and some more. */
#define LINE_CAP 256

/* The message that carries the member key, and after which pvmd starts. */
#define LINE_LAST 5

enum line_kind {
    LINE_OTHER,   /* not one of ours */
    LINE_MESSAGE, /* a message */
    LINE_ERROR,   /* the far end gives up */
    LINE_INVALID  /* begins as one of ours, and is none */
};

struct line {
    enum line_kind kind;
    int number;                                   /* LINE_MESSAGE: 1 to 5 */
    uint8_t message[SECPVM_JOIN_MESSAGE_LEN_MAX]; /* LINE_MESSAGE */
    size_t message_len;                           /* LINE_MESSAGE */
    const char *reason;                           /* LINE_ERROR: within the text */
};

/* Read `text`, a line without its newline. */
void line_parse(const char *text, struct line *line);

/* Write a message as a line with its newline and NUL; its length without the NUL. */
size_t line_format(int number, const uint8_t *message, size_t message_len, char text[LINE_CAP]);

#endif
