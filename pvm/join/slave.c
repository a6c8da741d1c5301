/*
 * Starting the slave's pvmd with the patch: see slave.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "slave.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "say.h"

#define PATCH_NAME "secpvm-pvmd.so"

/* The loader only warns about a library that is missing, and pvmd would run plain. */
const char *slave_find_patch(char patch[PATH_CAP])
{
    if (path_sibling(PATCH_NAME, patch) == -1 || access(patch, R_OK) == -1)
        return PATCH_NAME " is missing beside secpvm-join";
    return NULL;
}

/* Put the patch in front of what the user preloads. */
static const char *preload_patch(const char *patch)
{
    const char *others = getenv("LD_PRELOAD");
    char *value;
    int failed;

    if (others == NULL || *others == '\0')
        return setenv("LD_PRELOAD", patch, 1) == -1 ? "no memory" : NULL;
    value = malloc(strlen(patch) + strlen(others) + 2);
    if (value == NULL)
        return "no memory";
    stpcpy(stpcpy(stpcpy(value, patch), ":"), others);
    failed = setenv("LD_PRELOAD", value, 1);
    free(value);
    return failed == -1 ? "no memory" : NULL;
}

const char *slave_prepare(const char *patch, const struct mode *mode)
{
    if (setenv(MODE_VARIABLE, mode->word, 1) == -1)
        return "no memory";
    return preload_patch(patch);
}

int slave_execute(char *const command[])
{
    log_move_aside();
    (void)signal(SIGPIPE, SIG_DFL);
    execvp(command[0], command);
    say("cannot execute %s: %s", command[0], strerror(errno));
    return 127;
}
