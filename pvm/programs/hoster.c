/*
 * hoster: a task that starts hosts in pvmd's place.
 *
 *     hoster
 *
 * Registers (pvm_reg_hoster) and prints "registered". Then it runs what it is asked to with the
 * remote shell that PVM_RSH names, for one request, and prints "asked" and ends, with 0.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pvm3.h>
#include <pvmproto.h>

#define TEXT_CAP 1024

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "hoster: %s\n", what);
    pvm_exit();
    exit(1);
}

/* Run `command` on `host`; pvmd's line, or the name of PVM's error. */
static void start(const char *host, const char *command, char answer[TEXT_CAP])
{
    char line[3 * TEXT_CAP];
    FILE *output;

    strcpy(answer, "PvmCantStart");
    (void)snprintf(line, sizeof line, "%s %s '%s' < /dev/null", getenv("PVM_RSH"), host, command);
    output = popen(line, "r");
    if (output == NULL)
        fail("cannot run the remote shell");
    while (fgets(line, TEXT_CAP, output) != NULL)
        if (strncmp(line, "ddpro<", 6) == 0) {
            line[strcspn(line, "\n")] = '\0';
            strcpy(answer, line);
        }
    pclose(output);
}

/* The request: a count, and of each host its task id, options, login, command, another for
 * Windows, and PVM_VMID. The answer: the count, and of each its id and pvmd's line. */
static void serve(void)
{
    int request = pvm_recv(-1, SM_STHOST), answer = pvm_mkbuf(PvmDataDefault);
    int count, tid, from;
    char text[5][TEXT_CAP], line[TEXT_CAP];
    struct pvmminfo info, its_info;

    if (request < 0 || pvm_bufinfo(request, NULL, NULL, &from) < 0
        || pvm_getminfo(request, &info) < 0 || pvm_upkint(&count, 1, 1) < 0)
        fail("cannot read the request");
    pvm_setsbuf(answer);
    pvm_pkint(&count, 1, 1);
    while (count-- > 0) {
        if (pvm_unpackf("%d %s %s %s %s %s", &tid, text[0], text[1], text[2], text[3], text[4]) < 0)
            fail("cannot read the request");
        start(text[1], text[2], line);
        pvm_packf("%d %s", tid, line);
    }
    pvm_getminfo(answer, &its_info);
    its_info.wid = info.wid;
    pvm_setminfo(answer, &its_info);
    pvm_send(from, SM_STHOSTACK);
}

int main(void)
{
    if (pvm_mytid() < 0)
        fail("cannot enrol in PVM: is a machine running?");
    /* The answer's tag is one of PVM's own. */
    if (pvm_setopt(PvmResvTids, 1) < 0 || pvm_reg_hoster() < 0)
        fail("cannot register");
    printf("registered\n");
    fflush(stdout);
    serve();
    printf("asked\n");
    pvm_exit();
    return 0;
}
