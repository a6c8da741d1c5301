/*
 * The start of a slave daemon.
 *
 * pvmd starts one in three ways, and only here they can be told apart. Through the
 * program that PVM_RSH names, by execvp: secpvm-join goes in between, and carries
 * the session. With a password (so=pw), by rexec: its channel is in clear, refused.
 * By hand (so=ms), where pvmd writes the command on its standard error, the only thing
 * that it prints there, and reads the slave's answer by fgets: see manual.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admission.h"
#include "classic.h"
#include "handoff.h"
#include "library.h"
#include "manual.h"
#include "next.h"
#include "pvmd.h"
#include "say.h"
#include "start.h"

/* rsh, host, -l, user, command; pvmd has room for 31. */
#define ARGUMENTS_MAX 32

/* --level none --keys */
#define OPTIONS_MAX 3

/* When a start has failed, pvmd tries the path of a Windows pvmd on the same host. That
 * would fail too, and bury the reason that has been told. */
static const char windows_path[] = "%PVM_ROOT%\\";

/* The host index in the command that starts a slave, whose last words are the index and
 * the address; 0 if there is none. */
static uint32_t host_of_command(const char *command)
{
    const char *space = strrchr(command, ' ');

    if (space == NULL)
        return 0;
    while (space > command && space[-1] != ' ')
        space--;
    return (uint32_t)strtoul(space, NULL, 10);
}

/* Get the grant of the host that `command` starts, and hand it to secpvm-join. NULL, or
 * the reason. */
static const char *hand_over(const char *command)
{
    struct grant grant;
    const char *reason = admission_ask(host_of_command(command), &grant);

    if (reason == NULL)
        reason = handoff_give(&grant);
    secpvm_wipe(&grant, sizeof grant);
    return reason;
}

static bool keyed;

void start_configure(void)
{
    const char *value = getenv(KEYS_VARIABLE);

    keyed = value != NULL && *value != '\0' && strcmp(value, "0") != 0;
}

bool start_is_keyed(void)
{
    return keyed;
}

/* What secpvm-join has to know of this machine. */
static size_t put_options(char *words[OPTIONS_MAX])
{
    static char level[] = "--level", none[] = "none", by_keys[] = "--keys";
    const struct mode *mode = pvmd_mode();
    size_t count = 0;

    if (mode->kind == MODE_CLEAR) {
        words[count++] = level;
        words[count++] = none;
    }
    if (mode->kind == MODE_CLASSIC)
        words[count++] = (char *)mode->word;
    else if (keyed)
        words[count++] = by_keys;
    return count;
}

void start_execute(char *role, char *const rest[], size_t count, const char *command)
{
    char path[LIBRARY_PATH_MAX];
    char *arguments[2 + OPTIONS_MAX + ARGUMENTS_MAX + 1];
    const char *reason;
    size_t ours = 0;

    if (library_sibling("secpvm-join", path) == -1) {
        say("the folder of secpvm-join cannot be found");
        return;
    }
    /* In 1997 the session key comes later, by datagrams. */
    reason = classic_is_on() ? NULL : hand_over(command);
    if (reason != NULL) {
        say("%s", reason);
        return;
    }
    arguments[ours++] = path;
    arguments[ours++] = role;
    ours += put_options(arguments + ours);
    memcpy(arguments + ours, rest, count * sizeof rest[0]);
    arguments[ours + count] = NULL;
    execv(path, arguments);
    say("cannot execute %s: %s", path, strerror(errno));
}

/* Execute secpvm-join in the place of the remote shell. Returns on failure only. */
static void start_join(char *const argv[])
{
    static char initiator[] = "initiator", start_1997[] = "start-1997";
    size_t count;

    for (count = 0; argv[count] != NULL; count++)
        if (count == ARGUMENTS_MAX) {
            say("the command that starts the remote pvmd has too many arguments");
            return;
        }
    if (count < 3) {
        say("the command that starts the remote pvmd is incomplete");
        return;
    }
    if (strncmp(argv[count - 1], windows_path, sizeof windows_path - 1) == 0)
        return;
    start_execute(classic_is_on() ? start_1997 : initiator, argv, count, argv[count - 1]);
}

EXPORTED int execvp(const char *file, char *const argv[])
{
    if (!pvmd_is_secured())
        return next_execvp(file, argv);
    start_join(argv);
    _exit(1);
}

EXPORTED int rexec(char **host, int port, const char *user, const char *password,
                   const char *command, int *stderr_fd)
{
    if (!pvmd_is_secured())
        return next_rexec(host, port, user, password, command, stderr_fd);
    pvmd_log("secpvm: a host with so=pw is refused: its password and all else would be in clear; leave it out (ssh then), or take so=ms");
    errno = EPERM;
    return -1;
}

EXPORTED int __fprintf_chk(FILE *stream, int flag, const char *format, ...)
{
    va_list arguments;
    int written;

    (void)flag;
    va_start(arguments, format);
    if (pvmd_is_secured() && stream == stderr)
        written = manual_hear(format, arguments);
    else
        written = vfprintf(stream, format, arguments);
    va_end(arguments);
    return written;
}

EXPORTED char *fgets(char *line, int size, FILE *stream)
{
    if (!pvmd_is_secured() || stream != stdin)
        return next_fgets(line, size, stream);
    return manual_answer(line, size);
}
