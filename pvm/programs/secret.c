/*
 * secret: send a known string to another host, and print the answer.
 *
 *     secret [STRING]
 *
 * The partner answers with the same string in upper case, so that each direction can be looked
 * for on the wire. Exit status 0 if the answer is the right one.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <ctype.h>

#include "pair.h"

#define STRING_MAX 1000

static void to_upper(char *string)
{
    for (; *string != '\0'; string++)
        *string = (char)toupper((unsigned char)*string);
}

static void answer_once(void)
{
    char string[STRING_MAX + 1];

    if (pvm_recv(pvm_parent(), PAIR_REQUEST) < 0 || pvm_upkstr(string) < 0)
        pair_fail("no request from the master");
    to_upper(string);
    pvm_initsend(PvmDataRaw);
    pvm_pkstr(string);
    pvm_send(pvm_parent(), PAIR_ANSWER);
    pvm_exit();
    exit(0);
}

int main(int argc, char **argv)
{
    static char given[STRING_MAX + 1] = "the eagle lands at midnight";
    char expected[STRING_MAX + 1], answer[STRING_MAX + 1];
    int partner;

    pair_enrol();
    if (pair_is_partner())
        answer_once();
    if (argc > 2 || (argc == 2 && strlen(argv[1]) > STRING_MAX))
        pair_fail("usage: secret [STRING], of at most 1000 bytes");
    if (argc == 2)
        strcpy(given, argv[1]);
    partner = pair_spawn(argv[0]);
    pvm_initsend(PvmDataRaw);
    pvm_pkstr(given);
    if (pvm_send(partner, PAIR_REQUEST) < 0)
        pair_fail("cannot send");
    pair_await_answer(partner);
    pvm_upkstr(answer);
    strcpy(expected, given);
    to_upper(expected);
    if (strcmp(answer, expected) != 0)
        pair_fail("the answer is wrong");
    printf("%s\n", answer);
    pvm_exit();
    return 0;
}
