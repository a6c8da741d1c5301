/*
 * Tests of the lines of a join, its context, and the command for the remote shell.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../join/line.h"

#include <stdlib.h>
#include <string.h>

#include "../join/context.h"
#include "../join/rsh.h"
#include "check.h"

static enum line_kind kind_of(const char *text)
{
    struct line line;

    line_parse(text, &line);
    return line.kind;
}

static void check_lines(void)
{
    uint8_t message[MESSAGES_LEN_MAX];
    char text[LINE_CAP];
    struct line line;
    size_t i, len;

    for (i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 37);
    len = line_format(MESSAGES_KEYS, 3, message, sizeof message, text);
    check(len == strlen(text) && text[len - 1] == '\n' && len < LINE_CAP,
          "the longest message is one line that fits");
    text[len - 1] = '\0';
    line_parse(text, &line);
    check(line.kind == LINE_MESSAGE && line.version == MESSAGES_KEYS && line.number == 3
              && line.message_len == sizeof message
              && memcmp(line.message, message, sizeof message) == 0,
          "it comes back as it was");
    line_parse("secpvm-join 1 2 00ff", &line);
    check(line.kind == LINE_MESSAGE && line.version == MESSAGES_CHANNEL && line.number == 2
              && line.message_len == 2
              && line.message[0] == 0 && line.message[1] == 255,
          "a line in the form that is documented");
    strcat(text, "00");
    check(kind_of(text) == LINE_INVALID, "one byte more than the longest message");
    check(kind_of("secpvm-join 1 2 0") == LINE_INVALID
              && kind_of("secpvm-join 1 2 0g") == LINE_INVALID
              && kind_of("secpvm-join 1 2 FF") == LINE_INVALID
              && kind_of("secpvm-join 1 2 ") == LINE_INVALID
              && kind_of("secpvm-join 1 2  00") == LINE_INVALID
              && kind_of("secpvm-join 1 2 00 ") == LINE_INVALID
              && kind_of("secpvm-join 1 2 00\r") == LINE_INVALID,
          "what is no hex is invalid");
    check(kind_of("secpvm-join 1 0 00") == LINE_INVALID
              && kind_of("secpvm-join 1 6 00") == LINE_INVALID
              && kind_of("secpvm-join 1 22 00") == LINE_INVALID
              && kind_of("secpvm-join 1") == LINE_INVALID
              && kind_of("secpvm-join 12 1 00") == LINE_INVALID,
          "another number is invalid");
    check(kind_of("secpvm-join 0 1 00") == LINE_OTHER_VERSION
              && kind_of("secpvm-join 3 9 anything") == LINE_OTHER_VERSION,
          "a version that is not known is told apart");
    check(kind_of("secpvm-join started") == LINE_STARTED
              && kind_of("secpvm-join started ") == LINE_INVALID,
          "the line of the patch");
    line_parse("secpvm-join error no more", &line);
    check(line.kind == LINE_ERROR && strcmp(line.reason, "no more") == 0, "an error");
    check(kind_of("") == LINE_OTHER && kind_of("Welcome") == LINE_OTHER
              && kind_of(" secpvm-join 1 2 00") == LINE_OTHER && kind_of("ddpro<2316>") == LINE_OTHER,
          "other lines are others");
}

static bool has_context(const char *command, const char *expected)
{
    char context[CONTEXT_CAP];

    if (context_of_command(mode_by_word("sealed"), command, context) == -1)
        return expected == NULL;
    return expected != NULL && strcmp(context, expected) == 0;
}

static void check_context(void)
{
    static const char expected[] = "-s -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000";
    static char *const words[]
        = {"nice",          "/usr/bin/pvmd", "-s", "-d0x0",         "-nhost2", "1",
           "0a580001:9c40", "4080",          "2",  "0a580002:0000", NULL};
    const struct mode *sealed = mode_by_word("sealed"), *clear = mode_by_word("none");
    char context[CONTEXT_CAP], other[CONTEXT_CAP];
    char command[2048];

    check(has_context("$PVM_ROOT/lib/pvmd -s -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000",
                      expected),
          "the context of the command that PVM makes");
    check(has_context("nice $HOME/pvmd -f -s -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000",
                      expected),
          "the same behind a longer dx=");
    check(context_of_arguments(sealed, 10, words, context) == 0 && strcmp(context, expected) == 0,
          "the same in the arguments at the other end");
    check(has_context(expected, NULL) && has_context("", NULL) && has_context("pvmd -s", NULL)
              && has_context("pvmd -t -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000", NULL),
          "a command that starts no slave has none");
    check(context_name(expected, command) == 0 && strcmp(command, "host2") == 0
              && context_name("-s -d0x0 1", command) == -1
              && context_name("-s -d0x0 -n 1", command) == -1,
          "the slave's name in a context");
    check(context_of_arguments(sealed, 7, words, context) == -1
              && context_of_arguments(sealed, 9, words, context) == -1,
          "neither have such arguments");
    memset(command, 'x', sizeof command);
    memcpy(command, "pvmd -s -d0x0 -n", 16);
    strcpy(command + 1100, " 1 0a580001:9c40 4080 2 0a580002:0000");
    check(has_context(command, NULL), "a context that is too long is none");
    check(context_of_arguments(clear, 10, words, context) == 0
              && strcmp(context, "--level none -s -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000")
                     == 0
              && context_of_command(clear, context + strlen("--level "), other) == 0
              && strcmp(context, other) == 0,
          "on a machine of --level none both ends' context says so");
}

static bool commands(const char *join, const char *expected)
{
    char *command = rsh_command(join, " responder ", "$HOME/pvmd -s");
    bool as_expected = command != NULL && strcmp(command, expected) == 0;

    free(command);
    return as_expected;
}

int main(void)
{
    check_lines();
    check_context();
    check(commands("/usr/lib/secpvm-join", "'/usr/lib/secpvm-join' responder $HOME/pvmd -s"),
          "our path is quoted, PVM's command is as it was");
    check(commands("/a b/$c'd", "'/a b/$c'\\''d' responder $HOME/pvmd -s"),
          "spaces, dollars and quotes in our path");
    return check_end();
}
