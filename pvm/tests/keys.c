/*
 * Tests of the files of static keys, and of a join by them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../join/keys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../join/hex.h"
#include "../join/messages.h"
#include "check.h"

#define ONES "1111111111111111111111111111111111111111111111111111111111111111"
#define TWOS "2222222222222222222222222222222222222222222222222222222222222222"

#define CONTEXT "-s -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000"

static char folder[] = "/tmp/secpvm-keys-XXXXXX";
static char reason[REASON_CAP];

static void path_of(const char *file, char path[128])
{
    snprintf(path, 128, "%s/secpvm/%s", folder, file);
}

static void put(const char *file, const char *text, mode_t mode)
{
    char path[128];
    FILE *to;

    path_of(file, path);
    to = fopen(path, "w");
    if (to == NULL || fputs(text, to) < 0 || fclose(to) != 0 || chmod(path, mode) == -1)
        abort();
}

static void take_away(const char *file)
{
    char path[128];

    path_of(file, path);
    (void)unlink(path);
}

static bool own_is_refused(const char *text, mode_t mode, const char *expected)
{
    uint8_t key[SECPVM_NOISE_KEY_LEN];

    put("key", text, mode);
    return keys_read_own(key, reason) == -1 && strstr(reason, expected) != NULL;
}

static void check_own(void)
{
    uint8_t key[SECPVM_NOISE_KEY_LEN], expected[SECPVM_NOISE_KEY_LEN];

    check(keys_read_own(key, reason) == -1 && strstr(reason, "secpvm keygen") != NULL,
          "without a key: how to make one");
    put("key", "secpvm-private-key " ONES "\n", 0600);
    hex_decode(ONES, expected, sizeof expected);
    check(keys_read_own(key, reason) == 0 && memcmp(key, expected, sizeof key) == 0,
          "a key is read");
    check(own_is_refused("secpvm-private-key " ONES "\n", 0640, "not yours alone (mode 0640)")
              && own_is_refused("secpvm-private-key " ONES "\n", 0604, "not yours alone"),
          "one that others can read is refused");
    check(own_is_refused("", 0600, "holds no key")
              && own_is_refused("secpvm-private-key " ONES, 0600, "holds no key")
              && own_is_refused("secpvm-private-key " ONES "\n\n", 0600, "holds no key")
              && own_is_refused("secpvm-private-kex " ONES "\n", 0600, "holds no key")
              && own_is_refused("secpvm-private-key 0123\n", 0600, "holds no key"),
          "what is none is refused");
    take_away("key");
}

static bool host_is_refused(const char *text, const char *expected)
{
    struct known known;

    put("known-hosts", text, 0600);
    return keys_find_host("host2", &known, reason) == -1 && strstr(reason, expected) != NULL;
}

static void check_known(void)
{
    uint8_t ones[SECPVM_NOISE_KEY_LEN], twos[SECPVM_NOISE_KEY_LEN];
    struct known known;
    char long_line[700];

    hex_decode(ONES, ones, sizeof ones);
    hex_decode(TWOS, twos, sizeof twos);
    check(keys_find_host("host2", &known, reason) == -1
              && strstr(reason, "secpvm known-hosts add host2 KEY") != NULL,
          "a host that is not listed: what to do");
    put("known-hosts", "# ours\n\nhost1 " ONES "\n  host2\t" TWOS " \n", 0644);
    check(keys_find_host("host2", &known, reason) == 0 && known.line == 4
              && memcmp(known.key, twos, sizeof twos) == 0,
          "one that is, and where");
    check(host_is_refused("host2 " ONES "\nhost3\n", "known-hosts:2: ")
              && host_is_refused("host2 " ONES "\nhost3 123\n", "known-hosts:2: ")
              && host_is_refused("host2 " ONES "\nhost3 " TWOS " x\n", "known-hosts:2: ")
              && host_is_refused("host2 " ONES "\n#\nhost2 " ONES "\n",
                                 "known-hosts:3: host2 stands in line 1 already"),
          "a bad line is named");
    memset(long_line, 'h', sizeof long_line);
    long_line[sizeof long_line - 1] = '\0';
    check(host_is_refused(long_line, "known-hosts:1: "), "so is one that is too long");
    put("known-hosts", "host2 " ONES "\n", 0664);
    check(keys_find_host("host2", &known, reason) == -1
              && strstr(reason, "not yours alone") != NULL,
          "a list that others can write is refused");

    check(!keys_lists_masters() && keys_check_master(ones, reason) == -1,
          "without a list there are no masters");
    put("known-masters", "host1 " ONES "\n", 0600);
    check(keys_lists_masters() && keys_check_master(ones, reason) == 0, "a master that is listed");
    check(keys_check_master(twos, reason) == -1
              && strstr(reason, "secpvm known-masters add NAME KEY") != NULL,
          "one that is not");
    put("known-masters", "host1 " ONES "\nnonsense\n", 0600);
    check(keys_check_master(ones, reason) == -1, "no master at all if the list is bad");
    take_away("known-masters");
    take_away("known-hosts");
}

static void check_fingerprint(void)
{
    static const uint8_t zeros[SECPVM_NOISE_KEY_LEN];
    char text[FINGERPRINT_CAP];

    keys_fingerprint(zeros, text);
    check(strcmp(text, "6668-7aad-f862-bd77-6c8f-c18b-8e9f-8e20") == 0,
          "a fingerprint is the beginning of the key's SHA-256");
}

static void check_places(void)
{
    char path[128];

    setenv("XDG_CONFIG_HOME", "not/absolute", 1);
    setenv("HOME", folder, 1);
    snprintf(path, sizeof path, "%s/.config", folder);
    mkdir(path, 0700);
    strcat(path, "/secpvm");
    mkdir(path, 0700);
    strcat(path, "/known-masters");
    fclose(fopen(path, "w"));
    check(keys_lists_masters(), "~/.config, where XDG_CONFIG_HOME is no absolute path");
    unlink(path);
    check(!keys_lists_masters(), "and nowhere else");
    setenv("HOME", "", 1);
    check(keys_lists_masters(), "where it cannot be told, no master is trusted");
    *strrchr(path, '/') = '\0';
    rmdir(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
}

/* ---- A join by keys -------------------------------------------------------- */

