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

#include "keylog.h"
#include "member.h"
#include "next.h"
#include "pvmd.h"
#include "start.h"
#include "status.h"

static void announce(void)
{
    secpvm_suite_info suite;
    char line[128];

    if (secpvm_session_suite(member_session(), &suite) != SECPVM_OK)
        return;
    (void)snprintf(line, sizeof line, "secpvm: sealing with %s", suite.name);
    pvmd_log(line);
    if (start_is_keyed())
        pvmd_log("secpvm: hosts join by static keys");
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
    return next_select(count, reads, writes, exceptions, wait);
}
