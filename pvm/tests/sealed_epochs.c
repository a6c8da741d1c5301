/*
 * Tests of messages from task to task while epochs change: between messages, and within one,
 * at any point. A message that takes long is of one epoch as a whole.
 *
 * The points are drawn from a fixed seed: a failure comes again.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "as_task.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../patch/status.h"
#include "place.h"

/* Two batches of records (seal.c), in fragments of PVM's usual size, and one record. */
#define LONG_LEN (20 * (int)CHUNK_LEN_MAX)
#define SHORT_LEN 20

/* Pieces of memory: a message or a fragment takes two. The plain one is made before it is
 * sealed. */
#define PIECES_BEFORE 4
#define PIECES (2 * (LONG_LEN / 4080))

#define ROUNDS 8
#define SEED 1997u

static struct sent sent, other;

/* The daemon's counters, if there are any. */
static uint64_t *counters;

static void end_epoch(void)
{
    epoch++;
    if (counters != NULL)
        counters[STATUS_AT_EPOCH] = epoch;
}

/* Steele and Vigna's numbers for a linear congruential generator. */
static uint32_t draw(uint32_t below)
{
    static uint64_t state = SEED;

    state = state * UINT64_C(0xd1342543de82ef95) + 1;
    return (uint32_t)(state >> 32) % below;
}

/* The daemon's counters, in the folder `PVM_TMP`, where tasks look. */
static void open_counters(char path[PLACE_PATH_CAP])
{
    size_t len = STATUS_WORDS * sizeof *counters;
    void *mapped;
    int fd;

    if (place_find(PLACE_STATUS, path) == -1)
        abort();
    fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1 || ftruncate(fd, (off_t)len) == -1)
        abort();
    mapped = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        abort();
    close(fd);
    counters = mapped;
}

static void check_between(void)
{
    epoch = 3;
    keys_wipe();
    send_len(SHORT_LEN, &sent);
    epoch = 2;
    keys_wipe();
    check(refused(&sent), "an epoch that has not begun");
    epoch = 3;
    check(taken(&sent), "when it has");
    send_len(SHORT_LEN, &sent);
    epoch = 3 + 64;
    keys_wipe();
    send_len(SHORT_LEN, &other);
    check(taken(&other) && refused(&sent), "64 epochs later what is left of it is refused");
    epoch = 0;
    keys_wipe();
}

static uint32_t epoch_of(const struct sent *message)
{
    size_t len = message->len < RECORD_LEN_MAX ? message->len : RECORD_LEN_MAX;
    secpvm_record_header header;

    if (secpvm_record_parse(message->body, len, &header) != SECPVM_OK)
        abort();
    return header.epoch;
}

/* Messages of which each is being sealed when an epoch ends; and they come late. */
static void check_within_sealing(void)
{
    bool all = true;
    uint32_t before;
    int round;

    for (round = 0; round < ROUNDS; round++) {
        before = epoch;
        happens_in = PIECES_BEFORE + 1 + (int)draw(PIECES);
        send_len(LONG_LEN, &sent);
        all = all && happens_in == 0 && epoch == before + 1 && epoch_of(&sent) == before;
        send_len(SHORT_LEN, &other);
        all = all && epoch_of(&other) == epoch;
        all = all && (draw(2) == 0 ? taken(&other) && taken(&sent) : taken(&sent) && taken(&other));
        all = all && refused(&sent) && refused(&other);
    }
    check(all, "a message is of the epoch in which it began; the next one of the next");
}

/* The same where it is opened: in pieces of memory as long as what was packed. */
static void check_within_opening(void)
{
    int lengths[20], round, i;
    struct message *plain, *message;
    bool all = true;
    uint16_t suite;

    for (i = 0; i < 20; i++)
        lengths[i] = 50000;
    for (round = 0; round < ROUNDS; round++) {
        plain = plain_message(ENCODING_XDR, lengths, 20);
        all = all && send_suite(plain, RECEIVER, AES_256_GCM, &sent) == NULL;
        message = arrived(&sent, 4080);
        pvmmytid = RECEIVER;
        happens_in = 1 + (int)draw(40);
        all = all && message_open(message, true, &suite) == NULL && is_same(message, plain)
              && happens_in == 0;
        umbuf_free(message);
        umbuf_free(plain);
    }
    check(all, "a message is opened while an epoch ends");
}

/* In a folder where others may write, their pipe stands in the place of the counters. */
static void check_foreign_counters(void)
{
    char path[PLACE_PATH_CAP];

    if (place_find(PLACE_STATUS, path) == -1 || mkfifo(path, 0600) == -1)
        abort();
    keys_wipe();
    send_len(SHORT_LEN, &sent);
    check(taken(&sent), "a pipe in the place of the counters is not waited for");
    unlink(path);
    keys_wipe();
}

/* A task that has left PVM, and comes back to another machine. */
static void check_other_machine(void)
{
    send_len(SHORT_LEN, &sent);
    machine = 2;
    epoch = 0;
    keys_wipe();
    send_len(SHORT_LEN, &other);
    check(refused(&sent) && taken(&other),
          "a task that has left PVM takes up another machine's keys");
}

int main(void)
{
    char folder[] = "/tmp/secpvm-epochs-XXXXXX", path[PLACE_PATH_CAP];

    check(mkdtemp(folder) != NULL, "a folder");
    setenv("PVM_TMP", folder, 1);
    event = end_epoch;
    check_between();
    check_foreign_counters();
    open_counters(path);
    check_within_sealing();
    check_within_opening();
    check_other_machine();
    keys_wipe();
    unlink(path);
    rmdir(folder);
    check(alive == 0, "all memory is given back");
    return check_end();
}
