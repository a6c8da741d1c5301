/*
 * secpvm-join: carries the session of a secured PVM machine to a new host, over the
 * channel that PVM starts the remote pvmd with.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "initiator.h"
#include "responder.h"

#define EXIT_USAGE 2

static const char usage[]
    = "usage: secpvm-join initiator [--keys] RSH HOST [-l USER] COMMAND\n"
      "       secpvm-join responder PVMD -s ARGUMENT...\n";

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

int main(int argc, char *argv[])
{
    open_standard();
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return printf("%s%s", usage, help) < 0;

    /* No core file shows the session; a pipe that breaks is an error, not the end. */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc >= 6 && strcmp(argv[1], "initiator") == 0 && strcmp(argv[2], "--keys") == 0)
        return initiator(true, argc - 3, argv + 3);
    if (argc >= 5 && strcmp(argv[1], "initiator") == 0)
        return initiator(false, argc - 2, argv + 2);
    if (argc >= 4 && strcmp(argv[1], "responder") == 0)
        return responder(argc - 2, argv + 2);
    fputs(usage, stderr);
    return EXIT_USAGE;
}
