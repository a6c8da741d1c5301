/*
 * The log says what the daemon seals with, for whoever attaches to it later: another
 * process can't look into it (PR_SET_DUMPABLE). And it warns of a key log; the console
 * that starts the daemon shows that line.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "announce.h"

#include <stdio.h>

#include "keylog.h"
#include "member.h"
#include "pvmd.h"
#include "start.h"

void announce(void)
{
    const struct mode *mode = pvmd_mode();
    secpvm_suite_info suite;
    char line[128];

    if (mode->kind == MODE_CLASSIC) {
        (void)snprintf(line, sizeof line,
                       "secpvm: sealing with %s, which is broken: see docs/classic-1997.md",
                       mode->name);
        pvmd_log(line);
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
