/*
 * The lines that the two ends of a join exchange: see line.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "line.h"

#include <string.h>

static const char prefix[] = "secpvm-join ";
static const char message_prefix[] = "secpvm-join 1 ";
static const char error_prefix[] = "secpvm-join error ";

static int starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* In variable time: the first message holds the join secret, but nobody outside the
 * two processes can tell how long one line took among their start and its pipes. */
static int hex_digit_vartime(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

static enum line_kind parse_message(const char *text, struct line *line)
{
    const char *hex = text + 2;
    size_t len, i;

    if (text[0] < '1' || text[0] > '0' + LINE_LAST || text[1] != ' ')
        return LINE_INVALID;
    len = strlen(hex);
    if (len == 0 || len % 2 != 0 || len / 2 > sizeof line->message)
        return LINE_INVALID;
    for (i = 0; i < len / 2; i++) {
        int high = hex_digit_vartime(hex[2 * i]);
        int low = hex_digit_vartime(hex[2 * i + 1]);

        if (high == -1 || low == -1)
            return LINE_INVALID;
        line->message[i] = (uint8_t)(high << 4 | low);
    }
    line->number = text[0] - '0';
    line->message_len = len / 2;
    return LINE_MESSAGE;
}

void line_parse(const char *text, struct line *line)
{
    memset(line, 0, sizeof *line);
    if (starts_with(text, message_prefix)) {
        line->kind = parse_message(text + sizeof message_prefix - 1, line);
    } else if (starts_with(text, error_prefix)) {
        line->kind = LINE_ERROR;
        line->reason = text + sizeof error_prefix - 1;
    } else {
        line->kind = starts_with(text, prefix) ? LINE_INVALID : LINE_OTHER;
    }
}

size_t line_format(int number, const uint8_t *message, size_t message_len, char text[LINE_CAP])
{
    static const char digits[] = "0123456789abcdef";
    char *at = text + sizeof message_prefix - 1;
    size_t i;

    memcpy(text, message_prefix, sizeof message_prefix - 1);
    *at++ = (char)('0' + number);
    *at++ = ' ';
    for (i = 0; i < message_len; i++) {
        *at++ = digits[message[i] >> 4];
        *at++ = digits[message[i] & 15];
    }
    *at++ = '\n';
    *at = '\0';
    return (size_t)(at - text);
}
