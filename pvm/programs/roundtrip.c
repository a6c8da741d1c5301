/*
 * roundtrip: how long a message and its answer take, between two hosts, through the daemons.
 *
 *     roundtrip [-e] [-d | -s] [-n SAMPLES]   each size of the table below: a line "BYTES MEDIAN"
 *     roundtrip [-e] [-d | -s] -i             on request: for each line "BYTES SAMPLES" on standard
 *                                             input a line "BYTES TIME TIME ..."
 *
 * With -d the two tasks ask for a direct route; with -s both are on the same host.
 *
 * Times are in microseconds, from the call that sends the message to the return of the one that
 * receives the answer; packing is not included. The answer has 4 bytes, as in PVM's own `timing`;
 * with -e it is as long as the message. Data is PvmDataRaw.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <time.h>
#include <unistd.h>

#include "pair.h"

#define BYTES_MAX 16000000
#define SAMPLES_MAX 10000
#define ANSWER_LEN 4
#define WARM_UP 2
#define USAGE "usage: roundtrip [-e] [-d | -s] [-i | -n SAMPLES]"

static const int SIZES[] = {100, 1000, 10000, 100000, 1000000};

static char payload[BYTES_MAX];

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Answer every request; its first item says how long the answer is to be. Ends with PVM. */
static void answer_requests(void)
{
    int master = pvm_parent();

    /* The master alone chooses the route. */
    pvm_setopt(PvmRoute, PvmAllowDirect);
    for (;;) {
        int answer_len;

        if (pvm_recv(master, PAIR_REQUEST) < 0)
            exit(0);
        pvm_upkint(&answer_len, 1, 1);
        pvm_initsend(PvmDataRaw);
        pvm_pkbyte(payload, answer_len, 1);
        pvm_send(master, PAIR_ANSWER);
    }
}

/* One round trip of a message of `bytes` bytes (4 at least), in microseconds. */
static double round_trip(int partner, int bytes, int echo)
{
    int answer_len = echo ? bytes : ANSWER_LEN;
    double start;

    pvm_initsend(PvmDataRaw);
    pvm_pkint(&answer_len, 1, 1);
    pvm_pkbyte(payload, bytes - (int)sizeof answer_len, 1);
    start = now_us();
    if (pvm_send(partner, PAIR_REQUEST) < 0)
        pair_fail("cannot send");
    pair_await_answer(partner);
    return now_us() - start;
}

static void sample(int partner, int bytes, int echo, double *times, int samples)
{
    for (int i = 0; i < WARM_UP; i++)
        round_trip(partner, bytes, echo);
    for (int i = 0; i < samples; i++)
        times[i] = round_trip(partner, bytes, echo);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *times, int samples)
{
    qsort(times, (size_t)samples, sizeof *times, ascending);
    return samples % 2 ? times[samples / 2] : (times[samples / 2 - 1] + times[samples / 2]) / 2;
}

static void serve_requests(int partner, int echo, double *times)
{
    char line[64];

    while (fgets(line, sizeof line, stdin) != NULL) {
        int bytes, samples;

        if (sscanf(line, "%d %d", &bytes, &samples) != 2 || bytes < ANSWER_LEN || bytes > BYTES_MAX || samples < 1 ||
            samples > SAMPLES_MAX)
            pair_fail("a request is a line: BYTES (4 to 16000000) SAMPLES (1 to 10000)");
        sample(partner, bytes, echo, times, samples);
        printf("%d", bytes);
        for (int i = 0; i < samples; i++)
            printf(" %.1f", times[i]);
        printf("\n");
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    static double times[SAMPLES_MAX];
    int echo = 0, interactive = 0, same_host = 0, samples = 20, option, partner;

    pair_enrol();
    if (pair_is_partner())
        answer_requests();
    while ((option = getopt(argc, argv, "dein:s")) != -1) {
        if (option == 'd')
            pvm_setopt(PvmRoute, PvmRouteDirect);
        else if (option == 'e')
            echo = 1;
        else if (option == 'i')
            interactive = 1;
        else if (option == 'n')
            samples = atoi(optarg);
        else if (option == 's')
            same_host = 1;
        else
            pair_fail(USAGE);
    }
    if (samples < 1 || samples > SAMPLES_MAX || optind != argc)
        pair_fail(USAGE ", SAMPLES from 1 to 10000");
    partner = same_host ? pair_spawn_here(argv[0]) : pair_spawn(argv[0]);
    if (interactive) {
        serve_requests(partner, echo, times);
    } else {
        for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
            sample(partner, SIZES[i], echo, times, samples);
            printf("%d %.1f\n", SIZES[i], median(times, samples));
        }
    }
    pvm_kill(partner);
    pvm_exit();
    return 0;
}
