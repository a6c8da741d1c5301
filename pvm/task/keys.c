/*
 * The keys of this task: see keys.h.
 *
 * A sender is the task's id in 32 bits and 32 random ones, drawn anew for each sealer: no
 * two processes are one, be it by a fork, or because PVM has given a number twice. The
 * few sealers of one task id draw the same bits with a chance of about n^2 / 2^33.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "keys.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../patch/header.h"
#include "../patch/status.h"
#include "ask.h"
#include "entropy.h"
#include "libpvm.h"
#include "place.h"

/* As many as a daemon keeps (TASK_SESSIONS_KEPT in pvm/patch/task_sessions.h). */
#define EPOCHS_KEPT 64u

/* Senders that an opener remembers: up to four streams of each task that has sent to this
 * one in an epoch. Only those that there are take memory. */
#define PEERS_MAX 16384

#define SUITES_MAX 16

#define OFFSET_EPOCH 32
#define SENDER_TID_SHIFT 32

/* How far a sender has come on its direct route. */
struct progress {
    uint64_t sender;
    uint64_t packet_number;
};

struct opening {
    uint16_t suite; /* 0: none */
    secpvm_opener *opener;
    struct progress *progress;
    size_t progress_count;
};

/* An epoch has its place by its number; the openers of one that has been met stay until a
 * newer one takes the place, so nothing is accepted twice. */
static struct epoch {
    bool is_known;
    uint32_t number;
    uint8_t session[SECPVM_SESSION_LEN];
    struct opening openings[SUITES_MAX];
} epochs[EPOCHS_KEPT];

static struct epoch *current;

static struct sealing {
    uint16_t suite; /* 0: none */
    int tid;
    uint32_t epoch;
    secpvm_sealer *sealer;
} sealings[STREAM_COUNT][SUITES_MAX];

/* The daemon's counters, or NULL. */
static const volatile uint64_t *status;

/* Not 0 in the process that made the sealers: the kernel wipes it in every child. */
static volatile uint8_t *sealers_are_own;

static void map_status(void)
{
    char path[PLACE_PATH_CAP];
    struct stat file;
    void *mapped;
    int fd;

    if (status != NULL || place_find(PLACE_STATUS, path) == -1)
        return;
    /* Others may write in that folder: a pipe of theirs is not waited for, nor a file of theirs,
     * which they could cut, taken. */
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd == -1)
        return;
    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_uid == getuid()
        && file.st_size == (off_t)(STATUS_WORDS * sizeof *status)) {
        mapped = mmap(NULL, STATUS_WORDS * sizeof *status, PROT_READ, MAP_SHARED, fd, 0);
        if (mapped != MAP_FAILED)
            status = mapped;
    }
    close(fd);
}

static void unmap_status(void)
{
    if (status != NULL)
        munmap((void *)(uintptr_t)status, STATUS_WORDS * sizeof *status);
    status = NULL;
}

static void free_openers(struct epoch *epoch)
{
    size_t i;

    for (i = 0; i < SUITES_MAX; i++) {
        secpvm_opener_free(epoch->openings[i].opener);
        free(epoch->openings[i].progress);
        epoch->openings[i] = (struct opening){0};
    }
}

/* Put a session into the place of its epoch. NULL if a newer one has it. */
static struct epoch *place(const uint8_t session[SECPVM_SESSION_LEN])
{
    uint32_t number = get_u32(session + OFFSET_EPOCH);
    struct epoch *epoch = &epochs[number % EPOCHS_KEPT];

    if (epoch->is_known && epoch->number == number)
        return epoch;
    if (epoch->is_known && epoch->number > number)
        return NULL;
    free_openers(epoch);
    memcpy(epoch->session, session, SECPVM_SESSION_LEN);
    (void)mlock(epoch->session, SECPVM_SESSION_LEN);
    epoch->number = number;
    epoch->is_known = true;
    return epoch;
}

/* Make `current` the current one. */
static const char *renew_current(void)
{
    uint8_t session[SECPVM_SESSION_LEN];
    const char *reason;

    if (current != NULL && (status == NULL || status[STATUS_AT_EPOCH] == current->number))
        return NULL;
    reason = ask_daemon(SERVICE_TASK_SESSION, NULL, 0, session, sizeof session);
    if (reason != NULL)
        return reason;
    map_status();
    current = place(session);
    secpvm_wipe(session, sizeof session);
    return current != NULL ? NULL : "the daemon has gone back to an older epoch";
}

const char *keys_session(uint8_t session[SECPVM_SESSION_LEN])
{
    const char *reason = renew_current();

    if (reason == NULL)
        memcpy(session, current->session, SECPVM_SESSION_LEN);
    return reason;
}

const char *keys_suite(uint16_t *suite)
{
    const char *reason = renew_current();
    secpvm_suite_info info;

    if (reason != NULL)
        return reason;
    if (secpvm_session_suite(current->session, &info) != SECPVM_OK)
        return "the daemon's answer is no session";
    *suite = info.id;
    return NULL;
}

static void free_sealers(void)
{
    size_t i, j;

    for (i = 0; i < STREAM_COUNT; i++)
        for (j = 0; j < SUITES_MAX; j++) {
            secpvm_sealer_free(sealings[i][j].sealer);
            sealings[i][j] = (struct sealing){0};
        }
}

/* In a child nothing of the parent's is sealed with again. */
static const char *forget_after_fork(void)
{
    size_t len = (size_t)sysconf(_SC_PAGESIZE);
    void *page;

    if (sealers_are_own == NULL) {
        page = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED || madvise(page, len, MADV_WIPEONFORK) == -1)
            return "no memory";
        sealers_are_own = page;
    }
    if (*sealers_are_own != 0)
        return NULL;
    free_sealers();
    *sealers_are_own = 1;
    return NULL;
}

