/*
 * Tests of the counters of dropped datagrams, and of how often they are told.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../patch/drops.h"

#include <arpa/inet.h>
#include <string.h>

#include "check.h"

static struct sockaddr_in from(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};

    address.sin_addr.s_addr = htonl(0x0a4d0003);
    address.sin_port = htons(4711);
    return address;
}

/* Lines written for `count` drops, `every_ms` apart. */
static int lines_for(int count, uint64_t every_ms)
{
    struct drops drops = {0};
    struct sockaddr_in address = from();
    char line[DROPS_LINE_LEN_MAX];
    uint64_t now_ms = 1000000;
    int lines = 0;
    int i;

    for (i = 0; i < count; i++, now_ms += every_ms) {
        drops_count(&drops, DROP_FORGED, &address, now_ms);
        if (drops_untold(&drops) && pace_due(&drops.pace, now_ms)) {
            drops_tell(&drops, now_ms, line);
            lines++;
        }
    }
    return lines;
}

static void check_line(void)
{
    struct drops drops = {0};
    struct sockaddr_in address = from();
    char line[DROPS_LINE_LEN_MAX];
    int i;

    check(!drops_untold(&drops), "nothing dropped, nothing to tell");
    for (i = 0; i < 3; i++)
        drops_count(&drops, DROP_FORGED, &address, 5);
    drops_count(&drops, DROP_REPLAYED, &address, 5);
    for (i = 0; i < 8; i++)
        drops_count(&drops, DROP_MALFORMED, &address, 5);
    check(drops_untold(&drops), "what was dropped is to be told");
    drops_tell(&drops, 5, line);
    check(strcmp(line, "secpvm: dropped 12 datagrams (forged 3, replayed 1, stale 0, malformed 8, "
                       "foreign 0), the last from 10.77.0.3:4711")
              == 0,
          "the line is the one that the demo and the tests parse");
    check(!drops_untold(&drops), "what was told is not told again");
    drops_count(&drops, DROP_FOREIGN, &address, 6);
    check(drops_untold(&drops) && !pace_due(&drops.pace, 1004) && pace_due(&drops.pace, 1005),
          "the second line waits for a second");
    drops_tell(&drops, 1005, line);
    check(strstr(line, "dropped 13 ") != NULL && strstr(line, "foreign 1)") != NULL,
          "totals go on");

    memset(drops.count, 0xff, sizeof drops.count);
    drops_tell(&drops, 9000, line);
    check(strstr(line, ":4711") != NULL, "the longest numbers fit");
}

int main(void)
{
    check_line();
    check(lines_for(100000, 0) == 1, "100000 drops at once are one line");
    check(lines_for(100000, 1) <= 8, "100000 drops in 100 s are at most 8 lines");
    check(lines_for(100000, 1100) <= 100000 * 11 / 640 + 8,
          "a drop a second is a line a minute before long");
    check(lines_for(10, 70000) == 10, "a drop now and then is told at once");
    check(drop_of_status(SECPVM_REJECTED_FORGED) == DROP_FORGED
              && drop_of_status(SECPVM_REJECTED_REPLAYED) == DROP_REPLAYED
              && drop_of_status(SECPVM_REJECTED_STALE) == DROP_STALE
              && drop_of_status(SECPVM_REJECTED_MALFORMED) == DROP_MALFORMED
              && drop_of_status(SECPVM_ERR_TOO_MANY_PEERS) == DROP_FORGED,
          "each rejection has its counter");
    return check_end();
}
