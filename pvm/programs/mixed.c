/*
 * mixed: a program that says itself what is sealed; linked with libsecpvm_pvm3.
 *
 *     mixed mix STRING OPEN    STRING in a sealed message, OPEN in a plain one
 *     mixed refuse [direct]    the master takes sealed messages only, the partner, on this
 *                              host, sends a plain one
 *     mixed unpatched STRING   STRING sealed to a partner without the library: `secret`
 *     mixed keys               the keys for programs
 *     mixed raw                the daemons' own secret: prints it
 *     mixed again COMMAND      leaves PVM, runs COMMAND, which starts another machine, and is
 *                              a task of that
 *
 * Prints "ok" and exits with 0 if all is as it should be.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "pair.h"

#include <secpvm_pvm3.h>

#define STRING_MAX 1000

enum tag { TAG_SEALED = 10, TAG_OPEN, TAG_KEYS, TAG_ENDED };

static char string[STRING_MAX + 1], other[STRING_MAX + 1];

static void check(int condition, const char *what)
{
    if (!condition)
        pair_fail(what);
}

static void send_string(int to, int tag, int encoding, char *text)
{
    check(pvm_initsend(encoding) > 0 && pvm_pkstr(text) == 0 && pvm_send(to, tag) == 0,
          "cannot send");
}

static void receive_string(int from, int tag, char *text)
{
    struct timeval patience = {PAIR_PATIENCE_S, 0};

    check(pvm_trecv(from, tag, &patience) > 0 && pvm_upkstr(text) == 0, "cannot receive");
}

/* ---- The partner ----------------------------------------------------------- */

static void answer_mix(int master)
{
    receive_string(master, TAG_SEALED, string);
    receive_string(master, TAG_OPEN, other);
    send_string(master, TAG_OPEN, PvmDataRaw, other);
    send_string(master, TAG_SEALED, PvmDataRaw_CipherChaCha20Poly1305, string);
}

static void answer_keys(int master)
{
    unsigned char keys[2][PVM_SESSKEY_LEN];
    unsigned int epoch;

    check(pvm_getsesskey(keys[0], &epoch) == PvmOk
              && pvm_gettaskkey(pvm_mytid(), keys[1], NULL) == PvmOk,
          "no keys");
    pvm_initsend(PvmDataDefault_CipherAES256GCM);
    pvm_pkbyte((char *)keys, sizeof keys, 1);
    pvm_pkuint(&epoch, 1, 1);
    pvm_send(master, TAG_KEYS);
}

static int be_partner(const char *what)
{
    int master = pvm_parent();

    if (strcmp(what, "mix") == 0)
        answer_mix(master);
    else if (strcmp(what, "keys") == 0)
        answer_keys(master);
    else {
        if (strcmp(what, "direct") == 0)
            pvm_setopt(PvmRoute, PvmRouteDirect);
        send_string(master, TAG_OPEN, PvmDataDefault, "nobody sealed this");
    }
    pvm_exit();
    return 0;
}

/* ---- The master ------------------------------------------------------------ */

static int start(char *what, int flags)
{
    char *arguments[] = {what, NULL};
    int partner;

    check(pvm_spawn("mixed", arguments, flags, ".", 1, &partner) == 1, "cannot spawn the partner");
    return partner;
}

static void mix(char *sealed, char *open)
{
    int partner = start("mix", PvmTaskHost | PvmHostCompl);

    send_string(partner, TAG_SEALED, PvmDataDefault_CipherAES256GCM, sealed);
    send_string(partner, TAG_OPEN, PvmDataDefault, open);
    receive_string(partner, TAG_SEALED, string);
    receive_string(partner, TAG_OPEN, other);
    check(strcmp(string, sealed) == 0 && strcmp(other, open) == 0, "another string");
    check(pvm_initsend(0x7f00) == PvmBadParam, "an unknown suite");
}

/* The daemon's word that a task has ended comes after what that task has sent. */
static void await_end(int partner)
{
    struct timeval patience = {PAIR_PATIENCE_S, 0};

    check(pvm_notify(PvmTaskExit, TAG_ENDED, 1, &partner) == 0
              && pvm_trecv(-1, TAG_ENDED, &patience) > 0,
          "the partner does not end");
}

