/*
 * secpvm-join: carries the session of a secured PVM machine to a new host, over the
 * channel that PVM starts the remote pvmd with.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "initiator.h"
#include "manual.h"
#include "manual_1997.h"
#include "mode.h"
#include "responder.h"
#include "start_1997.h"

#define EXIT_USAGE 2

static const char usage[]
    = "usage: secpvm-join initiator [--level none] [--keys] RSH HOST [-l USER] COMMAND\n"
      "       secpvm-join responder [--level none] PVMD -s ARGUMENT...\n"
      "       secpvm-join manual-master [--level none] [--keys] COMMAND\n"
      "       secpvm-join manual-slave\n"
      "       secpvm-join start-1997 MODE RSH HOST [-l USER] COMMAND\n"
      "       secpvm-join manual-1997 MODE COMMAND\n"
      "       secpvm-join slave-1997 MODE PVMD -s ARGUMENT...\n";

static const char help[]
    = "\n"
      "Carries the session of a secured PVM machine to a new host, over the channel that\n"
      "PVM starts the remote pvmd with. PVM executes it; you need not.\n"
      "\n"
      "  initiator  on the master's host, in the place of the remote shell: runs RSH with\n"
      "             the far end before COMMAND, joins, then passes input and output on.\n"
      "             The session comes in the memory file that SECPVM_FD names.\n"
      "             --keys: by static keys (see secpvm keygen), not by trust in RSH.\n"
      "  responder  on the new host: joins over its input and output, then executes PVMD\n"
      "             with the patch loaded and the session in a memory file.\n"
      "  manual-master, manual-slave\n"
      "             the ends of a start by hand (so=ms), between which a person carries\n"
      "             codes. PVM executes the first, `secpvm join` the second.\n"
      "  start-1997, manual-1997, slave-1997\n"
      "             the same for a machine of the profile classic-1997, whose session key\n"
      "             comes later and is not authenticated (MODE: classic-1997:3des ...):\n"
      "             nothing is carried, and no initiator or responder talks to these.\n"
      "\n"
      "  --level none: the machine's datagrams are not protected. Both ends must be told,\n"
      "             or the join fails.\n"
      "\n"
      "environment:\n"
      "  SECPVM_DPATH  the path of secpvm-join on the new hosts, if it is not the same as\n"
      "                here\n"
      "\n"
      "A failure is one line on stderr and a non-zero exit status; PVM reports it as\n"
      "PvmCantStart and logs the line in /tmp/pvml.<uid> of the master.\n";

/* Descriptors 0 to 2 must be in use, lest a pipe or the session gets their number. */
static void open_standard(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd != -1)
        close(fd);
}

static int misused(void)
{
    fputs(usage, stderr);
    return EXIT_USAGE;
}

static int run_join(const char *role, int count, char *arguments[])
{
    const struct mode *mode = mode_by_word("sealed");
    bool keyed = false;

    if (count > 2 && strcmp(arguments[0], "--level") == 0) {
        mode = mode_by_word(arguments[1]);
        if (mode == NULL || mode->kind != MODE_CLEAR)
            return misused();
        arguments += 2;
        count -= 2;
    }
    if (count > 1 && strcmp(arguments[0], "--keys") == 0) {
        keyed = true;
        arguments++;
        count--;
    }
    if (count >= 3 && strcmp(role, "initiator") == 0)
        return initiator(mode, keyed, count, arguments);
    if (count == 1 && strcmp(role, "manual-master") == 0)
        return manual_master(mode, keyed, arguments[0]);
    if (count >= 2 && !keyed && strcmp(role, "responder") == 0)
        return responder(mode, count, arguments);
    return misused();
}

static bool is_classic(const char *role)
{
    static const char end[] = "-1997";
    size_t len = strlen(role);

    return len >= sizeof end && strcmp(role + len - (sizeof end - 1), end) == 0;
}

/* A profile that is reached by its name alone: a mode of another is a misuse. */
static int run_classic(const char *role, int count, char *arguments[])
{
    const struct mode *mode = mode_by_word(arguments[0]);

    if (mode == NULL || mode->kind != MODE_CLASSIC)
        return misused();
    if (count >= 4 && strcmp(role, "start-1997") == 0)
        return start_1997(mode, count - 1, arguments + 1);
    if (count == 2 && strcmp(role, "manual-1997") == 0)
        return manual_1997(mode, arguments[1]);
    if (count >= 3 && strcmp(role, "slave-1997") == 0)
        return slave_1997(mode, arguments + 1);
    return misused();
}

int main(int argc, char *argv[])
{
    open_standard();
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return printf("%s%s", usage, help) < 0;

    /* No core file shows the session; a pipe that breaks is an error, not the end. */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc == 2 && strcmp(argv[1], "manual-slave") == 0)
        return manual_slave();
    if (argc < 3)
        return misused();
    if (is_classic(argv[1]))
        return run_classic(argv[1], argc - 2, argv + 2);
    return run_join(argv[1], argc - 2, argv + 2);
}
