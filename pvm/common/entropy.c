/*
 * Random bytes from the operating system: see entropy.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "entropy.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

#include "say.h"

void entropy_fill(void *bytes, size_t len)
{
    ssize_t got;

    /* Only the wait for the first entropy after boot can be interrupted. */
    do {
        got = getrandom(bytes, len, 0);
    } while (got == -1 && errno == EINTR);
    if (got < 0 || (size_t)got != len) {
        say("the system gives no random bytes");
        _exit(1);
    }
}
