/*
 * This process as a member of the session: see member.h.
 *
 * A member id is the host index in 16 bits and 48 random bits, drawn anew in each
 * process: pvmd' and the daemonised slave are forks, and a fork that went on with
 * its parent's sealer would seal two datagrams under one packet number. With the n
 * processes that one host index ever has (pvmd' is one for each pvm_addhosts), two
 * draw the same bits with a chance of about n^2 / 2^49: 2^-25 for 4095 of them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "member.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "entropy.h"
#include "header.h"

#define SENDER_HOST_SHIFT 48

/* PVM numbers hosts from 1 to 4095 and then starts again. Until then each host is
 * one sender, and each can have been added by a pvmd' of its own, which is another:
 * 2 * 4095 + 1 at most. A machine that has used up PVM's numbers needs a new session
 * anyway, because a task id would stand for a second host. */
#define PEERS_MAX 8192

#define RECEIVER_LEN 4

static uint8_t own_session[SECPVM_SESSION_LEN];
static secpvm_sealer *sealer;
static secpvm_opener *opener;

/* Not 0 in the process that made the sealer. The kernel wipes it in every child,
 * however that is made, and to read it takes no system call. */
static volatile uint8_t *sealer_is_own;

static secpvm_status forget_on_fork(void)
{
    size_t len = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED || madvise(page, len, MADV_WIPEONFORK) == -1)
        return SECPVM_ERR_NO_MEMORY;
    sealer_is_own = page;
    return SECPVM_OK;
}

secpvm_status member_join(uint8_t session[SECPVM_SESSION_LEN])
{
    secpvm_status status = forget_on_fork();

    if (status == SECPVM_OK)
        status = secpvm_opener_new(session, PEERS_MAX, &opener);
    if (status == SECPVM_OK) {
        /* Keep it out of the swap if the user's limit allows. */
        (void)mlock(own_session, sizeof own_session);
        memcpy(own_session, session, sizeof own_session);
    }
    secpvm_wipe(session, SECPVM_SESSION_LEN);
    return status;
}

void member_leave(void)
{
    secpvm_sealer_free(sealer);
    secpvm_opener_free(opener);
    sealer = NULL;
    opener = NULL;
    secpvm_wipe(own_session, sizeof own_session);
}

const uint8_t *member_session(void)
{
    return own_session;
}

/* A sealer of this process's own, which is not the one its parent had. */
static secpvm_status renew_sealer(uint32_t host)
{
    uint64_t random;
    secpvm_sealer *fresh;
    secpvm_status status;

    entropy_fill(&random, sizeof random);
    random >>= 64 - SENDER_HOST_SHIFT;
    status = secpvm_sealer_new(own_session, (uint64_t)host << SENDER_HOST_SHIFT | random, &fresh);
    if (status != SECPVM_OK)
        return status;
    secpvm_sealer_free(sealer);
    sealer = fresh;
    *sealer_is_own = 1;
    return SECPVM_OK;
}

/* The associated data of a record: whom it is for. */
static void name_receiver(uint32_t host, uint8_t receiver[RECEIVER_LEN])
{
    put_u32(receiver, tid_of_pvmd(host));
}

secpvm_status member_seal(uint32_t from, uint32_t to, uint8_t *buf, size_t buf_len,
                          size_t plaintext_len, size_t *record_len)
{
    uint8_t receiver[RECEIVER_LEN];

    /* A signal handler of pvmd's may still send when the keys have been wiped. */
    if (opener == NULL)
        return SECPVM_ERR_OUT_OF_ORDER;
    if (*sealer_is_own == 0) {
        secpvm_status status = renew_sealer(from);

        if (status != SECPVM_OK)
            return status;
    }
    name_receiver(to, receiver);
    return secpvm_sealer_seal_in_place(sealer, receiver, sizeof receiver, buf, buf_len,
                                       plaintext_len, record_len);
}

secpvm_status member_open(uint32_t to, uint8_t *record, size_t record_len, uint32_t *from,
                          size_t *plaintext_len)
{
    uint8_t receiver[RECEIVER_LEN];
    secpvm_record_header header;
    secpvm_status status;

    name_receiver(to, receiver);
    status = secpvm_opener_open_in_place(opener, receiver, sizeof receiver, record, record_len,
                                         &header, plaintext_len);
    if (status == SECPVM_OK)
        *from = (uint32_t)(header.sender >> SENDER_HOST_SHIFT);
    return status;
}
