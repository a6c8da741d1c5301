/*
 * workload: a long computation over two hosts whose result can be checked.
 *
 *     workload -s SECONDS | -n ROUNDS
 *
 * In each round the master sends a block of pseudo-random bytes, 1 to 20000 long, and the partner
 * answers with the round's number and the block's checksum (64-bit FNV-1a), which the master has
 * computed for itself. Prints "workload: N rounds, checksum X" and exits with 0 if all N answers were
 * right; the checksum, of all blocks, depends on N only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <inttypes.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "pair.h"

#define BLOCK_MAX 20000
#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static char block[BLOCK_MAX];

/* Carry on the checksum of what came before over `len` bytes. */
static uint64_t fnv1a(uint64_t checksum, const char *bytes, int len)
{
    for (int i = 0; i < len; i++)
        checksum = (checksum ^ (unsigned char)bytes[i]) * FNV_PRIME;
    return checksum;
}

/* xorshift64 (Marsaglia, 2003): the same blocks in every run. */
static uint64_t next_random(void)
{
    static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Fill the block anew; returns its length. */
static int next_block(void)
{
    int len = (int)(next_random() % BLOCK_MAX) + 1;

    for (int i = 0; i < len; i++)
        block[i] = (char)next_random();
    return len;
}

static void answer_requests(void)
{
    for (;;) {
        int round, len;
        uint64_t checksum;

        if (pvm_recv(pvm_parent(), PAIR_REQUEST) < 0)
            exit(0);
        pvm_upkint(&round, 1, 1);
        pvm_upkint(&len, 1, 1);
        if (len < 1 || len > BLOCK_MAX)
            pair_fail("a block of an impossible length");
        pvm_upkbyte(block, len, 1);
        checksum = fnv1a(FNV_OFFSET, block, len);
        pvm_initsend(PvmDataRaw);
        pvm_pkint(&round, 1, 1);
        pvm_pkbyte((char *)&checksum, sizeof checksum, 1);
        pvm_send(pvm_parent(), PAIR_ANSWER);
    }
}

static void play_round(int partner, int round, int len)
{
    uint64_t checksum = 0;
    int answered = 0;

    pvm_initsend(PvmDataRaw);
    pvm_pkint(&round, 1, 1);
    pvm_pkint(&len, 1, 1);
    pvm_pkbyte(block, len, 1);
    if (pvm_send(partner, PAIR_REQUEST) < 0)
        pair_fail("cannot send");
    pair_await_answer(partner);
    pvm_upkint(&answered, 1, 1);
    pvm_upkbyte((char *)&checksum, sizeof checksum, 1);
    if (answered != round || checksum != fnv1a(FNV_OFFSET, block, len))
        pair_fail("an answer is wrong");
}

int main(int argc, char **argv)
{
    uint64_t checksum = FNV_OFFSET;
    int partner, round, rounds = 0, seconds = 0;
    time_t end;

    pair_enrol();
    if (pair_is_partner())
        answer_requests();
    if (argc == 3 && strcmp(argv[1], "-n") == 0)
        rounds = atoi(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "-s") == 0)
        seconds = atoi(argv[2]);
    if (rounds < 1 && seconds < 1)
        pair_fail("usage: workload -s SECONDS | -n ROUNDS");
    partner = pair_spawn(argv[0]);
    end = time(NULL) + seconds;
    for (round = 0; seconds > 0 ? time(NULL) < end : round < rounds; round++) {
        int len = next_block();

        play_round(partner, round, len);
        checksum = fnv1a(checksum, block, len);
    }
    printf("workload: %d rounds, checksum %016" PRIx64 "\n", round, checksum);
    pvm_kill(partner);
    pvm_exit();
    return 0;
}
