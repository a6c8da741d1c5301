/*
 * Tests of hexadecimal digits: every pair of bytes, and every character for a digit.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../join/hex.h"

#include <string.h>

#include "check.h"

static bool comes_back(unsigned number)
{
    const uint8_t bytes[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    uint8_t back[2];
    char expected[5], text[5];

    (void)snprintf(expected, sizeof expected, "%04x", number & 0xffff);
    hex_encode(bytes, sizeof bytes, text);
    return strcmp(text, expected) == 0 && hex_decode(text, back, sizeof back) == 0
           && memcmp(back, bytes, sizeof back) == 0;
}

static bool is_judged_right(size_t at, int character)
{
    bool is_digit = strchr("0123456789abcdef", character) != NULL;
    char text[5] = "0000";
    uint8_t bytes[2];

    text[at] = (char)character;
    return (hex_decode(text, bytes, sizeof bytes) == 0) == is_digit;
}

int main(void)
{
    uint8_t bytes[2] = {1, 2};
    bool all = true;
    unsigned number;
    int character;
    size_t at;

    for (number = 0; number < 65536; number++)
        all = all && comes_back(number);
    check(all, "all bytes");
    for (at = 0; at < 4; at++)
        for (character = 1; character < 256; character++)
            all = all && is_judged_right(at, character);
    check(all, "all characters");
    check(hex_decode("000", bytes, 2) == -1 && hex_decode("00000", bytes, 2) == -1,
          "the wrong length");
    check(hex_decode("ff0g", bytes, 2) == -1 && bytes[0] == 0, "nothing is left of bad digits");
    return check_end();
}
