/*
 * The patch for the stock pvmd of PVM 3.4, loaded by LD_PRELOAD.
 *
 * When the program is a pvmd, it becomes a member of a session before its main: the
 * master of a new one, a slave of the one that it was handed. Everywhere else the
 * library does nothing. A pvmd that can't become a member ends with a line on stderr;
 * it never runs plain.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "admission.h"
#include "arguments.h"
#include "classic.h"
#include "datagram.h"
#include "entropy.h"
#include "group.h"
#include "handoff.h"
#include "keylog.h"
#include "library.h"
#include "member.h"
#include "mode.h"
#include "pvmd.h"
#include "say.h"
#include "service.h"
#include "shadow.h"
#include "start.h"
#include "started.h"
#include "status.h"
#include "task_sessions.h"
#include "wait.h"

#define SUITE_DEFAULT "aes-256-gcm"
#define MS_PER_S 1000

static bool is_pvmd(void)
{
    char path[LIBRARY_PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    const char *slash;

    if (len <= 0)
        return false;
    path[len] = '\0';
    slash = strrchr(path, '/');
    return slash != NULL && strcmp(slash + 1, "pvmd") == 0;
}

__attribute__((noreturn)) static void refuse(const char *reason)
{
    say("pvmd not started: %s", reason);
    _exit(1);
}

/* A limit of the user's, or `otherwise`. */
static uint64_t limit(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    char *end;
    unsigned long long number;

    if (text == NULL)
        return otherwise;
    errno = 0;
    number = strtoull(text, &end, 10);
    if (*text < '1' || *text > '9' || *end != '\0' || errno != 0
        || number > UINT64_MAX / MS_PER_S) {
        say("pvmd not started: %s is no limit: %s", variable, text);
        _exit(1);
    }
    return number;
}

/* When the master begins another epoch by itself. */
static secpvm_rekey_policy make_policy(const uint8_t session[SECPVM_SESSION_LEN])
{
    secpvm_rekey_policy policy;

    if (secpvm_rekey_policy_for_session(session, &policy) != SECPVM_OK)
        refuse("the session is none");
    policy.packets_max = limit("SECPVM_REKEY_PACKETS", policy.packets_max);
    policy.bytes_max = limit("SECPVM_REKEY_BYTES", policy.bytes_max);
    policy.age_max_ms = MS_PER_S * limit("SECPVM_REKEY_SECONDS", policy.age_max_ms / MS_PER_S);
    return policy;
}

/* The master's session, of the suite that the user chose. */
static void make_session(uint8_t session[SECPVM_SESSION_LEN])
{
    const char *chosen = getenv("SECPVM_SUITE");
    const char *name = chosen != NULL ? chosen : SUITE_DEFAULT;
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN];
    secpvm_suite_info suite;
    secpvm_status status;

    if (secpvm_suite_by_name(name, &suite) != SECPVM_OK) {
        say("pvmd not started: there is no suite %s", name);
        _exit(1);
    }
    entropy_fill(entropy, sizeof entropy);
    status = secpvm_session_generate(suite.id, entropy, session);
    secpvm_wipe(entropy, sizeof entropy);
    if (status != SECPVM_OK)
        refuse(secpvm_strerror(status));
}

/* The master's end waits for this line. If it can't be written, nobody waits. */
static void tell_start(void)
{
    static const char line[] = STARTED_LINE "\n";

    if (write(STDOUT_FILENO, line, sizeof line - 1) < 0)
        return;
}

static secpvm_status lead(void)
{
    uint8_t session[SECPVM_SESSION_LEN];
    secpvm_rekey_policy policy;

    make_session(session);
    policy = make_policy(session);
    admission_begin();
    return member_lead(session, &policy);
}

static secpvm_status follow(void)
{
    struct grant grant;
    const char *reason = handoff_take(&grant);

    if (reason != NULL)
        refuse(reason);
    return member_follow(&grant);
}

static void log_keys(void)
{
    const char *reason = keylog_append(member_session());

    if (reason == NULL && member_leads())
        reason = keylog_append(shadow_session());
    if (reason != NULL) {
        member_leave();
        refuse(reason);
    }
}

/* Make or take the session, and become a member. */
static void join_session(bool slave)
{
    secpvm_status status = slave ? follow() : lead();

    if (status == SECPVM_OK)
        status = task_sessions_add(member_session());
    if (status != SECPVM_OK)
        refuse(secpvm_strerror(status));
    log_keys();
}

__attribute__((constructor)) static void begin(void)
{
    const struct mode *mode = mode_of_environment();
    const char *reason = NULL;
    bool slave;

    if (!is_pvmd())
        return;
    if (!pvmd_has_symbols())
        refuse("this is not a pvmd of PVM 3.4 that can be patched");
    if (mode == NULL)
        refuse(MODE_VARIABLE " names no mode");
    /* No core file, and no other process of this user's, gets to see the keys. */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    slave = arguments_are_slaves();
    reason = keylog_open();
    if (reason == NULL && mode->kind == MODE_CLASSIC)
        reason = classic_begin(mode, slave);
    else if (reason == NULL)
        join_session(slave);
    if (reason != NULL)
        refuse(reason);
    start_configure();
    library_leave_environment();
    pvmd_secure(mode);
    /* In 1997 nobody waits for it. */
    if (slave && mode->kind != MODE_CLASSIC)
        tell_start();
    wait_set_timer(group_work);
    wait_begin_before_fork();
}

__attribute__((destructor)) static void end(void)
{
    if (!pvmd_is_secured())
        return;
    datagram_finish();
    service_close();
    status_close();
    admission_end();
    task_sessions_wipe();
    member_leave();
    classic_end();
}
