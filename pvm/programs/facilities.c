/*
 * facilities: what PVM offers to programs, each with a known string in it.
 *
 *     facilities [-d] [-e ENCODING] FACILITY STRING
 *
 * The master starts two partners, one on this host and one on another, and passes STRING
 * by the facility. It prints "FACILITY: ok" and exits with 0 if everything came as it was
 * sent. With -d by direct routes; ENCODING is that of `send`, a number (pvm_initsend).
 *
 *     send      pvm_send of packed data, of 2 MB too, and the same buffer sent on
 *     psend     pvm_psend and pvm_precv
 *     mcast     pvm_mcast
 *     group     a group: pvm_barrier, pvm_bcast, pvm_reduce, pvm_gather
 *     self      pvm_send to itself
 *     mailbox   pvm_putinfo and pvm_recvinfo
 *     output    what a partner prints: pvm_catchout
 *     notify    pvm_notify of a partner's end
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <unistd.h>

#include "pair.h"

#define STRING_MAX 1000
#define NUMBERS 250000
#define PARTNERS 2
#define GROUP "facilities"

enum tag { TAG_ARGUMENTS = 10, TAG_DATA, TAG_BACK, TAG_ENDED, TAG_SELF };

static int tids[PARTNERS], encoding = PvmDataDefault, master;
static char facility[32], string[STRING_MAX + 1], found[STRING_MAX + 1];
static double numbers[NUMBERS];

static void check(int condition, const char *what)
{
    if (!condition)
        pair_fail(what);
}

static void await(int from, int tag)
{
    struct timeval patience = {PAIR_PATIENCE_S, 0};

    check(pvm_trecv(from, tag, &patience) > 0, "a message does not come");
}

/* ---- Packed data ----------------------------------------------------------- */

static short shorts[3] = {1, -2, 3};
static char bytes[7] = "abcdef";
static char text[STRING_MAX + 1];

/* Data in place stay where they are until they are sent. */
static void pack(void)
{
    int len = (int)strlen(string) + 1, i;

    for (i = 0; i < NUMBERS; i++)
        numbers[i] = i * 0.5;
    strcpy(text, string);
    check(pvm_initsend(encoding) > 0, "no such encoding");
    pvm_pkbyte(bytes, 7, 1);
    pvm_pkshort(shorts, 3, 1);
    pvm_pkdouble(numbers, NUMBERS, 1);
    pvm_pkbyte(text, len, 1);
}

static void unpack(void)
{
    static char more_bytes[7];
    static short more_shorts[3];
    int i;

    memset(found, 0, sizeof found);
    check(pvm_upkbyte(more_bytes, 7, 1) == 0 && memcmp(more_bytes, bytes, 7) == 0, "bytes");
    check(pvm_upkshort(more_shorts, 3, 1) == 0 && memcmp(more_shorts, shorts, sizeof shorts) == 0,
          "shorts");
    check(pvm_upkdouble(numbers, NUMBERS, 1) == 0, "numbers");
    for (i = 0; i < NUMBERS; i++)
        check(numbers[i] == i * 0.5, "a number");
    check(pvm_upkbyte(found, (int)strlen(string) + 1, 1) == 0 && strcmp(found, string) == 0,
          "the string");
}

static void send_there_and_back(void)
{
    int i, round, len;

    for (round = 0; round < 3; round++) {
        pack();
        for (i = 0; i < PARTNERS; i++)
            check(pvm_send(tids[i], TAG_DATA) == 0, "pvm_send");
        for (i = 0; i < PARTNERS; i++) {
            await(tids[i], TAG_BACK);
            pvm_bufinfo(pvm_getrbuf(), &len, NULL, NULL);
            check(len > (int)sizeof numbers, "its length");
            unpack();
        }
    }
}

/* The partner sends the buffer on as it has received it. */
static void answer_send(void)
{
    int round;

    for (round = 0; round < 3; round++) {
        await(master, TAG_DATA);
        pvm_setsbuf(pvm_setrbuf(0));
        check(pvm_send(master, TAG_BACK) == 0, "pvm_send of a received buffer");
        pvm_freebuf(pvm_setsbuf(0));
    }
}

