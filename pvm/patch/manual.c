/*
 * The start of a slave by hand: see manual.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "manual.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "classic.h"
#include "place.h"
#include "pvmd.h"
#include "start.h"

/* What is in the command, and in nothing else that pvmd' prints. */
static const char mark[] = " -S -d0x";

static char command[1024];

int manual_hear(const char *format, va_list arguments)
{
    char text[sizeof command];
    int len = vsnprintf(text, sizeof text, format, arguments);

    /* Behind the first there is one for Windows. */
    if (*command == '\0' && len > 0 && len < (int)sizeof text && strstr(text, mark) != NULL) {
        text[strcspn(text, "\n")] = '\0';
        strcpy(command, text);
    }
    return len;
}

/* Reach the console, if one of this user's listens. */
static int connect_console(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred peer;
    socklen_t peer_len = sizeof peer;
    char path[PLACE_PATH_CAP];
    int fd;

    if (place_find(MANUAL_SOCKET, path) == -1 || strlen(path) >= sizeof address.sun_path
        || !place_is_own(path))
        return -1;
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0
        && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len) == 0
        && peer.uid == getuid())
        return fd;
    close(fd);
    return -1;
}

/* In the child. */
static void speak(int console, int result)
{
    static char current[] = "manual-master", classic[] = "manual-1997";
    char *const rest[] = {command};

    if (dup2(console, STDIN_FILENO) != -1 && dup2(result, STDOUT_FILENO) != -1
        && dup2(console, STDERR_FILENO) != -1)
        start_execute(classic_is_on() ? classic : current, rest, 1, command);
    _exit(1);
}

/* One line and its newline, or nothing. */
static char *read_line(int fd, char *line, int size)
{
    int len = 0;

    while (len < size - 1) {
        ssize_t got = read(fd, line + len, 1);

        if (got == -1 && errno == EINTR)
            continue;
        if (got <= 0)
            return NULL;
        if (line[len++] == '\n') {
            line[len] = '\0';
            return line;
        }
    }
    return NULL;
}

/* Have secpvm-join talk with the user. */
static char *ask(int console, char *line, int size)
{
    int result[2];
    char *answer;
    pid_t child;

    if (pipe(result) == -1)
        return NULL;
    child = fork();
    if (child == 0)
        speak(console, result[1]);
    close(result[1]);
    answer = child == -1 ? NULL : read_line(result[0], line, size);
    close(result[0]);
    /* pvmd's own handler of SIGCHLD may have been faster. */
    while (child != -1 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
        continue;
    return answer;
}

char *manual_answer(char *line, int size)
{
    char *answer = NULL;
    int console = -1;

    if (*command == '\0')
        pvmd_log("secpvm: a host with so=ms is refused: its command is not known");
    else if ((console = connect_console()) == -1)
        pvmd_log("secpvm: a host with so=ms needs a console that runs on a terminal, to show "
                 "what to paste: secpvm");
    else
        answer = ask(console, line, size);
    if (console != -1)
        close(console);
    *command = '\0';
    return answer;
}
