/*
 * What a person types: see typed.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "typed.h"

#include <string.h>

#include "channel.h"

/* People take their time; PVM waits as long as they do. */
#define DAY_MS 86400000

int typed_line(int in, char text[TYPED_CAP])
{
    char raw[TYPED_CAP];
    size_t len;

    do {
        enum channel_result result
            = channel_read_line(in, channel_now_ms() + DAY_MS, raw, sizeof raw);

        if (result != CHANNEL_OK && result != CHANNEL_TOO_LONG)
            return -1;
        strcpy(text, raw + strspn(raw, " \t\r"));
        for (len = strlen(text); len > 0 && strchr(" \t\r", text[len - 1]) != NULL; len--)
            text[len - 1] = '\0';
    } while (*text == '\0');
    return 0;
}
