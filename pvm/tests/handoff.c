/*
 * Tests of handing a grant over.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "handoff.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

static struct grant grant;
static struct grant taken;

static bool refused(const char *value)
{
    bool gone;

    setenv(HANDOFF_VARIABLE, value, 1);
    gone = handoff_take(&taken) != NULL && getenv(HANDOFF_VARIABLE) == NULL;
    return gone;
}

/* A sealed memory file of another length. */
static bool refuses_length(size_t len)
{
    char value[16];
    int fd = memfd_create("test", MFD_ALLOW_SEALING);
    char bytes[2 * GRANT_LEN] = {0};

    if (fd == -1 || write(fd, bytes, len) != (ssize_t)len
        || fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == -1)
        return false;
    snprintf(value, sizeof value, "%d", fd);
    return refused(value) && fcntl(fd, F_GETFD) == -1;
}

static bool refuses_open_file(int fd)
{
    char value[16];

    snprintf(value, sizeof value, "%d", fd);
    return fd != -1 && refused(value) && close(fd) == 0;
}

int main(void)
{
    size_t i;
    int fd;

    for (i = 0; i < SECPVM_SESSION_LEN; i++) {
        grant.session[i] = (uint8_t)(i + 1);
        grant.member_key[i] = (uint8_t)(i + 101);
    }
    check(handoff_give(&grant) == NULL, "a grant is given");
    fd = atoi(getenv(HANDOFF_VARIABLE));
    check(fd >= 3 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0, "its file stays open over exec");
    check(write(fd, "x", 1) == -1 && ftruncate(fd, 0) == -1, "its file can't be altered");
    check(handoff_take(&taken) == NULL && memcmp(&taken, &grant, sizeof grant) == 0,
          "it is taken");
    check(fcntl(fd, F_GETFD) == -1, "its file is closed then");
    check(getenv(HANDOFF_VARIABLE) == NULL, "and the variable is gone");
    check(handoff_take(&taken) != NULL, "without the variable there is none");
    check(refused("") && refused("x") && refused("3x") && refused("-1") && refused(" 3")
              && refused("99999999999999999999"),
          "a value that is no number is refused");
    check(refused("0") && refused("2"), "standard input and output are refused");
    check(refused("1000"), "a file that is not open is refused");
    check(refuses_length(0) && refuses_length(GRANT_LEN - 1) && refuses_length(GRANT_LEN + 1)
              && refuses_length(SECPVM_SESSION_LEN),
          "0, 79, 81 and 40 bytes are refused");
    check(refuses_open_file(open("/dev/zero", O_RDONLY)), "another file is refused, and stays open");
    check(refuses_open_file(memfd_create("test", 0)), "an unsealed memory file is refused");
    return check_end();
}
