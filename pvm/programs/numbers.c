/*
 * numbers: numbered messages to another host, each of which has to come once, and in its turn.
 *
 *     numbers
 *
 * Reads how many messages to send, a number a line, until its input ends, and answers each line when
 * they have come: "numbers: N in their turn", N of all so far. Ends with 1 at the first message that
 * is not the one whose turn it is: "numbers: A came in the place of B".
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "pair.h"

/* The partner answers after so many: PVM would hold any number of messages that wait in memory. */
#define BATCH 256

static void take_batches(void)
{
    int due = 0;

    for (;;) {
        int end, answer[2];

        if (pvm_recv(pvm_parent(), PAIR_REQUEST) < 0)
            exit(0);
        pvm_upkint(&answer[0], 1, 1);
        pvm_upkint(&end, 1, 1);
        answer[1] = due++;
        if (answer[0] == answer[1] && due != end)
            continue;
        pvm_initsend(PvmDataRaw);
        pvm_pkint(answer, 2, 1);
        pvm_send(pvm_parent(), PAIR_ANSWER);
    }
}

/* Send the messages from `first` to before `end`. */
static void send_batch(int partner, int first, int end)
{
    int answer[2] = {0, 0}, number;

    for (number = first; number < end; number++) {
        pvm_initsend(PvmDataRaw);
        pvm_pkint(&number, 1, 1);
        pvm_pkint(&end, 1, 1);
        if (pvm_send(partner, PAIR_REQUEST) < 0)
            pair_fail("cannot send");
    }
    pair_await_answer(partner);
    pvm_upkint(answer, 2, 1);
    if (answer[0] == answer[1])
        return;
    printf("numbers: %d came in the place of %d\n", answer[0], answer[1]);
    pvm_kill(partner);
    pvm_exit();
    exit(1);
}

int main(int argc, char **argv)
{
    int partner, wanted, next = 0;

    pair_enrol();
    if (pair_is_partner())
        take_batches();
    if (argc != 1)
        pair_fail("usage: numbers, and how many on standard input");
    partner = pair_spawn(argv[0]);
    while (scanf("%d", &wanted) == 1) {
        int last = next + wanted;

        while (next < last) {
            int end = last - next < BATCH ? last : next + BATCH;

            send_batch(partner, next, end);
            next = end;
        }
        printf("numbers: %d in their turn\n", next);
        fflush(stdout);
    }
    pvm_kill(partner);
    pvm_exit();
    return 0;
}
