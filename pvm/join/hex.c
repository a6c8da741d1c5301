/*
 * Bytes as hexadecimal digits: see hex.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "hex.h"

#include <string.h>

static int digit_vartime(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

int hex_decode_vartime(const char *text, uint8_t *bytes, size_t len)
{
    size_t i;

    if (strlen(text) != 2 * len)
        return -1;
    for (i = 0; i < len; i++) {
        int high = digit_vartime(text[2 * i]);
        int low = digit_vartime(text[2 * i + 1]);

        if (high == -1 || low == -1)
            return -1;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return 0;
}

void hex_encode(const uint8_t *bytes, size_t len, char *text)
{
    static const char digits[] = "0123456789abcdef";
    size_t i;

    for (i = 0; i < len; i++) {
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 15];
    }
    *text = '\0';
}
