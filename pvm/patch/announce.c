/*
 * The log says what the daemon seals with, for whoever attaches to it later: another
 * process can't look into it (PR_SET_DUMPABLE). And it warns of a key log; the console
 * that starts the daemon shows that line.
 *
 * pvmd first waits for events when its log is open and its standard error closed, the
 * slave after its fork. Written any earlier, the line would come out on the terminal.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdbool.h>
#include <stdio.h>
#include <sys/select.h>

#include "group.h"
#include "keylog.h"
#include "pace.h"
#include <sys/time.h>
#include "member.h"
#include "next.h"
#include "pvmd.h"
#include "status.h"

static void announce(void)
{
    secpvm_suite_info suite;
    char line[128];

    if (secpvm_session_suite(member_session(), &suite) != SECPVM_OK)
        return;
    (void)snprintf(line, sizeof line, "secpvm: sealing with %s", suite.name);
    pvmd_log(line);
    if (keylog_is_on())
        pvmd_log("secpvm: warning: the secret of this session stands in a key log "
                 "(" KEYLOG_VARIABLE "): who has that file can read and forge everything");
}

EXPORTED int select(int count, fd_set *reads, fd_set *writes, fd_set *exceptions,
                    struct timeval *wait)
{
    static bool announced;

    if (pvmd_is_secured() && !announced) {
        announced = true;
        status_announce(pvmd_host());
        announce();
    }
    if (pvmd_is_secured()) {
        uint64_t now = pace_now_ms(), due = group_work(now);
        static struct timeval cut;
        if (due != UINT64_MAX) {
            uint64_t rest = due > now ? due - now : 0;
            cut.tv_sec = (time_t)(rest / 1000); cut.tv_usec = (suseconds_t)(rest % 1000 * 1000);
            if (wait == NULL || timercmp(&cut, wait, <)) wait = &cut;
        }
    }
    return next_select(count, reads, writes, exceptions, wait);
}