static void refuse(int direct)
{
    check(pvm_setsecurity(3) == PvmBadParam && pvm_setsecurity(PvmSecurityRequire) >= 0,
          "pvm_setsecurity");
    await_end(start(direct ? "direct" : "plain", PvmTaskHost));
    check(pvm_nrecv(-1, -1) == 0, "a plain message was taken");
    check(pvm_setsecurity(PvmSecurityAccept) == PvmDenied, "it would take plain messages");
}

static void unpatched(char *sealed)
{
    int partner;

    pvm_catchout(stdout); /* it says that it can't */
    check(pvm_spawn("secret", NULL, PvmTaskHost, ".", 1, &partner) == 1, "cannot spawn secret");
    send_string(partner, PAIR_REQUEST, PvmDataDefault_CipherAES256GCM, sealed);
    await_end(partner);
    check(pvm_nrecv(-1, -1) == 0, "it could read the message");
}

static void keys(void)
{
    unsigned char own[PVM_SESSKEY_LEN], theirs[PVM_SESSKEY_LEN], told[2][PVM_SESSKEY_LEN];
    unsigned int epoch, told_epoch;
    int partner = start("keys", PvmTaskHost | PvmHostCompl);
    struct timeval patience = {PAIR_PATIENCE_S, 0};

    check(pvm_trecv(partner, TAG_KEYS, &patience) > 0, "no answer");
    pvm_upkbyte((char *)told, sizeof told, 1);
    pvm_upkuint(&told_epoch, 1, 1);
    check(pvm_getsesskey(own, &epoch) == PvmOk && epoch == told_epoch
              && memcmp(own, told[0], sizeof own) == 0,
          "the key of all is another there");
    check(pvm_gettaskkey(partner, theirs, NULL) == PvmOk
              && memcmp(theirs, told[1], sizeof theirs) == 0,
          "the partner's key is another there");
    check(memcmp(own, theirs, sizeof own) != 0 && pvm_gettaskkey(pvm_mytid(), own, NULL) == PvmOk
              && memcmp(own, theirs, sizeof own) != 0,
          "two keys are one");
    check(pvm_gettaskkey(0, own, NULL) == PvmBadParam, "a key of no task");
}

static void raw(void)
{
    unsigned char key[PVM_SESSKEY_LEN], own[PVM_SESSKEY_LEN];
    size_t i;

    check(pvm_getsesskey_raw(key, NULL) == PvmOk, "no raw key");
    check(pvm_getsesskey(own, NULL) == PvmOk && memcmp(key, own, sizeof key) != 0,
          "the key for programs is the raw one");
    for (i = 0; i < sizeof key; i++)
        printf("%02x", key[i]);
    printf("\n");
}

static void send_to_itself(void)
{
    send_string(pvm_mytid(), TAG_SEALED, PvmDataDefault_CipherAES256GCM, "myself");
    receive_string(pvm_mytid(), TAG_SEALED, string);
}

static void again(const char *command)
{
    unsigned char before[PVM_SESSKEY_LEN], now[PVM_SESSKEY_LEN];

    pvm_setsecurity(PvmSecurityRequire);
    check(pvm_getsesskey(before, NULL) == PvmOk, "no key");
    send_to_itself();
    pvm_exit();
    check(system(command) == 0 && pvm_mytid() > 0, "no other machine");
    send_to_itself();
    check(pvm_getsesskey(now, NULL) == PvmOk && memcmp(before, now, sizeof now) != 0,
          "the key is the other machine's");
}

int main(int argc, char **argv)
{
    if (pvm_mytid() < 0)
        pair_fail("cannot enrol in PVM: is a machine running?");
    if (pair_is_partner())
        return be_partner(argv[1]);
    if (argc == 4 && strcmp(argv[1], "mix") == 0)
        mix(argv[2], argv[3]);
    else if (argc >= 2 && strcmp(argv[1], "refuse") == 0)
        refuse(argc > 2);
    else if (argc == 3 && strcmp(argv[1], "unpatched") == 0)
        unpatched(argv[2]);
    else if (argc == 2 && strcmp(argv[1], "keys") == 0)
        keys();
    else if (argc == 2 && strcmp(argv[1], "raw") == 0)
        raw();
    else if (argc == 3 && strcmp(argv[1], "again") == 0)
        again(argv[2]);
    else
        pair_fail("usage: mixed mix STRING OPEN | refuse [direct] | unpatched STRING | keys | raw"
                  " | again COMMAND");
    pvm_exit();
    printf("ok\n");
    return 0;
}