static uint8_t master[SECPVM_NOISE_KEY_LEN] = {8}, host[SECPVM_NOISE_KEY_LEN] = {16};
static uint8_t host_public[SECPVM_NOISE_KEY_LEN];

/* Message `number`, from one side to the other, its byte `at` altered if that is not -1. */
static secpvm_status pass(struct messages *from, struct messages *to, int number, int at)
{
    uint8_t message[MESSAGES_LEN_MAX];
    size_t len;

    if (messages_write(from, number, message, &len) != SECPVM_OK)
        abort();
    if (at >= 0)
        message[(size_t)at % len] ^= 1;
    return messages_read(to, number, message, len);
}

/* A whole join, with the responder's context and one message altered, if any. */
static secpvm_status join(const struct grant *grant, const char *context, int altered,
                          struct grant *received)
{
    struct messages sides[2]; /* the initiator, the responder */
    uint8_t peer[SECPVM_NOISE_KEY_LEN], master_public[SECPVM_NOISE_KEY_LEN];
    secpvm_status status = SECPVM_OK;
    int number;

    if (messages_initiator_keyed(&sides[0], CONTEXT, grant, master, host_public) != SECPVM_OK
        || messages_responder_keyed(&sides[1], context, host) != SECPVM_OK
        || keys_public(master, master_public) != SECPVM_OK)
        abort();
    for (number = 1; number <= MESSAGES_LAST && status == SECPVM_OK; number++) {
        int from = number % 2 == 1 ? 0 : 1;

        status = pass(&sides[from], &sides[1 - from], number, number == altered ? 40 : -1);
        if (status == SECPVM_OK && number == 1
            && (messages_peer(&sides[1], peer) != SECPVM_OK
                || memcmp(peer, master_public, sizeof peer) != 0))
            abort();
    }
    if (status == SECPVM_OK)
        status = messages_finish(&sides[1], received);
    messages_free(&sides[0]);
    messages_free(&sides[1]);
    return status;
}

static void check_join(void)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {7};
    struct grant grant = {.member_key = {9}}, received;
    uint8_t other[SECPVM_NOISE_KEY_LEN] = {32};
    secpvm_suite_info suite;
    int number;
    bool all = true;

    if (secpvm_suite_at(0, &suite) != SECPVM_OK
        || secpvm_session_generate(suite.id, entropy, grant.session) != SECPVM_OK
        || keys_public(host, host_public) != SECPVM_OK)
        abort();
    check(join(&grant, CONTEXT, 0, &received) == SECPVM_OK
              && memcmp(&received, &grant, sizeof grant) == 0,
          "the session arrives");
    for (number = 1; number <= MESSAGES_LAST; number++)
        all = all && join(&grant, CONTEXT, number, &received) == SECPVM_REJECTED_FORGED;
    check(all, "an altered message is rejected");
    check(join(&grant, "-s -d0x0 -nhost3", 0, &received) == SECPVM_REJECTED_FORGED,
          "so is another context");
    keys_public(other, host_public);
    check(join(&grant, CONTEXT, 0, &received) == SECPVM_REJECTED_FORGED,
          "so is what is made for another host's key");
}

int main(void)
{
    char path[128];

    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/secpvm", folder);
    mkdir(path, 0700);
    setenv("XDG_CONFIG_HOME", folder, 1);
    check_own();
    check_known();
    check_fingerprint();
    check_join();
    check_places();
    rmdir(path);
    rmdir(folder);
    return check_end();
}
