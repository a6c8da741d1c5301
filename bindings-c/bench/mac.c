/* What a call costs: the MAC of 16 bytes here and through OpenSSL's EVP, in one run, in turn, by
 * medians. One JSON object on standard output. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "secpvm_core.h"

enum { ROUNDS = 51, CALLS = 4000, DATA_LEN = 16 };

static const uint8_t key[16] = "a shared secret";
static const uint8_t data[DATA_LEN] = "sixteen bytes..";
static EVP_MAC_CTX *context;

struct algorithm {
    const char *name;
    uint16_t id;
    const char *digest;
    size_t tag_len;
};

static void must(int done)
{
    if (!done) {
        fprintf(stderr, "mac: a call failed\n");
        exit(1);
    }
}

/* In the caller's memory: key, message, tag. */
static void ours(const struct algorithm *algorithm, uint8_t *tag)
{
    must(secpvm_mac_once(algorithm->id, key, sizeof key, data, DATA_LEN, tag, algorithm->tag_len)
         == SECPVM_OK);
}

/* With a context that is made once; as fast as EVP gets with a key for each message. */
static void evp(const struct algorithm *algorithm, uint8_t *tag)
{
    size_t len;
    (void)algorithm;
    must(EVP_MAC_init(context, key, sizeof key, NULL));
    must(EVP_MAC_update(context, data, DATA_LEN));
    must(EVP_MAC_final(context, tag, &len, 32));
}

/* In one call, as secpvm_mac_once is. */
static void evp_once(const struct algorithm *algorithm, uint8_t *tag)
{
    size_t len;
    must(EVP_Q_mac(NULL, "HMAC", NULL, algorithm->digest, NULL, key, sizeof key, data, DATA_LEN,
                   tag, 32, &len)
         != NULL);
}

static double nanoseconds(const struct algorithm *algorithm,
                          void (*call)(const struct algorithm *, uint8_t *))
{
    struct timespec from, to;
    uint8_t tag[32];
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < CALLS; i++) {
        call(algorithm, tag);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    return ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / CALLS;
}

static int order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double times[ROUNDS])
{
    qsort(times, ROUNDS, sizeof *times, order);
    return times[ROUNDS / 2];
}

static void measure(const struct algorithm *algorithm, int is_last)
{
    static double times[3][ROUNDS];
    uint8_t a[32], b[32], c[32];
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)algorithm->digest, 0),
        OSSL_PARAM_END,
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    context = EVP_MAC_CTX_new(mac);
    must(context != NULL && EVP_MAC_CTX_set_params(context, params));
    ours(algorithm, a);
    evp(algorithm, b);
    evp_once(algorithm, c);
    must(memcmp(a, b, algorithm->tag_len) == 0 && memcmp(a, c, algorithm->tag_len) == 0);
    for (int round = 0; round < ROUNDS; round++) {
        times[0][round] = nanoseconds(algorithm, ours);
        times[1][round] = nanoseconds(algorithm, evp);
        times[2][round] = nanoseconds(algorithm, evp_once);
    }
    double own = median(times[0]), reused = median(times[1]), once = median(times[2]);
    printf(" \"%s\": {\"secpvm_ns\": %.1f, \"evp_reused_ns\": %.1f, \"evp_once_ns\": %.1f, "
           "\"ratio_to_reused\": %.3f, \"ratio_to_once\": %.3f}%s\n",
           algorithm->name, own, reused, once, own / reused, own / once, is_last ? "" : ",");
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(mac);
}

int main(void)
{
    static const struct algorithm algorithms[] = {
        {"hmac-md5", SECPVM_HMAC_MD5, "MD5", 16},
        {"hmac-sha1", SECPVM_HMAC_SHA1, "SHA1", 20},
        {"hmac-sha256", SECPVM_HMAC_SHA256, "SHA256", 32},
    };
    puts("{");
    for (size_t i = 0; i < 3; i++) {
        measure(&algorithms[i], i == 2);
    }
    puts("}");
    return 0;
}
