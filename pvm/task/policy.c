/*
 * What this task seals, and what it takes: see policy.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "policy.h"

#include <pvm3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../patch/header.h"
#include "ask.h"
#include "say.h"

#define UNKNOWN (-1)

static int policy = UNKNOWN;

static const char *const names[] = {
    [PvmSecurityMarked] = "marked",
    [PvmSecurityAccept] = "accept",
    [PvmSecurityRequire] = "require",
};

int policy_get(void)
{
    const char *value;
    int i;

    if (policy != UNKNOWN)
        return policy;
    value = getenv(POLICY_VARIABLE);
    if (value == NULL)
        return policy = PvmSecurityMarked;
    for (i = PvmSecurityMarked; i <= PvmSecurityRequire; i++)
        if (strcmp(value, names[i]) == 0)
            return policy = i;
    say("%s=%s: it is marked, accept or require", POLICY_VARIABLE, value);
    _exit(1);
}

int policy_set(int wanted)
{
    int before = policy_get();

    /* Its routes may be open, in which nothing but the records protects anything. */
    if (wanted != PvmSecurityRequire && policy_is_registered())
        return PvmDenied;
    policy = wanted;
    return before;
}

/* The task ids that are known there, or can't be: PVM gives a new one to who comes back. */
static int registered, refused;

bool policy_is_registered(void)
{
    return registered == libpvm_tid();
}

void policy_forget(void)
{
    registered = refused = 0;
}

void policy_register(void)
{
    uint8_t argument[4];
    const char *reason;
    int tid = libpvm_tid();

    if (policy_get() != PvmSecurityRequire || tid <= 0 || tid == registered || tid == refused)
        return;
    put_u32(argument, (uint32_t)tid);
    reason = ask_daemon(SERVICE_REGISTER, argument, sizeof argument, NULL, 0);
    if (reason == NULL) {
        registered = tid;
        return;
    }
    /* The task gets no direct routes; what it sends is sealed all the same, or not sent. */
    say("no direct routes for this task: %s", reason);
    refused = tid;
}
