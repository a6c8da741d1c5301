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

#include "classic.h"
#include "handoff.h"
#include "library.h"
#include "member.h"
#include "next.h"
#include "pvmd.h"
#include "say.h"
#include "start.h"

/* rsh, host, -l, user, command; pvmd has room for 31. */
#define ARGUMENTS_MAX 32

/* initiator --level none --keys */
#define ROLE_WORDS_MAX 4

/* When a start has failed, pvmd tries the path of a Windows pvmd on the same host. That
 * would fail too, and bury the reason that has been told. */
static const char windows_path[] = "%PVM_ROOT%\\";

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

/* What secpvm-join is to do. */
static size_t put_role(char *words[ROLE_WORDS_MAX])
{
    static char initiator[] = "initiator", level[] = "--level", none[] = "none";
    static char by_keys[] = "--keys", start_1997[] = "start-1997";
    const struct mode *mode = pvmd_mode();
    size_t count = 0;

    words[count++] = mode->kind == MODE_CLASSIC ? start_1997 : initiator;
    if (mode->kind == MODE_CLEAR) {
        words[count++] = level;
        words[count++] = none;
    } else if (mode->kind == MODE_CLASSIC) {
        words[count++] = (char *)mode->word;
    }
    if (keyed && mode->kind != MODE_CLASSIC)
        words[count++] = by_keys;
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
        reason = handoff_give(member_session());
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
