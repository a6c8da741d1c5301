/*
 * What the patch logs, for tests that are their own pvmd. Include it in one file only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_PVMD_LOG_H
#define SECPVM_PVMD_LOG_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char log_text[16384];

int pvmlogprintf(const char *format, ...);

int pvmlogprintf(const char *format, ...)
{
    size_t len = strlen(log_text);
    va_list arguments;
    int written;

    va_start(arguments, format);
    written = vsnprintf(log_text + len, sizeof log_text - len, format, arguments);
    va_end(arguments);
    return written;
}

#endif
