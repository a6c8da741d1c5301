/*
 * addhosts: how long pvm_addhosts takes, for hosts that start at the same time.
 *
 *     addhosts
 *
 * For each line "COUNT" on standard input, host2 and its COUNT - 1 successors are added, and a line
 * "COUNT TIME" is printed, in microseconds; then they are deleted, and a line "deleted" is printed.
 * Their daemons may run on for a moment.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <time.h>

#include "pair.h"

#define HOSTS_MAX 31

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void add_and_delete(char *names[], int count)
{
    int infos[HOSTS_MAX];
    double start = now_us(), end;

    if (pvm_addhosts(names, count, infos) != count)
        pair_fail("not all hosts could be added");
    end = now_us();
    printf("%d %.1f\n", count, end - start);
    fflush(stdout);
    if (pvm_delhosts(names, count, infos) != count)
        pair_fail("not all hosts could be deleted");
    printf("deleted\n");
    fflush(stdout);
}

int main(void)
{
    static char text[HOSTS_MAX][sizeof "host99"];
    char *names[HOSTS_MAX];
    char line[64];

    pair_enrol();
    for (int i = 0; i < HOSTS_MAX; i++) {
        snprintf(text[i], sizeof text[i], "host%d", (i + 2) % 100);
        names[i] = text[i];
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        int count;

        if (sscanf(line, "%d", &count) != 1 || count < 1 || count > HOSTS_MAX)
            pair_fail("a request is a line: COUNT (1 to 31)");
        add_and_delete(names, count);
    }
    pvm_exit();
    return 0;
}
