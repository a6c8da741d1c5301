/*
 * The log says what the daemon seals with, for whoever attaches to it later: another
 * process can't look into it (PR_SET_DUMPABLE). And it warns of a key log; the console
 * that starts the daemon shows that line.
 *
 * pvmd first waits for events when its log is open and its standard error closed, the
 * slave after its fork. Written any earlier, the line would come out on the terminal. A
 * master with a hostfile forks pvmd' before it waits; pvmd', which is nobody's daemon, is
 * not to take its place.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "announce.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/select.h>

#include "keylog.h"
#include "member.h"
#include "next.h"
#include "pvmd.h"
#include "start.h"
#include "status.h"

/* A daemon without counters does its work. */
static void open_status(void)
{
    const char *reason = status_open(pvmd_mode(), member_session());
    char line[128];

    if (reason == NULL) {
        status_announce(pvmd_host());
        return;
    }
    (void)snprintf(line, sizeof line, "secpvm: `secpvm status` will show nothing: %s", reason);
    pvmd_log(line);
}

static void announce(void)
{
    const struct mode *mode = pvmd_mode();
    secpvm_suite_info suite;
    char line[128];

    if (mode->kind == MODE_CLASSIC) {
        (void)snprintf(line, sizeof line, "secpvm: sealing with %s", mode->name);
        pvmd_log(line);
        pvmd_log("secpvm: warning: the profile classic-1997 is broken, see docs/classic-1997.md");
    } else if (mode->kind == MODE_CLEAR) {
        pvmd_log("secpvm: sealing with nothing");
    } else if (secpvm_session_suite(member_session(), &suite) == SECPVM_OK) {
        (void)snprintf(line, sizeof line, "secpvm: sealing with %s", suite.name);
        pvmd_log(line);
    }
    if (start_is_keyed())
        pvmd_log("secpvm: hosts join by static keys");
    if (keylog_is_on())
        pvmd_log("secpvm: warning: the secret of this session stands in a key log "
                 "(" KEYLOG_VARIABLE "): who has that file can read and forge everything");
}

/* Nothing before the daemon has its number, in the slave's parent and in pvmd'. */
static void announce_once(void)
{
    static bool announced;

    if (announced || !pvmd_is_secured() || pvmd_host() == 0)
        return;
    announced = true;
    open_status();
    announce();
}

void announce_before_fork(void)
{
    (void)pthread_atfork(announce_once, NULL, NULL);
}

EXPORTED int select(int count, fd_set *reads, fd_set *writes, fd_set *exceptions,
                    struct timeval *wait)
{
    announce_once();
    return next_select(count, reads, writes, exceptions, wait);
}
