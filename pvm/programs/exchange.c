/*
 * exchange: long messages between a task and its two partners, one on this host and one on
 * another.
 *
 *     exchange [-d] BEGUN END
 *
 * Messages of 1 to 3 MB, whose contents tell their number, go to each partner and come back
 * as they were; by direct routes with -d. After the first the file BEGUN is made; when the
 * file END is there, one more is the last. Prints "exchanged N messages" and exits with 0 if
 * all was as sent.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "pair.h"

#include <unistd.h>

#define PARTNERS 2
#define LEN_MIN 1000000
#define LEN_STEP 97001
#define LEN_MAX 3000000

static char bytes[LEN_MAX];

static int len_of(int number)
{
    return LEN_MIN + (int)((long)number * LEN_STEP % (LEN_MAX - LEN_MIN));
}

static char byte_of(int number, int at)
{
    return (char)(at * 31 + at / 977 + number * 7);
}

static void fill(int number)
{
    int len = len_of(number), i;

    for (i = 0; i < len; i++)
        bytes[i] = byte_of(number, i);
}

/* Number 0, which has no contents, ends it. */
static void send_message(int to, int tag, int number)
{
    pvm_initsend(number % 2 == 0 ? PvmDataRaw : PvmDataInPlace);
    pvm_pkint(&number, 1, 1);
    if (number > 0)
        pvm_pkbyte(bytes, len_of(number), 1);
    if (pvm_send(to, tag) != 0)
        pair_fail("cannot send");
}

static int receive_message(int from, int tag)
{
    struct timeval patience = {PAIR_PATIENCE_S, 0};
    int number, i;

    if (pvm_trecv(from, tag, &patience) <= 0)
        pair_fail("a message does not come");
    if (pvm_upkint(&number, 1, 1) != 0
        || (number > 0 && pvm_upkbyte(bytes, len_of(number), 1) != 0))
        pair_fail("a message cannot be unpacked");
    for (i = 0; number > 0 && i < len_of(number); i++)
        if (bytes[i] != byte_of(number, i))
            pair_fail("a message was altered");
    return number;
}

static void be_partner(void)
{
    int master = pvm_parent(), number;

    while ((number = receive_message(master, PAIR_REQUEST)) != 0)
        send_message(master, PAIR_ANSWER, number);
    pvm_exit();
}

static void exchange(const int *partners, int number)
{
    int i;

    fill(number);
    for (i = 0; i < PARTNERS; i++)
        send_message(partners[i], PAIR_REQUEST, number);
    for (i = 0; i < PARTNERS; i++)
        if (receive_message(partners[i], PAIR_ANSWER) != number)
            pair_fail("another message");
}

static void make_file(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fclose(file) != 0)
        pair_fail(path);
}

int main(int argc, char **argv)
{
    int direct = argc > 1 && strcmp(argv[1], "-d") == 0;
    int partners[PARTNERS], number = 0, ends;

    if (pvm_mytid() < 0)
        pair_fail("cannot enrol in PVM: is a machine running?");
    if (pair_is_partner()) {
        be_partner();
        return 0;
    }
    if (argc - direct != 3)
        pair_fail("usage: exchange [-d] BEGUN END");
    pvm_setopt(PvmRoute, direct ? PvmRouteDirect : PvmDontRoute);
    partners[0] = pair_spawn(argv[0]);
    partners[1] = pair_spawn_here(argv[0]);
    do {
        ends = access(argv[direct + 2], F_OK) == 0;
        exchange(partners, ++number);
        if (number == 1)
            make_file(argv[direct + 1]);
    } while (!ends);
    send_message(partners[0], PAIR_REQUEST, 0);
    send_message(partners[1], PAIR_REQUEST, 0);
    pvm_exit();
    printf("exchanged %d messages\n", number);
    return 0;
}