/* ---- The others ------------------------------------------------------------ */

static void expect_string(void)
{
    check(strcmp(found, string) == 0, "another string");
}

static void psend(void)
{
    int len = (int)strlen(string) + 1, i;

    for (i = 0; i < PARTNERS; i++) {
        check(pvm_psend(tids[i], TAG_DATA, string, len, PVM_BYTE) == 0, "pvm_psend");
        check(pvm_precv(tids[i], TAG_BACK, found, len, PVM_BYTE, NULL, NULL, NULL) == 0,
              "pvm_precv");
        expect_string();
    }
}

static void answer_psend(void)
{
    int len = (int)strlen(string) + 1;

    check(pvm_precv(master, TAG_DATA, found, len, PVM_BYTE, NULL, NULL, NULL) == 0, "pvm_precv");
    check(pvm_psend(master, TAG_BACK, found, len, PVM_BYTE) == 0, "pvm_psend");
}

static void mcast(void)
{
    int i;

    pvm_initsend(PvmDataRaw);
    pvm_pkstr(string);
    check(pvm_mcast(tids, PARTNERS, TAG_DATA) == 0, "pvm_mcast");
    for (i = 0; i < PARTNERS; i++) {
        await(tids[i], TAG_BACK);
        check(pvm_upkstr(found) == 0, "pvm_upkstr");
        expect_string();
    }
}

static void answer_mcast(void)
{
    await(master, TAG_DATA);
    check(pvm_upkstr(found) == 0, "pvm_upkstr");
    pvm_initsend(PvmDataRaw);
    pvm_pkstr(found);
    check(pvm_mcast(&master, 1, TAG_BACK) == 0, "pvm_mcast");
}

/* All of the group do the same; the string is packed as bytes that are gathered, too. */
static void group(void)
{
    static char gathered[(PARTNERS + 1) * (STRING_MAX + 1)];
    int instance = pvm_joingroup(GROUP);
    int len = (int)strlen(string) + 1, sum = 1, i;

    check(instance >= 0, "pvm_joingroup");
    check(pvm_barrier(GROUP, PARTNERS + 1) >= 0, "pvm_barrier");
    if (instance == 0) {
        pvm_initsend(PvmDataDefault);
        pvm_pkstr(string);
        check(pvm_bcast(GROUP, TAG_DATA) >= 0, "pvm_bcast");
    } else {
        await(-1, TAG_DATA);
        check(pvm_upkstr(found) == 0, "pvm_upkstr");
        expect_string();
    }
    check(pvm_reduce(PvmSum, &sum, 1, PVM_INT, TAG_BACK, GROUP, 0) >= 0, "pvm_reduce");
    check(instance != 0 || sum == PARTNERS + 1, "the sum");
    check(pvm_gather(gathered, string, len, PVM_BYTE, TAG_SELF, GROUP, 0) >= 0, "pvm_gather");
    for (i = 0; instance == 0 && i <= PARTNERS; i++)
        check(strcmp(gathered + i * len, string) == 0, "what was gathered");
    check(pvm_barrier(GROUP, PARTNERS + 1) >= 0, "pvm_barrier");
    check(pvm_lvgroup(GROUP) >= 0, "pvm_lvgroup");
}

static void self(void)
{
    pvm_initsend(PvmDataDefault);
    pvm_pkstr(string);
    check(pvm_send(pvm_mytid(), TAG_SELF) == 0, "pvm_send");
    await(pvm_mytid(), TAG_SELF);
    check(pvm_upkstr(found) == 0, "pvm_upkstr");
    expect_string();
}

/* The partner on the other host puts it in; the master waits for its word. */
static void mailbox(void)
{
    int i, buffer;

    for (i = 0; i < PARTNERS; i++)
        await(tids[i], TAG_BACK);
    buffer = pvm_recvinfo(GROUP, 0, PvmMboxDefault);
    check(buffer > 0, "pvm_recvinfo");
    pvm_setrbuf(buffer);
    check(pvm_upkstr(found) == 0, "pvm_upkstr");
    expect_string();
}

