/*
 * Codes that people carry: see code.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "code.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "secpvm_core.h"
#include "typed.h"

#define CHECK_DIGITS 4
#define LINE_DIGITS (CODE_LINE_BYTES / 3 * 4)

struct code_line {
    char letter;
    unsigned number, count;
    uint8_t bytes[CODE_LINE_BYTES];
    size_t len;
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Three bytes are four digits; two and one that are left over, three and two. */
static void encode(const uint8_t *bytes, size_t len, char text[LINE_DIGITS + 1])
{
    uint32_t bits = 0;
    unsigned held = 0;

    for (; len > 0; len--) {
        bits = bits << 8 | *bytes++;
        for (held += 8; held >= 6; held -= 6)
            *text++ = digits[bits >> (held - 6) & 63];
    }
    if (held > 0)
        *text++ = digits[bits << (6 - held) & 63];
    *text = '\0';
}

/* The digits up to the space. -1 if there are too many, or others. */
static int decode(const char *text, struct code_line *line)
{
    uint32_t bits = 0;
    unsigned held = 0;

    for (line->len = 0; *text != ' '; text++) {
        const char *digit = *text == '\0' ? NULL : strchr(digits, *text);

        if (digit == NULL)
            return -1;
        bits = bits << 6 | (uint32_t)(digit - digits);
        held += 6;
        if (held >= 8) {
            if (line->len == CODE_LINE_BYTES)
                return -1;
            held -= 8;
            line->bytes[line->len++] = (uint8_t)(bits >> held);
        }
    }
    return 0;
}

static void make_check(const struct code_line *line, char check[CHECK_DIGITS + 1])
{
    uint8_t input[3 + CODE_LINE_BYTES], digest[32];

    input[0] = (uint8_t)line->letter;
    input[1] = (uint8_t)line->number;
    input[2] = (uint8_t)line->count;
    memcpy(input + 3, line->bytes, line->len);
    (void)secpvm_digest_once(SECPVM_SHA256, input, 3 + line->len, digest, sizeof digest);
    hex_encode(digest, CHECK_DIGITS / 2, check);
}

int code_write(int fd, char letter, const uint8_t *bytes, size_t len)
{
    struct code_line line = {.letter = letter};
    char text[LINE_DIGITS + 1], check[CHECK_DIGITS + 1];

    line.count = (unsigned)((len + CODE_LINE_BYTES - 1) / CODE_LINE_BYTES);
    if (len == 0 || len > CODE_LEN_MAX || dprintf(fd, "\n") < 0)
        return -1;
    for (line.number = 1; line.number <= line.count; line.number++) {
        line.len = len < CODE_LINE_BYTES ? len : CODE_LINE_BYTES;
        memcpy(line.bytes, bytes, line.len);
        bytes += line.len;
        len -= line.len;
        encode(line.bytes, line.len, text);
        make_check(&line, check);
        if (dprintf(fd, "%c%u/%u %s %s\n", letter, line.number, line.count, text, check) < 0)
            return -1;
    }
    return dprintf(fd, "\n") < 0 ? -1 : 0;
}

/* Is `text` a line of a code, as it was written? */
static bool parse(const char *text, struct code_line *line)
{
    char check[CHECK_DIGITS + 1], got[CHECK_DIGITS + 1];
    char data[LINE_DIGITS + 2];
    int end = 0;

    if (sscanf(text, "%c%2u/%2u %48[^ ] %4[0-9a-f]%n", &line->letter, &line->number,
               &line->count, data, got, &end)
            != 5
        || text[end] != '\0' || line->number < 1 || line->number > line->count)
        return false;
    strcat(data, " ");
    if (decode(data, line) == -1)
        return false;
    make_check(line, check);
    return strcmp(got, check) == 0;
}

enum code_result code_read(int in, int out, char letter, uint8_t bytes[CODE_LEN_MAX],
                           size_t *len, char *other)
{
    struct code_line line;
    char text[TYPED_CAP];
    unsigned wanted = 1, count = 0;

    *len = 0;
    while (count == 0 || wanted <= count) {
        if (typed_line(in, text) == -1)
            return CODE_END;
        if (!parse(text, &line)) {
            (void)dprintf(out, "That is not as it was printed: paste line %c%u/... again.\n",
                          letter, wanted);
        } else if (line.letter != letter) {
            *other = line.letter;
            return CODE_OTHER;
        } else if (line.number > wanted || (count != 0 && line.count != count)) {
            (void)dprintf(out, "Line %c%u/... comes first.\n", letter, wanted);
        } else if (line.number == wanted) {
            memcpy(bytes + *len, line.bytes, line.len);
            *len += line.len;
            count = line.count;
            wanted++;
        }
    }
    return CODE_OK;
}
