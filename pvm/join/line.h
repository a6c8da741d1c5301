/*
 * The lines that the two ends of a join exchange, in printable ASCII:
 *
 *     secpvm-join <version> <message number, 1 to 5> <the message in lower-case hex>
 *     secpvm-join error <reason>
 *     secpvm-join started
 *
 * The version says what authenticates the join: 1 the channel, 2 static keys (see
 * messages.h). The last line is not of the join, but of the patch, in the pvmd that
 * it has been loaded into.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_LINE_H
#define SECPVM_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "messages.h"

/* The longest line with its newline and NUL: "secpvm-join 1 n " and the hex, which
 * is 16 + 192 + 2; an error's reason gets 400 and some more. */
#define LINE_CAP 512

enum line_kind {
    LINE_OTHER,         /* not one of ours */
    LINE_MESSAGE,       /* a message */
    LINE_ERROR,         /* the far end gives up */
    LINE_STARTED,       /* a pvmd with the patch has started */
    LINE_OTHER_VERSION, /* a message of a version that is not known here */
    LINE_INVALID        /* begins as one of ours, and is none */
};

struct line {
    enum line_kind kind;
    int version;                       /* LINE_MESSAGE: enum messages_version */
    int number;                        /* LINE_MESSAGE: 1 to 5 */
    uint8_t message[MESSAGES_LEN_MAX]; /* LINE_MESSAGE */
    size_t message_len;                /* LINE_MESSAGE */
    const char *reason;                /* LINE_ERROR: within the text */
};

/* Read `text`, a line without its newline. */
void line_parse(const char *text, struct line *line);

/* Write a message as a line with its newline and NUL; its length without the NUL. */
size_t line_format(int version, int number, const uint8_t *message, size_t message_len,
                   char text[LINE_CAP]);

#endif