static void answer_mailbox(void)
{
    int buffer = pvm_initsend(PvmDataDefault);

    pvm_pkstr(string);
    check(pvm_putinfo(GROUP, buffer, PvmMboxMultiInstance | PvmMboxPersistent) >= 0, "pvm_putinfo");
    pvm_initsend(PvmDataDefault);
    check(pvm_send(master, TAG_BACK) == 0, "pvm_send");
}

static void notify(void)
{
    int i, ended;

    check(pvm_notify(PvmTaskExit, TAG_ENDED, PARTNERS, tids) == 0, "pvm_notify");
    pvm_initsend(PvmDataDefault);
    for (i = 0; i < PARTNERS; i++)
        pvm_send(tids[i], TAG_DATA);
    for (i = 0; i < PARTNERS; i++) {
        await(-1, TAG_ENDED);
        check(pvm_upkint(&ended, 1, 1) == 0 && (ended == tids[0] || ended == tids[1]), "who ended");
    }
}

static void await_word(void)
{
    await(master, TAG_DATA);
}

/* pvm_exit waits for the output of the partners. */
static void output(void)
{
}

static void answer_output(void)
{
    printf("%s\n", string);
    fflush(stdout);
}

static const struct {
    const char *name;
    void (*begin)(void);
    void (*answer)(void);
} facilities[] = {
    {"send", send_there_and_back, answer_send},
    {"psend", psend, answer_psend},
    {"mcast", mcast, answer_mcast},
    {"group", group, group},
    {"self", self, self},
    {"mailbox", mailbox, answer_mailbox},
    {"output", output, answer_output},
    {"notify", notify, await_word},
};

static void do_it(void)
{
    size_t i;

    for (i = 0; i < sizeof facilities / sizeof facilities[0]; i++)
        if (strcmp(facilities[i].name, facility) == 0) {
            (pvm_parent() == PvmNoParent ? facilities[i].begin : facilities[i].answer)();
            return;
        }
    pair_fail("there is no such facility");
}

/* ---- Starting -------------------------------------------------------------- */

static void tell_partners(int route)
{
    pvm_initsend(PvmDataDefault);
    pvm_pkint(&route, 1, 1);
    pvm_pkstr(facility);
    pvm_pkstr(string);
    pvm_send(tids[0], TAG_ARGUMENTS);
    pvm_send(tids[1], TAG_ARGUMENTS);
}

static void learn_from_master(void)
{
    int route;

    master = pvm_parent();
    await(master, TAG_ARGUMENTS);
    pvm_upkint(&route, 1, 1);
    pvm_upkstr(facility);
    pvm_upkstr(string);
    pvm_setopt(PvmRoute, route);
}

int main(int argc, char **argv)
{
    int route = PvmDontRoute, option;

    if (pvm_mytid() < 0)
        pair_fail("cannot enrol in PVM: is a machine running?");
    if (pair_is_partner()) {
        learn_from_master();
        do_it();
        pvm_exit();
        return 0;
    }
    while ((option = getopt(argc, argv, "de:")) != -1)
        if (option == 'd')
            route = PvmRouteDirect;
        else if (option == 'e')
            encoding = (int)strtol(optarg, NULL, 0);
        else
            pair_fail("usage: facilities [-d] [-e ENCODING] FACILITY STRING");
    if (argc - optind != 2 || strlen(argv[optind]) >= sizeof facility
        || strlen(argv[optind + 1]) > STRING_MAX)
        pair_fail("usage: facilities [-d] [-e ENCODING] FACILITY STRING");
    strcpy(facility, argv[optind]);
    strcpy(string, argv[optind + 1]);
    pvm_setopt(PvmRoute, route);
    pvm_catchout(stdout);
    tids[0] = pair_spawn(argv[0]);
    tids[1] = pair_spawn_here(argv[0]);
    tell_partners(route);
    do_it();
    pvm_exit();
    printf("%s: ok\n", facility);
    return 0;
}
