/*
 * One line to the user: see say.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_LEN_MAX 500

void say(const char *format, ...)
{
    static const char prefix[] = "secpvm: ";
    char line[LINE_LEN_MAX + 1];
    size_t prefix_len = sizeof prefix - 1;
    size_t len, i;
    va_list arguments;

    memcpy(line, prefix, sizeof prefix);
    va_start(arguments, format);
    (void)vsnprintf(line + prefix_len, sizeof line - prefix_len, format, arguments);
    va_end(arguments);
    len = strlen(line);
    for (i = 0; i < len; i++)
        if (line[i] < ' ' || line[i] > '~')
            line[i] = '?';
    line[len] = '\n';
    /* There is nobody left to tell if this fails. */
    if (write(STDERR_FILENO, line, len + 1) < 0)
        return;
}
