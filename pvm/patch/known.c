/*
 * A slave goes on only if its master knows of it.
 *
 * When it has told its address (the ddpro line), pvmd waits for its standard input to end
 * and then becomes a daemon, which waits 5 minutes for its master's first message
 * (DDBAILTIME). But the input also ends when the channel is cut before the master has
 * read that line; then nobody would come, and the host could not be added meanwhile. So
 * the master's end of the channel says when it has passed the line on (known.h).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "known.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "library.h"
#include "next.h"
#include "pvmd.h"
#include "say.h"

/* Read lines up to KNOWN_LINE. False if the input ends before. */
static bool is_known(void)
{
    char line[sizeof KNOWN_LINE];
    size_t len = 0;
    char byte;

    while (next_read(STDIN_FILENO, &byte, 1) == 1) {
        if (byte == '\n') {
            if (len == sizeof KNOWN_LINE - 1 && memcmp(line, KNOWN_LINE, len) == 0)
                return true;
            len = 0;
        } else if (len < sizeof line) {
            line[len++] = byte;
        }
    }
    return false;
}

/* pvmd reads one byte of its standard input in this place only. A machine of 1997 has no
 * end of a join on its channel. */
EXPORTED ssize_t read(int fd, void *buf, size_t len)
{
    if (fd != STDIN_FILENO || len != 1 || !pvmd_is_secured() || pvmd_mode()->kind == MODE_CLASSIC)
        return next_read(fd, buf, len);
    if (!is_known()) {
        say("pvmd not started: the channel to the master was cut");
        pvmd_end();
    }
    return next_read(fd, buf, len);
}
