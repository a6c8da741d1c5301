/*
 * Tests of messages that are sealed from task to task: what comes back as it was sent, and
 * what is refused.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "as_task.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define OTHER 0x80003
#define GROUP 0x40040001

/* Encoding, number of fragments and the length of the only one, in the first chunk. */
#define FRONT_LEN 12

static struct sent sent, other, forged;

/* ---- What comes back as it was sent ------------------------------------------------- */

static bool comes_back(int encoding, const int *lengths, size_t count, uint16_t suite,
                       int destination)
{
    int before = alive, expected = encoding == ENCODING_IN_PLACE ? SIGNATURE : encoding;
    struct message *plain = plain_message(encoding, lengths, count), *message;
    struct message *copy = plain_message(encoding, lengths, count);
    uint16_t seen = 0;
    bool same;

    if (send_suite(plain, destination, suite, &sent) != NULL)
        return false;
    message = arrived(&sent, 777);
    pvmmytid = RECEIVER;
    same = message_is_sealed(message) && message_open(message, false, &seen) == NULL
           && seen == suite && is_same(message, copy) && is_same(plain, copy)
           && message->encoding == expected && message->destination == destination;
    umbuf_free(plain);
    umbuf_free(copy);
    umbuf_free(message);
    return same && alive == before;
}

static void check_round_trips(void)
{
    /* seal.c works on 16 at a time. */
    static const int chunks[] = {1, 2, 16, 17, 33};
    static const int several[] = {4080, 0, 1, 100000, 0};
    secpvm_suite_info suite;
    bool all = true;
    size_t i;
    int len;

    check(comes_back(ENCODING_XDR, NULL, 0, AES_256_GCM, RECEIVER), "an empty message");
    check(comes_back(ENCODING_XDR, several, 5, AES_256_GCM, RECEIVER), "several fragments");
    check(comes_back(ENCODING_IN_PLACE, several, 5, AES_256_GCM, RECEIVER),
          "the program's own memory arrives as this machine's data");
    check(comes_back(ENCODING_XDR, several, 3, AES_256_GCM, GROUP), "a message for a group");
    for (i = 0; i < 3 * sizeof chunks / sizeof chunks[0]; i++) {
        len = chunks[i / 3] * (int)CHUNK_LEN_MAX - FRONT_LEN + (int)(i % 3) - 1;
        all = all && comes_back(ENCODING_XDR, &len, 1, AES_256_GCM, RECEIVER);
    }
    check(all, "messages as long as some chunks, and a byte less and more");
    for (i = 0; secpvm_suite_at(i, &suite) == SECPVM_OK; i++)
        all = all && comes_back(ENCODING_XDR, several, 5, suite.id, RECEIVER);
    check(all && i > 1, "every suite");
}

/* ---- What is refused ---------------------------------------------------------------- */

static void check_altered(void)
{
    bool all = true;
    size_t i;

    send_len(20, &sent);
    forged = sent;
    for (forged.len = 0; forged.len < sent.len; forged.len++)
        all = all && refused(&forged);
    check(all, "a short message, cut anywhere");
    for (i = 0; i < 8 * sent.len; i++) {
        forged = sent;
        forged.body[i / 8] ^= (uint8_t)(1 << i % 8);
        all = all && refused(&forged);
    }
    check(all, "with any one bit altered");
    forged = sent;
    forged.len++;
    check(refused(&forged), "with a byte too many");
    check(taken(&sent), "as it was, it is still taken");
    check(refused(&sent), "but not twice");
}

static void check_associated(void)
{
    send_len(20, &sent);
    check(refused_by(OTHER, &sent, false), "a message for another task");
    forged = sent;
    forged.source = OTHER;
    check(refused(&forged), "in the name of another task");
    forged = sent;
    forged.tag++;
    check(refused(&forged), "with another tag");
    forged = sent;
    forged.context++;
    check(refused(&forged), "with another context");
    forged = sent;
    forged.wait_id++;
    check(refused(&forged), "with another wait id");
    forged = sent;
    forged.encoding = ENCODING_SEALED_FOR_GROUP;
    check(refused(&forged), "as if it were for a group");
    check(taken(&sent), "as it was sent");
}

