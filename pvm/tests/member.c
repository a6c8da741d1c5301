/*
 * Tests of sealing and opening as a member.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../patch/member.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define TEXT_LEN 16

struct record {
    uint8_t bytes[SECPVM_RECORD_OVERHEAD_MAX + TEXT_LEN];
    size_t len;
};

static bool seal(uint32_t from, uint32_t to, struct record *record)
{
    memcpy(record->bytes + SECPVM_RECORD_HEADER_LEN, "sixteen letters.", TEXT_LEN);
    return member_seal(from, to, record->bytes, sizeof record->bytes, TEXT_LEN, &record->len)
           == SECPVM_OK;
}

static secpvm_status open_as(uint32_t to, struct record record, uint32_t *from)
{
    size_t len = 0;
    secpvm_status status = member_open(to, record.bytes, record.len, from, &len);

    if (status == SECPVM_OK
        && (len != TEXT_LEN
            || memcmp(record.bytes + SECPVM_RECORD_HEADER_LEN, "sixteen letters.", len) != 0))
        return SECPVM_ERR_INTERNAL;
    return status;
}

static uint64_t sender_of(const struct record *record)
{
    secpvm_record_header header;

    if (secpvm_record_parse(record->bytes, record->len, &header) != SECPVM_OK)
        return 0;
    return header.sender;
}

/* Seal in a child, and hand the record to the parent. */
static bool seal_in_child(uint32_t from, uint32_t to, struct record *record)
{
    int ends[2];
    int status;
    bool got;
    pid_t child;

    fflush(stdout);
    if (pipe(ends) == -1 || (child = fork()) == -1)
        return false;
    if (child == 0) {
        bool done = seal(from, to, record)
                    && write(ends[1], record, sizeof *record) == (ssize_t)sizeof *record;

        member_leave();
        _exit(done ? 0 : 1);
    }
    close(ends[1]);
    got = read(ends[0], record, sizeof *record) == (ssize_t)sizeof *record;
    close(ends[0]);
    return waitpid(child, &status, 0) == child && status == 0 && got;
}

int main(void)
{
    static const uint8_t zeros[SECPVM_SESSION_LEN];
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {1, 2, 3};
    uint8_t session[SECPVM_SESSION_LEN];
    secpvm_rekey_policy policy;
    struct grant grant;
    struct record record = {.len = 0};
    struct record of_child = {.len = 0};
    secpvm_suite_info suite;
    uint32_t from = 99;

    check(!seal(1, 2, &record), "before a session nothing is sealed");
    if (secpvm_suite_by_name("aes-256-gcm", &suite) != SECPVM_OK
        || secpvm_session_generate(suite.id, entropy, session) != SECPVM_OK
        || secpvm_rekey_policy_for_session(session, &policy) != SECPVM_OK)
        return 1;
    check(member_lead(session, &policy) == SECPVM_OK && member_leads(), "the leader");
    check(memcmp(session, zeros, sizeof session) == 0, "the caller's copy is wiped");
    check(seal(1, 2, &record) && open_as(2, record, &from) == SECPVM_OK && from == 1,
          "what host 1 seals for host 2, host 2 opens, and knows from whom");
    check(open_as(2, record, &from) == SECPVM_REJECTED_REPLAYED, "once");
    check(seal(1, 3, &record) && open_as(2, record, &from) == SECPVM_REJECTED_FORGED,
          "what is for host 3, host 2 does not open");
    record.bytes[record.len - 1] ^= 1;
    check(open_as(3, record, &from) == SECPVM_REJECTED_FORGED, "a bit altered is forged");
    check(seal_in_child(0, 1, &of_child) && sender_of(&of_child) != sender_of(&record)
              && sender_of(&of_child) >> 48 == 0,
          "pvmd' is another sender");
    check(open_as(1, of_child, &from) == SECPVM_OK && from == 0, "whom its parent knows");
    of_child.bytes[of_child.len - 1] ^= 1;
    check(open_as(1, of_child, &from) == SECPVM_REJECTED_FORGED, "and no other");
    check(!seal_in_child(1, 2, &of_child), "another fork can't seal as its parent");
    check(seal(1, 2, &of_child) && sender_of(&of_child) == sender_of(&record),
          "its parent goes on as the sender it was");
    check(member_admit(2, &grant) == SECPVM_OK
              && member_admit(2, &grant) == SECPVM_ERR_ALREADY_MEMBER
              && memcmp(grant.session, member_session(), sizeof grant.session) == 0,
          "a host is admitted once, to the session of this moment");
    member_leave();
    check(!seal(1, 2, &record) && memcmp(member_session(), zeros, sizeof zeros) == 0,
          "after leaving nothing is sealed, and the session is wiped");
    return check_end();
}
