/*
 * vigil: a task on another host, and what PVM says of its end.
 *
 *     vigil HOST
 *
 * Spawns itself on HOST and prints "watching". The task there waits for ever. When PVM says that it
 * has ended, prints "task gone" and ends, with 0.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include <pvm3.h>

#define TAG_GONE 1

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "vigil: %s\n", what);
    pvm_exit();
    exit(1);
}

int main(int argc, char **argv)
{
    char name[] = "vigil";
    int watched;

    if (pvm_mytid() < 0)
        fail("cannot enrol in PVM: is a machine running?");
    if (pvm_parent() != PvmNoParent) {
        pvm_recv(-1, -1);
        return 0;
    }
    if (argc != 2)
        fail("usage: vigil HOST");
    if (pvm_spawn(name, NULL, PvmTaskHost, argv[1], 1, &watched) != 1)
        fail("cannot spawn a task there: is the program in PVM_PATH?");
    if (pvm_notify(PvmTaskExit, TAG_GONE, 1, &watched) < 0)
        fail("cannot be notified");
    printf("watching\n");
    fflush(stdout);
    if (pvm_recv(-1, TAG_GONE) < 0)
        fail("PVM has ended");
    printf("task gone\n");
    pvm_exit();
    return 0;
}
