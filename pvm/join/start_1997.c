/*
 * Starting a slave of a classic-1997 machine: see start_1997.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "start_1997.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "path.h"
#include "rsh.h"
#include "say.h"
#include "slave.h"

/* The longest: " slave-1997 classic-1997:plain ". */
#define ROLE_CAP 40

char *command_1997(const char *join, const struct mode *mode, const char *command)
{
    char role[ROLE_CAP];

    (void)snprintf(role, sizeof role, " slave-1997 %s ", mode->word);
    return rsh_command(join, role, command);
}

int start_1997(const struct mode *mode, int count, char *const rsh[])
{
    char own[PATH_CAP];
    const char *remote_join = path_remote(own);
    char **arguments = malloc(((size_t)count + 1) * sizeof *arguments);
    char context[CONTEXT_CAP];
    char *command = NULL;

    if (remote_join == NULL)
        return 1;
    if (context_of_command(mode, rsh[count - 1], context) == 0
        && context_obstacle(context) != NULL) {
        say("host %s: %s", rsh[1], context_obstacle(context));
        return 1;
    }
    command = command_1997(remote_join, mode, rsh[count - 1]);
    if (arguments == NULL || command == NULL) {
        say("no memory");
        return 1;
    }
    memcpy(arguments, rsh, (size_t)count * sizeof *arguments);
    arguments[count - 1] = command;
    arguments[count] = NULL;
    (void)signal(SIGPIPE, SIG_DFL);
    execvp(arguments[0], arguments);
    say("cannot execute the remote shell %s: %s", rsh[0], strerror(errno));
    return 127;
}

int slave_1997(const struct mode *mode, char *const command[])
{
    char patch[PATH_CAP];
    const char *reason = slave_find_patch(patch);

    if (reason == NULL)
        reason = slave_prepare(patch, mode);
    if (reason != NULL) {
        say("%s", reason);
        return 1;
    }
    /* The terminal where it was typed may close behind us before pvmd gets to ignore that. */
    (void)signal(SIGHUP, SIG_IGN);
    return slave_execute(command);
}
