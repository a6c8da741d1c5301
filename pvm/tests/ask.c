/*
 * Tests of asking a daemon: who listens there must be a daemon of this user's. As root,
 * who can be somebody else for a moment.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "ask.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "place.h"

#define SOMEBODY_ELSE 65534

static char folder[] = "/tmp/secpvm-ask-XXXXXX";
static char path[PLACE_PATH_CAP];

/* A listener where the daemon's service is to be, made by `user`. */
static int listen_as(uid_t user)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);

    memcpy(address.sun_path, path, strlen(path) + 1);
    (void)unlink(path);
    if (fd == -1 || bind(fd, (struct sockaddr *)&address, sizeof address) == -1
        || seteuid(user) == -1 || listen(fd, 1) == -1 || seteuid(getuid()) == -1)
        abort();
    return fd;
}

static void check_somebody_else(void)
{
    int listener = listen_as(SOMEBODY_ELSE);
    uint8_t secret[8] = "secret", result[4], got[16];
    int fd;

    check(ask_daemon(SERVICE_ADMIT, secret, sizeof secret, result, sizeof result) != NULL,
          "another user's service is not asked");
    fd = accept(listener, NULL, NULL);
    check(fd != -1 && recv(fd, got, sizeof got, 0) == 0, "and is not told anything");
    close(fd);
    if (chown(path, SOMEBODY_ELSE, (gid_t)-1) == -1)
        abort();
    check(ask_daemon(SERVICE_ADMIT, secret, sizeof secret, result, sizeof result) != NULL
              && accept(listener, NULL, NULL) == -1,
          "another user's file is not even connected to");
    close(listener);
}

static void check_arguments(void)
{
    static const uint8_t many[65];
    int listener = listen_as(getuid());

    check(ask_daemon(SERVICE_ADMIT, many, sizeof many, NULL, 0) != NULL,
          "more arguments than any kind has are refused");
    check(accept(listener, NULL, NULL) == -1, "before anybody is asked");
    close(listener);
}

int main(void)
{
    uint8_t result[4];

    unsetenv("PVM_VMID");
    if (mkdtemp(folder) == NULL || setenv("PVM_TMP", folder, 1) == -1
        || place_find(PLACE_SERVICE, path) == -1)
        abort();
    check(ask_daemon(SERVICE_REGISTER, NULL, 0, result, sizeof result) != NULL,
          "there is no daemon");
    check_somebody_else();
    check_arguments();
    (void)unlink(path);
    rmdir(folder);
    return check_end();
}