/* The records of a message of this length: three of one length, and a shorter one. */
#define LONG_LEN 100000
#define RECORD_LEN ((size_t)SECPVM_RECORD_HEADER_LEN + CHUNK_LEN_MAX + SECPVM_AEAD_TAG_LEN)

/* `forged` becomes a row of records of `from`. */
static void put_row(const struct sent *from, const char *row)
{
    forged = *from;
    forged.len = 0;
    for (; *row != '\0'; row++) {
        size_t at = (size_t)(*row - '0') * RECORD_LEN;
        size_t len = from->len - at < RECORD_LEN ? from->len - at : RECORD_LEN;

        memcpy(forged.body + forged.len, from->body + at, len);
        forged.len += len;
    }
}

static void check_rows(void)
{
    static const char *const rows[] = {"0",    "012",  "123",   "013",   "023",  "0213",
                                       "1023", "0132", "00123", "01223", "01233"};
    bool all = true;
    size_t i;

    /* Each is tried with a message of its own: records that were opened are not again. */
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        send_len(LONG_LEN, &sent);
        put_row(&sent, rows[i]);
        all = all && refused(&forged);
    }
    check(all, "records that are missing, in another order, or there twice");
    send_len(LONG_LEN, &sent);
    send_len(LONG_LEN, &other);
    put_row(&sent, "0123");
    memcpy(forged.body + RECORD_LEN, other.body + RECORD_LEN, RECORD_LEN);
    check(refused(&forged), "a record of another message");
    send_len((int)CHUNK_LEN_MAX - FRONT_LEN, &sent);
    send_len(20, &other);
    forged = sent;
    memcpy(forged.body + forged.len, other.body, other.len);
    forged.len += other.len;
    check(refused(&forged), "the next message behind one of a full chunk");
    send_len(17 * (int)CHUNK_LEN_MAX, &sent);
    forged = sent;
    forged.len -= RECORD_LEN;
    memmove(forged.body + 16 * RECORD_LEN, sent.body + 17 * RECORD_LEN,
            sent.len - 17 * RECORD_LEN);
    check(refused(&forged), "a record missing between two batches");
    send_len(LONG_LEN, &sent);
    put_row(&sent, "0123");
    check(taken(&forged), "the row as it was sent");
}

/* Where a way keeps the order, what was sent earlier can't come later. */
static void check_order(void)
{
    send_len(20, &sent);
    send_len(LONG_LEN, &other);
    check(!refused_by(RECEIVER, &other, true) && refused_by(RECEIVER, &sent, true),
          "on a direct route, a message behind one that was sent later");
    send_len(20, &sent);
    send_len(LONG_LEN, &other);
    check(!refused_by(RECEIVER, &sent, true) && !refused_by(RECEIVER, &other, true),
          "in the order in which they were sent");
    send_len(20, &sent);
    send_len(LONG_LEN, &other);
    check(taken(&other) && taken(&sent), "through the daemons, one may overtake another");
}

/* ---- Keys ----------------------------------------------------------------------------- */

static void check_keys(void)
{
    send_len(20, &sent);
    machine = 2;
    keys_wipe();
    check(refused(&sent), "a message of another machine");
    machine = 1;
    keys_wipe();
    check(taken(&sent), "of this machine");
    send_len(20, &sent);
    daemon_is_there = false;
    keys_wipe();
    check(refused(&sent), "while no daemon has the keys");
    daemon_is_there = true;
    check(taken(&sent), "when it has them");
}

static uint64_t sender_of(const struct sent *message)
{
    secpvm_record_header header = {0};

    (void)secpvm_record_parse(message->body, message->len, &header);
    return header.sender;
}

