/*
 * The lines that the two ends of a join exchange: see line.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "line.h"

#include <stdio.h>
#include <string.h>

#include "hex.h"
#include "started.h"

static const char prefix[] = "secpvm-join ";
static const char error_prefix[] = "secpvm-join error ";

static int starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* `text` is what stands behind the prefix: a digit, a space, a digit, a space, hex. */
static enum line_kind parse_message(const char *text, struct line *line)
{
    const char *hex;
    size_t len;

    if (text[0] < '0' || text[0] > '9' || text[1] != ' ')
        return LINE_INVALID;
    line->version = text[0] - '0';
    if (line->version != MESSAGES_CHANNEL && line->version != MESSAGES_KEYS)
        return LINE_OTHER_VERSION;
    if (text[2] < '1' || text[2] > '0' + MESSAGES_LAST || text[3] != ' ')
        return LINE_INVALID;
    hex = text + 4;
    len = strlen(hex) / 2;
    if (len == 0 || len > sizeof line->message
        || hex_decode(hex, line->message, len) == -1)
        return LINE_INVALID;
    line->number = text[2] - '0';
    line->message_len = len;
    return LINE_MESSAGE;
}

void line_parse(const char *text, struct line *line)
{
    memset(line, 0, sizeof *line);
    if (strcmp(text, STARTED_LINE) == 0) {
        line->kind = LINE_STARTED;
    } else if (starts_with(text, error_prefix)) {
        line->kind = LINE_ERROR;
        line->reason = text + sizeof error_prefix - 1;
    } else if (starts_with(text, prefix)) {
        line->kind = parse_message(text + sizeof prefix - 1, line);
    }
}

size_t line_format(int version, int number, const uint8_t *message, size_t message_len,
                   char text[LINE_CAP])
{
    char *at = text + sprintf(text, "%s%d %d ", prefix, version, number);

    hex_encode(message, message_len, at);
    at += 2 * message_len;
    strcpy(at, "\n");
    return (size_t)(at + 1 - text);
}
