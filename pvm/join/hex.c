/*
 * Bytes as hexadecimal digits: see hex.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "hex.h"

#include <string.h>

#include "secpvm_core.h"

/* 1 if `first` <= c < `first` + count, else 0: below, the first difference is negative;
 * above, the second is not. */
static unsigned is_within(unsigned c, unsigned first, unsigned count)
{
    return (~(c - first) & (c - first - count)) >> 31;
}

/* The value of a digit; *bad becomes 1 if it is none. */
static unsigned digit_value(char digit, unsigned *bad)
{
    unsigned c = (unsigned char)digit;
    unsigned is_decimal = is_within(c, '0', 10), is_letter = is_within(c, 'a', 6);

    *bad |= 1 ^ (is_decimal | is_letter);
    return ((0 - is_decimal) & (c - '0')) | ((0 - is_letter) & (c - 'a' + 10));
}

int hex_decode(const char *text, uint8_t *bytes, size_t len)
{
    unsigned bad = 0, high;
    size_t i;

    if (strlen(text) != 2 * len)
        return -1;
    for (i = 0; i < len; i++) {
        high = digit_value(text[2 * i], &bad);
        bytes[i] = (uint8_t)(high << 4 | digit_value(text[2 * i + 1], &bad));
    }
    if (bad != 0)
        secpvm_wipe(bytes, len);
    return bad != 0 ? -1 : 0;
}

/* '0' to '9', and then 'a', which is 39 further than what follows '9'. */
static char digit_of(unsigned value)
{
    return (char)('0' + value + ((0 - is_within(value, 10, 6)) & ('a' - '9' - 1)));
}

void hex_encode(const uint8_t *bytes, size_t len, char *text)
{
    size_t i;

    for (i = 0; i < len; i++) {
        *text++ = digit_of(bytes[i] >> 4);
        *text++ = digit_of(bytes[i] & 15);
    }
    *text = '\0';
}
