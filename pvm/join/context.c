/*
 * The context of a join: see context.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "context.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Put what stands in front of PVM's words, and return its length. */
static size_t put_mode(const struct mode *mode, char context[CONTEXT_CAP])
{
    static const char clear[] = "--level none ";

    if (mode->kind != MODE_CLEAR)
        return 0;
    memcpy(context, clear, sizeof clear - 1);
    return sizeof clear - 1;
}

int context_of_command(const struct mode *mode, const char *command, char context[CONTEXT_CAP])
{
    const char *at = command + strlen(command);
    size_t len = put_mode(mode, context);
    int spaces = 0;

    while (at > command && spaces < CONTEXT_WORDS)
        if (*--at == ' ')
            spaces++;
    /* There must be a program in front. */
    if (spaces < CONTEXT_WORDS || at == command
        || (strncmp(at, " -s ", 4) != 0 && strncmp(at, " -S ", 4) != 0)
        || strlen(at) > CONTEXT_CAP - len)
        return -1;
    strcpy(context + len, at + 1);
    return 0;
}

int context_of_arguments(const struct mode *mode, int count, char *const arguments[],
                         char context[CONTEXT_CAP])
{
    size_t len = put_mode(mode, context);
    int i;

    if (count < CONTEXT_WORDS || strcmp(arguments[count - CONTEXT_WORDS], "-s") != 0)
        return -1;
    for (i = count - CONTEXT_WORDS; i < count; i++) {
        size_t word_len = strlen(arguments[i]);

        if (word_len + 1 > CONTEXT_CAP - len)
            return -1;
        memcpy(context + len, arguments[i], word_len);
        len += word_len;
        context[len++] = ' ';
    }
    context[len - 1] = '\0';
    return 0;
}

int context_name(const char *context, char name[CONTEXT_CAP])
{
    const char *at = strstr(context, " -n");
    size_t len;

    if (at == NULL)
        return -1;
    at += 3;
    len = strcspn(at, " ");
    if (len == 0 || len > SECPVM_JOIN_CONTEXT_LEN_MAX)
        return -1;
    memcpy(name, at, len);
    name[len] = '\0';
    return 0;
}

/* Is this a word ADDRESS:PORT with an address 127.x.x.x? */
static bool is_loopback(const char *word)
{
    return strncmp(word, "7f", 2) == 0;
}

const char *context_obstacle(const char *context)
{
    const char *words[CONTEXT_WORDS];
    const char *at = context + strlen(context);
    int i;

    for (i = CONTEXT_WORDS; i-- > 0;) {
        while (at > context && at[-1] != ' ')
            at--;
        words[i] = at;
        if (at > context)
            at--;
    }
    if (!is_loopback(words[CONTEXT_MASTER]) || is_loopback(words[CONTEXT_SLAVE]))
        return NULL;
    return "the name of this host stands for 127.x.x.x, from which no other can be reached: mend "
           "/etc/hosts, or start the machine with secpvm -nADDRESS";
}
