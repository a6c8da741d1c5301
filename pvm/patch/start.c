/*
 * The start of a slave daemon.
 *
 * pvmd starts one in three ways, and only here they can be told apart. Through the
 * program that PVM_RSH names, by execvp: secpvm-join goes in between, and carries
 * the session. With a password (so=pw), by rexec: its channel is in clear, refused.
 * By hand (so=ms), where pvmd reads the slave's answer from its terminal, the only
 * time that it reads there by fgets: nothing could carry the session, refused.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admission.h"
#include "classic.h"
#include "handoff.h"
#include "library.h"
#include "next.h"
#include "pvmd.h"
#include "say.h"

/* rsh, host, -l, user, command; pvmd has room for 31. */
#define ARGUMENTS_MAX 32

/* initiator --level none */
#define ROLE_WORDS_MAX 3

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

/* What secpvm-join is to do. */
static size_t put_role(char *words[ROLE_WORDS_MAX])
{
    static char initiator[] = "initiator", level[] = "--level", none[] = "none";
    static char start_1997[] = "start-1997";
    const struct mode *mode = pvmd_mode();
    size_t count = 0;

    words[count++] = mode->kind == MODE_CLASSIC ? start_1997 : initiator;
    if (mode->kind == MODE_CLEAR) {
        words[count++] = level;
        words[count++] = none;
    } else if (mode->kind == MODE_CLASSIC) {
        words[count++] = (char *)mode->word;
    }
    return count;
}

/* Execute secpvm-join in the place of the remote shell. Returns on failure only. */
static void start_join(char *const argv[])
{
    char path[LIBRARY_PATH_MAX];
    char *arguments[1 + ROLE_WORDS_MAX + ARGUMENTS_MAX + 1];
    const char *reason = NULL;
    size_t count, role_count;

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
    if (library_sibling("secpvm-join", path) == -1) {
        say("the folder of secpvm-join cannot be found");
        return;
    }
    /* In 1997 the session key comes later, by datagrams. */
    if (!classic_is_on())
        reason = hand_over(argv[count - 1]);
    if (reason != NULL) {
        say("%s", reason);
        return;
    }
    arguments[0] = path;
    role_count = put_role(arguments + 1);
    memcpy(arguments + 1 + role_count, argv, (count + 1) * sizeof argv[0]);
    execv(path, arguments);
    say("cannot execute %s: %s", path, strerror(errno));
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
    pvmd_log("secpvm: a host with so=pw is refused: rexec is not confidential; use PVM_RSH");
    errno = EPERM;
    return -1;
}

EXPORTED char *fgets(char *line, int size, FILE *stream)
{
    if (!pvmd_is_secured() || stream != stdin)
        return next_fgets(line, size, stream);
    pvmd_log("secpvm: a host with so=ms is refused: a manual start carries no session; "
             "use PVM_RSH");
    return NULL;
}
