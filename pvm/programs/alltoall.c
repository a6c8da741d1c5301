/*
 * alltoall: a task on each host of the machine, and a message from each task to each other one.
 *
 *     alltoall [-n ROUNDS] [-b BYTES]
 *
 * In each round (1 unless told) every task sends every other one a block of BYTES bytes (1000
 * unless told), which depends on the round, the sender and the receiver, and checks what it gets.
 * Prints "alltoall: N tasks, M messages" and exits with 0 if all M = ROUNDS * N * (N - 1) were right.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pvm3.h>

/* Hosts have at most 64 of them in a laboratory. */
#define TASKS_MAX 64
#define BYTES_MAX 100000
#define ROUNDS_MAX 1000

/* How long to wait for one message, in seconds. */
#define PATIENCE_S 60

/* Message tags; the blocks of a round have TAG_BLOCKS and its number. */
enum tag { TAG_ORDER = 1, TAG_RESULT = 2, TAG_BLOCKS = 10 };

/* What the master tells all tasks. */
struct order {
    int tasks, rounds, bytes;
    int tid[TASKS_MAX];
};

static char sent[BYTES_MAX], received[BYTES_MAX];

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "alltoall: %s\n", what);
    pvm_exit();
    exit(1);
}

static void await(int from, int tag)
{
    struct timeval patience = {PATIENCE_S, 0};

    if (pvm_trecv(from, tag, &patience) <= 0)
        fail("a message does not come");
}

/* xorshift32 (Marsaglia, 2003), with a start of its own for each message. */
static void fill(char *block, const struct order *order, int round, int from, int to)
{
    uint32_t state = 1 + (uint32_t)((round * TASKS_MAX + from) * TASKS_MAX + to);

    for (int i = 0; i < order->bytes; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        block[i] = (char)state;
    }
}

static void send_blocks(const struct order *order, int round, int self)
{
    for (int to = 0; to < order->tasks; to++) {
        if (to == self)
            continue;
        fill(sent, order, round, self, to);
        pvm_initsend(PvmDataRaw);
        pvm_pkbyte(sent, order->bytes, 1);
        if (pvm_send(order->tid[to], TAG_BLOCKS + round) < 0)
            fail("cannot send");
    }
}

/* How many of a round's blocks are right. */
static int check_blocks(const struct order *order, int round, int self)
{
    int right = 0;

    for (int from = 0; from < order->tasks; from++) {
        if (from == self)
            continue;
        await(order->tid[from], TAG_BLOCKS + round);
        pvm_upkbyte(received, order->bytes, 1);
        fill(sent, order, round, from, self);
        right += memcmp(received, sent, (size_t)order->bytes) == 0;
    }
    return right;
}

static int take_part(void)
{
    struct order order;
    int right = 0, self = 0;

    await(pvm_parent(), TAG_ORDER);
    pvm_upkbyte((char *)&order, sizeof order, 1);
    while (order.tid[self] != pvm_mytid())
        self++;
    for (int round = 0; round < order.rounds; round++) {
        send_blocks(&order, round, self);
        right += check_blocks(&order, round, self);
    }
    pvm_initsend(PvmDataDefault);
    pvm_pkint(&right, 1, 1);
    pvm_send(pvm_parent(), TAG_RESULT);
    pvm_exit();
    return 0;
}

/* A task on each host. */
static void spawn_all(struct order *order)
{
    struct pvmhostinfo *hosts;
    char name[] = "alltoall";

    if (pvm_config(&order->tasks, NULL, &hosts) < 0 || order->tasks > TASKS_MAX)
        fail("the hosts cannot be had, or are more than 64");
    for (int i = 0; i < order->tasks; i++)
        if (pvm_spawn(name, NULL, PvmTaskHost, hosts[i].hi_name, 1, &order->tid[i]) != 1)
            fail("cannot spawn a task on each host: is the program in PVM_PATH?");
}

static void read_arguments(int argc, char **argv, struct order *order)
{
    int option;

    while ((option = getopt(argc, argv, "n:b:")) != -1) {
        if (option == 'n')
            order->rounds = atoi(optarg);
        else if (option == 'b')
            order->bytes = atoi(optarg);
        else
            fail("usage: alltoall [-n ROUNDS] [-b BYTES]");
    }
    if (order->rounds < 1 || order->rounds > ROUNDS_MAX || order->bytes < 1 || order->bytes > BYTES_MAX
        || optind != argc)
        fail("usage: alltoall [-n ROUNDS] [-b BYTES], ROUNDS from 1 to 1000, BYTES from 1 to 100000");
}

int main(int argc, char **argv)
{
    struct order order = {.rounds = 1, .bytes = 1000};
    int all, right = 0;

    if (pvm_mytid() < 0)
        fail("cannot enrol in PVM: is a machine running?");
    if (pvm_parent() != PvmNoParent)
        return take_part();
    read_arguments(argc, argv, &order);
    spawn_all(&order);
    pvm_initsend(PvmDataRaw);
    pvm_pkbyte((char *)&order, sizeof order, 1);
    pvm_mcast(order.tid, order.tasks, TAG_ORDER);
    for (int i = 0; i < order.tasks; i++) {
        int of_one;

        await(order.tid[i], TAG_RESULT);
        pvm_upkint(&of_one, 1, 1);
        right += of_one;
    }
    all = order.rounds * order.tasks * (order.tasks - 1);
    if (right != all)
        fail("a block is wrong");
    printf("alltoall: %d tasks, %d messages\n", order.tasks, all);
    pvm_exit();
    return 0;
}
