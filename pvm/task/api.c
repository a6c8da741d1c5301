/*
 * What programs call: see secpvm_pvm3.h. And the same for Fortran, whose arguments are
 * pointers: see secpvm_fpvm3.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <assert.h>
#include <pvm3.h>
#include <stddef.h>
#include <string.h>

#include "../patch/header.h"
#include "ask.h"
#include "keys.h"
#include "libpvm.h"
#include "policy.h"
#include "say.h"
#include "secpvm_pvm3.h"

static_assert(PVM_SESSKEY_LEN == SECPVM_APPLICATION_KEY_LEN, "one length");

#define OFFSET_EPOCH 32

EXPORTED int pvm_setsecurity(int security)
{
    if (security < PvmSecurityMarked || security > PvmSecurityRequire)
        return PvmBadParam;
    return policy_set(security);
}

/* The key of a task, or with 0 of all. */
static int get_key(int tid, unsigned char *key, unsigned int *epoch)
{
    uint8_t session[SECPVM_SESSION_LEN];
    const char *reason = keys_session(session);
    secpvm_status status;

    if (reason != NULL) {
        say("no key: %s", reason);
        return PvmSysErr;
    }
    status = secpvm_session_application_key(session, (uint32_t)tid, key);
    if (epoch != NULL)
        *epoch = get_u32(session + OFFSET_EPOCH);
    secpvm_wipe(session, sizeof session);
    return status == SECPVM_OK ? PvmOk : PvmBadParam;
}

EXPORTED int pvm_getsesskey(unsigned char *key, unsigned int *epoch)
{
    return get_key(0, key, epoch);
}

EXPORTED int pvm_gettaskkey(int tid, unsigned char *key, unsigned int *epoch)
{
    return tid_is_task(tid) ? get_key(tid, key, epoch) : PvmBadParam;
}

EXPORTED int pvm_getsesskey_raw(unsigned char *key, unsigned int *epoch)
{
    uint8_t session[SECPVM_SESSION_LEN];
    const char *reason = ask_daemon(SERVICE_RAW_SESSION, NULL, 0, session, sizeof session);

    if (reason != NULL) {
        say("no raw session key: %s", reason);
        return PvmSysErr;
    }
    memcpy(key, session, PVM_SESSKEY_LEN);
    if (epoch != NULL)
        *epoch = get_u32(session + OFFSET_EPOCH);
    secpvm_wipe(session, sizeof session);
    return PvmOk;
}

EXPORTED void pvmfsetsecurity_(const int *security, int *info);
EXPORTED void pvmfgetsesskey_(unsigned char *key, int *epoch, int *info, size_t key_len);
EXPORTED void pvmfgettaskkey_(const int *tid, unsigned char *key, int *epoch, int *info,
                              size_t key_len);

void pvmfsetsecurity_(const int *security, int *info)
{
    *info = pvm_setsecurity(*security);
}

/* The compiler passes the length of a character variable behind the arguments. */
void pvmfgetsesskey_(unsigned char *key, int *epoch, int *info, size_t key_len)
{
    *info = key_len < PVM_SESSKEY_LEN ? PvmBadParam : pvm_getsesskey(key, (unsigned *)epoch);
}

void pvmfgettaskkey_(const int *tid, unsigned char *key, int *epoch, int *info, size_t key_len)
{
    *info = key_len < PVM_SESSKEY_LEN ? PvmBadParam
                                      : pvm_gettaskkey(*tid, key, (unsigned *)epoch);
}
