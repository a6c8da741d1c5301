/*
 * Starting a slave of a classic-1997 machine by hand: see manual_1997.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "manual_1997.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "ddpro.h"
#include "path.h"
#include "say.h"
#include "start_1997.h"
#include "typed.h"

/* The user's end of a socket, for both ways. */
#define CONSOLE STDIN_FILENO

/* Show what to type. NULL, or why not. */
static const char *show(const char *name, const char *shown)
{
    const char *vmid = getenv("PVM_VMID");

    if (vmid == NULL)
        vmid = "";
    if (strchr(vmid, '\'') != NULL)
        return "PVM_VMID has a quote in it";
    (void)dprintf(CONSOLE, "\n*** Manual start of %s ***\nLog in there, and type:\n\n", name);
    if (*vmid != '\0')
        (void)dprintf(CONSOLE, "PVM_VMID='%s' ", vmid);
    if (dprintf(CONSOLE, "%s\n\nPaste here what it prints:\n", shown) < 0)
        return "the console has given up";
    return NULL;
}

/* Read pvmd's line. NULL, or why there is none. */
static const char *await(const char *context, char answer[TYPED_CAP])
{
    while (typed_line(CONSOLE, answer) == 0) {
        if (ddpro_is_sound(answer, context))
            return NULL;
        (void)dprintf(CONSOLE, "That is not the line of this host's pvmd, ddpro<...> arch<...> "
                               "ip<...> mtu<...> dsig<...>: paste it again.\n");
    }
    return "the console has given up";
}

int manual_1997(const struct mode *mode, const char *command)
{
    char own[PATH_CAP], context[CONTEXT_CAP], name[CONTEXT_CAP], answer[TYPED_CAP];
    const char *remote_join = path_remote(own);
    const char *reason = NULL;
    char *shown;

    if (remote_join == NULL)
        return 1;
    shown = command_1997(remote_join, mode, command);
    if (shown == NULL)
        reason = "no memory";
    else if (context_of_command(mode, command, context) == -1
             || context_name(context, name) == -1)
        reason = "the command does not start a slave pvmd, or is too long";
    if (reason == NULL)
        reason = show(name, shown);
    free(shown);
    if (reason == NULL)
        reason = await(context, answer);
    if (reason == NULL && dprintf(STDOUT_FILENO, "%s\n", answer) < 0)
        reason = "pvmd has given up";
    if (reason != NULL)
        say("manual start: %s", reason);
    else
        (void)dprintf(CONSOLE, "Thanks.\n");
    return reason != NULL;
}