/* A child has what its parent had; it seals as another sender. */
static void check_fork(void)
{
    struct sent *of_child = mmap(NULL, sizeof *of_child, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;
    pid_t child;

    if (of_child == MAP_FAILED)
        abort();
    send_len(20, &sent);
    child = fork();
    if (child == 0) {
        send_len(20, of_child);
        _exit(0);
    }
    waitpid(child, &status, 0);
    check(status == 0 && sender_of(&sent) != sender_of(of_child) && taken(&sent)
              && taken(of_child),
          "a child's messages are its own");
    munmap(of_child, sizeof *of_child);
}

/* ---- A sender that has the keys, and lies --------------------------------------------- */

/* `forged` becomes one record with these numbers and `extra` bytes. */
static void lie(const uint32_t *numbers, size_t count, size_t extra)
{
    uint8_t associated[ASSOCIATED_LEN];
    uint8_t *plaintext = forged.body + SECPVM_RECORD_HEADER_LEN;
    secpvm_sealer *sealer;
    size_t i;

    forged.encoding = ENCODING_SEALED_FOR_TASK;
    forged.source = SENDER;
    forged.tag = TAG;
    forged.context = CONTEXT;
    forged.wait_id = WAIT_ID;
    put_u32(associated, SENDER);
    put_u32(associated + 4, RECEIVER);
    put_u32(associated + 8, TAG);
    put_u32(associated + 12, CONTEXT);
    put_u32(associated + 16, WAIT_ID);
    put_u32(associated + 20, ENCODING_SEALED_FOR_TASK);
    for (i = 0; i < count; i++)
        put_u32(plaintext + 4 * i, numbers[i]);
    memset(plaintext + 4 * count, 1, extra);
    pvmmytid = SENDER;
    if (keys_sealer(STREAM_DAEMONS, AES_256_GCM, &sealer) != NULL
        || secpvm_sealer_seal_in_place(sealer, associated, sizeof associated, forged.body,
                                       sizeof forged.body, 4 * count + extra, &forged.len)
               != SECPVM_OK)
        abort();
}

static void check_lies(void)
{
    static const uint32_t right[] = {ENCODING_XDR, 1, 8};
    static const struct {
        uint32_t numbers[4];
        size_t count, extra;
        const char *what;
    } lies[] = {
        {{0}, 0, 0, "nothing at all"},
        {{ENCODING_XDR}, 1, 0, "no number of fragments"},
        {{ENCODING_XDR, 1}, 2, 0, "no lengths"},
        {{ENCODING_XDR, UINT32_MAX}, 2, 8, "more fragments than there are bytes"},
        {{ENCODING_XDR, 1, UINT32_MAX}, 3, 8, "a fragment longer than anything"},
        {{ENCODING_XDR, 1, 9}, 3, 8, "a fragment longer than what is there"},
        {{ENCODING_XDR, 1, 7}, 3, 8, "something behind the last fragment"},
        {{ENCODING_XDR, 2, 4, 5}, 4, 8, "two fragments that are too long together"},
    };
    size_t i;

    for (i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        lie(lies[i].numbers, lies[i].count, lies[i].extra);
        check(refused(&forged), lies[i].what);
    }
    lie(right, 3, 8);
    check(taken(&forged), "the truth");
}

/* PVM believes the lengths in its own headers, which can be negative. */
static void check_negative_length(void)
{
    struct message *message;
    uint16_t suite;

    send_len(20, &sent);
    message = arrived(&sent, 30);
    pvmmytid = RECEIVER;
    message->fragments->next->len = -1;
    check(message_open(message, false, &suite) != NULL, "a fragment of negative length");
    umbuf_free(message);
}

/* ---- Interrupted ----------------------------------------------------------------------- */

static struct message *interrupting;
static const char *answer;

static void seal_another(void)
{
    struct message *sealed;

    answer = message_seal(interrupting, RECEIVER, TAG, STREAM_DAEMONS, AES_256_GCM, &sealed);
}

static void open_another(void)
{
    uint16_t suite;

    answer = message_open(interrupting, false, &suite);
}

/* A signal handler that sends or receives while the program does. */
static void check_interrupted(void)
{
    int lengths[] = {LONG_LEN, LONG_LEN};
    struct message *plain = plain_message(ENCODING_XDR, lengths, 2), *message;
    uint16_t suite;

    interrupting = plain_message(ENCODING_XDR, lengths, 1);
    event = seal_another;
    happens_in = 20;
    answer = NULL;
    check(send_suite(plain, RECEIVER, AES_256_GCM, &sent) == NULL && answer != NULL,
          "while a message is sealed no other one is");
    umbuf_free(interrupting);
    message = arrived(&sent, 4080);
    send_len(20, &other);
    interrupting = arrived(&other, 4080);
    event = open_another;
    happens_in = 2;
    answer = NULL;
    pvmmytid = RECEIVER;
    check(message_open(message, false, &suite) == NULL && answer != NULL && is_same(message, plain),
          "while a message is opened no other one is");
    umbuf_free(interrupting);
    umbuf_free(message);
    umbuf_free(plain);
    check(taken(&other), "afterwards it is");
}

/* ---- Where something fails ----------------------------------------------------------- */

static void check_no_daemon(void)
{
    int before, len = 20;
    struct message *plain = plain_message(ENCODING_XDR, &len, 1);

    keys_wipe();
    daemon_is_there = false;
    before = alive;
    check(send_suite(plain, RECEIVER, AES_256_GCM, &sent) != NULL && alive == before,
          "without a daemon nothing is sealed");
    daemon_is_there = true;
    check(send_suite(plain, RECEIVER, 0x7777, &sent) != NULL && alive == before,
          "nor with a suite that there is not");
    umbuf_free(plain);
}

/* Memory that ends at the first piece, at the second, and so on, until it is enough. */
static void check_no_memory_to_seal(void)
{
    int lengths[] = {3000, 3000}, before, limit;
    struct message *plain = plain_message(ENCODING_XDR, lengths, 2);
    const char *reason = "";
    bool clean = true;

    before = alive;
    for (limit = 0; reason != NULL && limit < 100; limit++) {
        allowed = limit;
        reason = send_suite(plain, RECEIVER, AES_256_GCM, &sent);
        clean = clean && alive == before;
    }
    allowed = PLENTY;
    check(clean && reason == NULL && limit > 4, "too little memory to seal: nothing is left");
    umbuf_free(plain);
}

static void check_no_memory_to_open(void)
{
    struct message *message;
    const char *reason = "";
    int before = alive, limit;
    bool clean = true;
    uint16_t suite;

    for (limit = 0; reason != NULL && limit < 100; limit++) {
        send_len(3000, &sent);
        message = arrived(&sent, 1000);
        pvmmytid = RECEIVER;
        allowed = limit;
        reason = message_open(message, false, &suite);
        allowed = PLENTY;
        umbuf_free(message);
        clean = clean && alive == before;
    }
    /* A fragment and its buffer. */
    check(clean && reason == NULL && limit == 3, "too little memory to open: nothing is left");
}

int main(void)
{
    char folder[] = "/tmp/secpvm-sealed-XXXXXX";

    /* Nobody's counters: what the daemon says is current until the keys are wiped. */
    check(mkdtemp(folder) != NULL, "a folder");
    setenv("PVM_TMP", folder, 1);
    check_round_trips();
    fragment_len = 500;
    check_round_trips();
    check_altered();
    check_associated();
    check_rows();
    check_keys();
    check_order();
    check_fork();
    check_lies();
    check_negative_length();
    check_interrupted();
    check_no_daemon();
    check_no_memory_to_seal();
    check_no_memory_to_open();
    keys_wipe();
    rmdir(folder);
    check(alive == 0, "all memory is given back");
    return check_end();
}
