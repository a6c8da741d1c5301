/* A million calls with arguments drawn at random, from a fixed seed: lengths that fit and that do
 * not, null and overlapping pointers, objects live, ended and of other kinds. No call may crash,
 * write where it was not told to, or return a status that does not exist.
 * SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "check.h"

#include <string.h>

enum { KINDS = 8, ARENA = 2048, GUARD = 64, CALLS = 1000000 };

static uint8_t arena[ARENA + GUARD];
static SECPVM_MEMORY(memory[KINDS], SECPVM_PADDED_DECRYPTOR_SIZE);
static uint64_t state = 0x5ec9f3;

/* xorshift64*, S. Vigna 2016. */
static uint64_t draw(uint64_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * 0x2545F4914F6CDD1D >> 16) % below;
}

static uint8_t *pointer(void)
{
    return draw(32) == 0 ? NULL : arena + draw(ARENA / 2);
}

static size_t length(void)
{
    static const size_t usual[] = {0, 8, 12, 16, 24, 32, 40, 128};
    switch (draw(8)) {
    case 0:
        return draw(ARENA / 2);
    case 1:
        return draw(64) == 0 ? SIZE_MAX - draw(3) : draw(32);
    default:
        return usual[draw(sizeof usual / sizeof *usual)];
    }
}

static uint16_t algorithm(void)
{
    secpvm_algorithm_info info;
    if (draw(32) == 0) {
        return (uint16_t)draw(0x10000);
    }
    EXPECT(SECPVM_OK, secpvm_algorithm_at((size_t)draw(secpvm_algorithm_count()), &info));
    return info.id;
}

/* An object of kind `kind`, or now and then of another. */
static void *object(size_t kind)
{
    return draw(64) == 0 ? memory[draw(KINDS)] : draw(64) == 0 ? NULL : memory[kind];
}

static secpvm_status begin(void)
{
    void *place;
    size_t size = draw(16) == 0 ? length() : sizeof memory[0];
    uint16_t id = algorithm();
    uint8_t *key = pointer(), *iv = pointer();
    size_t key_len = length(), iv_len = length();
    switch (draw(7)) {
    case 0:
        return secpvm_cipher_init(memory[0], size, id, key, key_len, iv, iv_len,
                                  (secpvm_cipher **)&place);
    case 1:
        return secpvm_padded_encryptor_init(memory[1], size, id, algorithm(), key, key_len, iv,
                                            iv_len, (secpvm_padded_encryptor **)&place);
    case 2:
        return secpvm_padded_decryptor_init(memory[2], size, id, algorithm(), key, key_len, iv,
                                            iv_len, (secpvm_padded_decryptor **)&place);
    case 3:
        return secpvm_mac_init(memory[3], size, id, key, key_len, length(), (secpvm_mac **)&place);
    case 4:
        return secpvm_digest_init(memory[4], size, id, (secpvm_digest **)&place);
    case 5:
        return secpvm_aead_init(memory[5], size, id, key, key_len, (secpvm_aead **)&place);
    default:
        return secpvm_sealer_init(memory[6], size, pointer(), draw(3), (secpvm_sealer **)&place);
    }
}

static secpvm_status use(void)
{
    uint8_t *a = pointer(), *b = pointer();
    size_t m = length(), n = length(), len;
    switch (draw(13)) {
    case 0:
        return secpvm_cipher_encrypt_in_place(object(0), a, m);
    case 1:
        return secpvm_cipher_decrypt_in_place(object(0), a, m);
    case 2:
        return secpvm_padded_encryptor_update(object(1), a, m, b, n, &len);
    case 3:
        return secpvm_padded_encryptor_finish(object(1), b, n, &len);
    case 4:
        return secpvm_padded_decryptor_update(object(2), a, m, b, n, &len);
    case 5:
        return secpvm_padded_decryptor_finish(object(2), draw(2) ? SECPVM_NO_COUNT : m, b, n,
                                              &len);
    case 6:
        return secpvm_mac_update(object(3), a, m);
    case 7:
        return draw(2) ? secpvm_mac_finish(object(3), b, n) : secpvm_mac_verify(object(3), b, n);
    case 8:
        return secpvm_digest_update(object(4), a, m);
    case 9:
        return secpvm_digest_finish(object(4), b, n);
    case 10:
        return secpvm_aead_seal_in_place(object(5), arena, a, m, b, n, pointer());
    case 11:
        return secpvm_aead_open_in_place(object(5), arena, a, m, b, n, arena + 16, 16);
    default:
        return secpvm_sealer_seal_in_place(object(6), a, m, b, n, length(), &len);
    }
}

static secpvm_status call_without_object(void)
{
    uint8_t *a = pointer(), *b = pointer(), *c = pointer();
    size_t l = length(), m = length(), n = length(), len;
    secpvm_record_header record;
    secpvm_classic_header classic;
    switch (draw(9)) {
    case 0:
        return secpvm_cipher_encrypt_once(algorithm(), a, l, b, m, c, n);
    case 1:
        return secpvm_mac_once(algorithm(), a, l, b, m, c, n);
    case 2:
        return secpvm_digest_once(algorithm(), a, l, b, m);
    case 3:
        return secpvm_kdf_derive(algorithm(), a, l, b, m, NULL, 0, c, n);
    case 4:
        return secpvm_padding_pad_in_place(algorithm(), a, l, m, n, &len);
    case 5:
        return secpvm_padding_data_len(algorithm(), a, l, m, n, &len);
    case 6:
        return secpvm_record_parse(a, l, &record);
    case 7:
        return secpvm_classic_parse(a, l, &classic);
    default:
        return secpvm_session_generate((uint16_t)draw(4), a, b);
    }
}

static void end(void)
{
    switch (draw(7)) {
    case 0:
        secpvm_cipher_free(object(0));
        break;
    case 1:
        secpvm_padded_encryptor_free(object(1));
        break;
    case 2:
        secpvm_padded_decryptor_free(object(2));
        break;
    case 3:
        secpvm_mac_free(object(3));
        break;
    case 4:
        secpvm_digest_free(object(4));
        break;
    case 5:
        secpvm_aead_free(object(5));
        break;
    default:
        secpvm_sealer_free(object(6));
    }
}

int main(void)
{
    size_t succeeded = 0;
    memset(arena + ARENA, 0x5a, GUARD);
    for (size_t i = 0; i < CALLS; i++) {
        secpvm_status status = SECPVM_OK;
        switch (draw(8)) {
        case 0:
            end();
            break;
        case 1:
        case 2:
            status = begin();
            break;
        case 3:
            status = call_without_object();
            break;
        default:
            status = use();
        }
        CHECK(strcmp(secpvm_strerror(status), "no such status") != 0);
        CHECK(status != SECPVM_ERR_INTERNAL);
        succeeded += status == SECPVM_OK;
    }
    for (size_t i = 0; i < GUARD; i++) {
        CHECK(arena[ARENA + i] == 0x5a);
    }
    CHECK(succeeded > CALLS / 20);
    printf("random calls: %d, of which %zu succeeded\n", CALLS, succeeded);
    return 0;
}
