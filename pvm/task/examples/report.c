/*
 * The example of the report, section 3.1, with what it needs to be a program: a message that
 * is sealed and one that is not, to a task on another host, which sends both back.
 *
 *     cc -o report report.c $(pkg-config --cflags --libs secpvm_pvm3)
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <pvm3.h>
#include <secpvm_pvm3.h>
#include <stdio.h>
#include <string.h>

#define PLAIN_TAG 4

/* What the other task does: an encoding is the sender's choice alone. */
static void answer(int tid)
{
    char secret[100], plain[100];

    pvm_recv(tid, 3);
    pvm_upkstr(secret);
    pvm_recv(tid, PLAIN_TAG);
    pvm_upkstr(plain);
    pvm_initsend(PvmDataDefault_CipherDES);
    pvm_pkstr(secret);
    pvm_pkstr(plain);
    pvm_send(tid, 3);
}

static void ask(int tid)
{
    char buffer[100], secret[100];
    int bufid, info, msgtag;

    /* The report's lines. */
    strcpy(buffer, "this is a secret message ");
    bufid = pvm_initsend(PvmDataDefault_CipherDES);
    info = pvm_pkstr(buffer);
    msgtag = 3;
    info = pvm_send(tid, msgtag);

    if (bufid < 0 || info < 0)
        return;
    pvm_initsend(PvmDataDefault);
    pvm_pkstr("this is a plain message");
    pvm_send(tid, PLAIN_TAG);
    pvm_recv(tid, msgtag);
    pvm_upkstr(secret);
    pvm_upkstr(buffer);
    printf("%s\n%s\n", secret, buffer);
}

int main(void)
{
    int tid = pvm_parent();

    if (tid != PvmNoParent)
        answer(tid);
    else if (pvm_spawn("report", NULL, PvmTaskHost | PvmHostCompl, ".", 1, &tid) == 1)
        ask(tid);
    pvm_exit();
    return 0;
}
