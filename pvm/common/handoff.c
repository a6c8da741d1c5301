/*
 * Handing a grant to the program that is executed next: see handoff.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "handoff.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Descriptors 0 to 2 belong to the program that is executed. */
#define FIRST_FREE_FD 3

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* The whole value must be a descriptor number: decimal digits, at least 3. */
static int parse_fd(const char *text)
{
    char *end;
    long fd;

    if (*text < '0' || *text > '9')
        return -1;
    errno = 0;
    fd = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0' || fd < FIRST_FREE_FD || fd > 1 << 20)
        return -1;
    return (int)fd;
}

const char *handoff_give(const struct grant *grant)
{
    char number[16];
    int low, fd;

    low = memfd_create("secpvm-grant", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    if (low == -1)
        return "cannot make a memory file for the keys";
    fd = fcntl(low, F_DUPFD, FIRST_FREE_FD);
    close(low);
    if (fd == -1)
        return "cannot make a memory file for the keys";
    (void)snprintf(number, sizeof number, "%d", fd);
    if (write(fd, grant, sizeof *grant) != (ssize_t)sizeof *grant
        || fcntl(fd, F_ADD_SEALS, SEALS) == -1 || setenv(HANDOFF_VARIABLE, number, 1) == -1) {
        close(fd);
        return "cannot write the keys to their memory file";
    }
    return NULL;
}

const char *handoff_take(struct grant *grant)
{
    const char *text = getenv(HANDOFF_VARIABLE);
    const char *reason = NULL;
    struct stat file;
    int fd = text == NULL ? -1 : parse_fd(text);

    if (text == NULL)
        return "no keys were handed over (" HANDOFF_VARIABLE " is not set)";
    unsetenv(HANDOFF_VARIABLE);
    if (fd == -1)
        return HANDOFF_VARIABLE " is not the number of an open file";

    /* Only a memory file has seals: this can't be a file of somebody else's. */
    if (fcntl(fd, F_GET_SEALS) != SEALS || fstat(fd, &file) == -1)
        return HANDOFF_VARIABLE " does not name keys";
    if (file.st_size != (off_t)sizeof *grant
        || pread(fd, grant, sizeof *grant, 0) != (ssize_t)sizeof *grant) {
        secpvm_wipe(grant, sizeof *grant);
        reason = "the keys handed over have the wrong length";
    }
    close(fd);
    return reason;
}