/* The sealer for a stream and a suite, in the current epoch. */
static const char *find_sealer(enum stream stream, uint16_t suite, struct sealing **found)
{
    struct sealing *sealing = sealings[stream];
    uint8_t session[SECPVM_SESSION_LEN];
    secpvm_status made;
    uint32_t random;
    size_t i;

    for (i = 0; i < SUITES_MAX && sealing->suite != 0 && sealing->suite != suite; i++)
        sealing++;
    if (i == SUITES_MAX)
        return "too many suites";
    *found = sealing;
    if (sealing->suite == suite && sealing->tid == libpvm_tid()
        && sealing->epoch == current->number)
        return NULL;
    made = secpvm_session_with_suite(current->session, suite, session);
    if (made != SECPVM_OK)
        return secpvm_strerror(made);
    secpvm_sealer_free(sealing->sealer);
    *sealing = (struct sealing){.tid = libpvm_tid(), .epoch = current->number};
    entropy_fill(&random, sizeof random);
    made = secpvm_sealer_new(
        session, (uint64_t)(uint32_t)sealing->tid << SENDER_TID_SHIFT | random, &sealing->sealer);
    secpvm_wipe(session, sizeof session);
    if (made != SECPVM_OK)
        return secpvm_strerror(made);
    sealing->suite = suite;
    return NULL;
}

const char *keys_sealer(enum stream stream, uint16_t suite, secpvm_sealer **sealer)
{
    const char *reason = renew_current();
    struct sealing *sealing;

    if (reason == NULL)
        reason = forget_after_fork();
    if (reason == NULL)
        reason = find_sealer(stream, suite, &sealing);
    if (reason == NULL)
        *sealer = sealing->sealer;
    return reason;
}

/* The epoch of a record: known here, or to the daemon. */
static const char *find_epoch(uint32_t number, struct epoch **found)
{
    struct epoch *epoch = &epochs[number % EPOCHS_KEPT];
    uint8_t session[SECPVM_SESSION_LEN], argument[4];
    const char *reason;

    *found = epoch;
    if (epoch->is_known && epoch->number == number)
        return NULL;
    if (epoch->is_known && epoch->number > number)
        return "it is of an epoch that is long over";
    put_u32(argument, number);
    reason = ask_daemon(SERVICE_TASK_SESSION, argument, sizeof argument, session, sizeof session);
    if (reason != NULL)
        return reason;
    *found = place(session);
    secpvm_wipe(session, sizeof session);
    return *found != NULL && (*found)->number == number ? NULL : "it is of an unknown epoch";
}

static const char *find_opening(struct epoch *epoch, uint16_t suite, struct opening **found)
{
    struct opening *opening = epoch->openings;
    uint8_t session[SECPVM_SESSION_LEN];
    secpvm_status made;
    size_t i;

    for (i = 0; i < SUITES_MAX && opening->suite != 0 && opening->suite != suite; i++)
        opening++;
    if (i == SUITES_MAX)
        return "too many suites";
    if (opening->suite == 0) {
        made = secpvm_session_with_suite(epoch->session, suite, session);
        if (made == SECPVM_OK)
            made = secpvm_opener_new(session, PEERS_MAX, &opening->opener);
        secpvm_wipe(session, sizeof session);
        if (made != SECPVM_OK)
            return secpvm_strerror(made);
        opening->suite = suite;
    }
    *found = opening;
    return NULL;
}

const char *keys_opener(const uint8_t associated[ASSOCIATED_LEN],
                        const secpvm_record_header *header, secpvm_opener **opener)
{
    struct opening *opening;
    struct epoch *epoch;
    const char *reason;

    if (header->sender >> SENDER_TID_SHIFT != get_u32(associated))
        return "it was sealed by another task than it claims";
    reason = find_epoch(header->epoch, &epoch);
    if (reason == NULL)
        reason = find_opening(epoch, header->suite_id, &opening);
    if (reason == NULL)
        *opener = opening->opener;
    return reason;
}

/* Where the progress of a sender is noted; NULL: no memory. */
static struct progress *find_progress(struct opening *opening, uint64_t sender)
{
    size_t count = opening->progress_count, i;
    struct progress *more;

    for (i = 0; i < count; i++)
        if (opening->progress[i].sender == sender)
            return &opening->progress[i];
    more = realloc(opening->progress, (count + 1) * sizeof *more);
    if (more == NULL)
        return NULL;
    more[count] = (struct progress){.sender = sender};
    opening->progress = more;
    opening->progress_count++;
    return &more[count];
}

const char *keys_check_order(const secpvm_record_header *last)
{
    struct progress *progress;
    struct opening *opening;
    struct epoch *epoch;
    const char *reason = find_epoch(last->epoch, &epoch);

    if (reason == NULL)
        reason = find_opening(epoch, last->suite_id, &opening);
    if (reason != NULL)
        return reason;
    progress = find_progress(opening, last->sender);
    if (progress == NULL)
        return "no memory";
    if (last->packet_number < progress->packet_number)
        return "it was sent before one that has come already";
    progress->packet_number = last->packet_number;
    return NULL;
}

void keys_wipe(void)
{
    size_t i;

    free_sealers();
    for (i = 0; i < EPOCHS_KEPT; i++)
        free_openers(&epochs[i]);
    secpvm_wipe(epochs, sizeof epochs);
    current = NULL;
    unmap_status();
}
