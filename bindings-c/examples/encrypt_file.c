/* Encrypt and authenticate a file: ChaCha20-Poly1305 under a key from a secret by HKDF. The secret
 * must be random, not a password: HKDF does not slow down guessing.
 * Usage: encrypt_file encrypt|decrypt SECRET INPUT OUTPUT
 * The output: salt 16, tag 16, ciphertext. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <secpvm_core.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SALT_LEN = 16, HEADER_LEN = SALT_LEN + SECPVM_AEAD_TAG_LEN, FILE_LEN_MAX = 1 << 26 };

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "encrypt_file: %s: %s\n", what, why);
    return 1;
}

/* The salt is new for each file, so the key is, and one nonce serves. */
static secpvm_status seal_or_open(int seal, const char *secret, uint8_t *file, size_t file_len)
{
    static const uint8_t nonce[SECPVM_AEAD_NONCE_LEN] = {0};
    SECPVM_MEMORY(memory, SECPVM_AEAD_SIZE);
    uint8_t key[32], *salt = file, *tag = file + SALT_LEN, *data = file + HEADER_LEN;
    size_t data_len = file_len - HEADER_LEN;
    secpvm_aead *aead = NULL;
    secpvm_status status = secpvm_kdf_derive(SECPVM_HKDF_SHA256, salt, SALT_LEN,
                                             (const uint8_t *)secret, strlen(secret),
                                             (const uint8_t *)"encrypt_file", 12, key, sizeof key);
    if (status == SECPVM_OK) {
        status = secpvm_aead_init(memory, sizeof memory, SECPVM_CHACHA20_POLY1305, key, sizeof key,
                                  &aead);
    }
    secpvm_wipe(key, sizeof key);
    if (status == SECPVM_OK) {
        status = seal ? secpvm_aead_seal_in_place(aead, nonce, NULL, 0, data, data_len, tag)
                      : secpvm_aead_open_in_place(aead, nonce, NULL, 0, data, data_len, tag,
                                                  SECPVM_AEAD_TAG_LEN);
    }
    secpvm_aead_free(aead);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 5 || (strcmp(argv[1], "encrypt") != 0 && strcmp(argv[1], "decrypt") != 0)) {
        return fail("usage", "encrypt_file encrypt|decrypt SECRET INPUT OUTPUT");
    }
    int seal = strcmp(argv[1], "encrypt") == 0;
    uint8_t *file = malloc(FILE_LEN_MAX);
    FILE *input = fopen(argv[3], "rb");
    if (file == NULL || input == NULL) {
        return fail(argv[3], "cannot be read");
    }
    size_t before = seal ? HEADER_LEN : 0;
    size_t len = before + fread(file + before, 1, FILE_LEN_MAX - before, input);
    if (ferror(input) || !feof(input) || len < HEADER_LEN) {
        return fail(argv[3], "cannot be read, is too long, or is none of ours");
    }
    fclose(input);
    if (seal && getrandom(file, SALT_LEN, 0) != SALT_LEN) {
        return fail("getrandom", "no entropy");
    }
    secpvm_status status = seal_or_open(seal, argv[2], file, len);
    if (status != SECPVM_OK) {
        return fail(argv[3], secpvm_strerror(status));
    }
    size_t from = seal ? 0 : HEADER_LEN;
    FILE *output = fopen(argv[4], "wb");
    if (output == NULL || fwrite(file + from, 1, len - from, output) != len - from
        || fclose(output) != 0) {
        return fail(argv[4], "cannot be written");
    }
    secpvm_wipe(file, len);
    free(file);
    return 0;
}
