/*
 * The user's remote shell: see rsh.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "rsh.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS 1000
#define STEP_MS 10

char *rsh_command(const char *join, const char *role, const char *pvmd_command)
{
    /* Two quotes and a NUL; each quote in the path becomes four characters: '\'' */
    char *command = malloc(3 + 4 * strlen(join) + strlen(role) + strlen(pvmd_command));
    char *at = command;

    if (command == NULL)
        return NULL;
    *at++ = '\'';
    for (; *join != '\0'; join++) {
        if (*join == '\'')
            at = stpcpy(at, "'\\''");
        else
            *at++ = *join;
    }
    *at++ = '\'';
    at = stpcpy(at, role);
    strcpy(at, pvmd_command);
    return command;
}

static void close_both(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

/* In the child. The result of the execution goes to `report`, which closes by itself
 * when it succeeds. */
static void become(char *const arguments[], const int in[2], const int out[2], int report)
{
    int failure;

    if (dup2(in[0], STDIN_FILENO) != -1 && dup2(out[1], STDOUT_FILENO) != -1) {
        (void)signal(SIGPIPE, SIG_DFL);
        execvp(arguments[0], arguments);
    }
    failure = errno;
    if (write(report, &failure, sizeof failure) != sizeof failure)
        _exit(126);
    _exit(127);
}

int rsh_start(char *const arguments[], struct rsh *rsh)
{
    int in[2], out[2], report[2];
    int failure = 0;

    if (pipe2(in, O_CLOEXEC) == -1)
        return -1;
    if (pipe2(out, O_CLOEXEC) == -1) {
        close_both(in);
        return -1;
    }
    if (pipe2(report, O_CLOEXEC) == -1 || (rsh->pid = fork()) == -1) {
        close_both(in);
        close_both(out);
        return -1;
    }
    if (rsh->pid == 0)
        become(arguments, in, out, report[1]);
    close(in[0]);
    close(out[1]);
    close(report[1]);
    rsh->to = in[1];
    rsh->from = out[0];
    if (read(report[0], &failure, sizeof failure) == sizeof failure) {
        close(report[0]);
        (void)rsh_wait(rsh);
        errno = failure;
        return -1;
    }
    close(report[0]);
    return 0;
}

static void close_ends(struct rsh *rsh)
{
    if (rsh->to != -1)
        close(rsh->to);
    if (rsh->from != -1)
        close(rsh->from);
    rsh->to = rsh->from = -1;
}

static int exit_code(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int rsh_wait(struct rsh *rsh)
{
    int status = 0;

    close_ends(rsh);
    while (waitpid(rsh->pid, &status, 0) == -1)
        if (errno != EINTR)
            return 1;
    return exit_code(status);
}

int rsh_end(struct rsh *rsh)
{
    static const int signals[] = {0, SIGTERM};
    size_t i;
    int waited_ms, status;

    close_ends(rsh);
    for (i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (signals[i] != 0)
            (void)kill(rsh->pid, signals[i]);
        for (waited_ms = 0; waited_ms < GRACE_MS; waited_ms += STEP_MS) {
            if (waitpid(rsh->pid, &status, WNOHANG) == rsh->pid)
                return exit_code(status);
            (void)poll(NULL, 0, STEP_MS);
        }
    }
    (void)kill(rsh->pid, SIGKILL);
    return rsh_wait(rsh);
}
