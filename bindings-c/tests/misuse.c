/* Misuse: null, short, misaligned and overlapping arguments, calls out of order, objects that have
 * ended or are of another kind. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "check.h"

#include <string.h>

enum { PEERS = 2, SEATS = 2 };

static SECPVM_MEMORY(memory, SECPVM_LEADER_SIZE(PEERS, SEATS));
static uint8_t key[32], iv[16], buf[256], session[SECPVM_SESSION_LEN];
static size_t len;

/* Every object in memory that is missing, short by one byte, misaligned; in its own result; and
 * then as it should be: so each size in the header is the library's. */
#define IN_MEMORY(size, type, init, ...)                                                       \
    do {                                                                                       \
        type *object_ = NULL;                                                                  \
        EXPECT(SECPVM_ERR_NULL, init(NULL, size, __VA_ARGS__, &object_));                      \
        EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL, init(memory, (size)-1, __VA_ARGS__, &object_));    \
        EXPECT(SECPVM_ERR_ALIGNMENT, init(memory + 8, size, __VA_ARGS__, &object_));           \
        EXPECT(SECPVM_ERR_NULL, init(memory, size, __VA_ARGS__, NULL));                        \
        EXPECT(SECPVM_ERR_OVERLAP, init(memory, size, __VA_ARGS__, (type **)(void *)memory));  \
        CHECK(object_ == NULL);                                                                \
        memset(memory, 0xa5, sizeof memory);                                                   \
        EXPECT(SECPVM_OK, init(memory, size, __VA_ARGS__, &object_));                          \
        CHECK((void *)object_ == (void *)memory);                                              \
        for (size_t i_ = (size); i_ < sizeof memory; i_++) {                                   \
            CHECK(memory[i_] == 0xa5);                                                         \
        }                                                                                      \
        type##_free(object_);                                                                  \
        type##_free(object_);                                                                  \
        type##_free(NULL);                                                                     \
    } while (0)

static void objects_in_memory(void)
{
    secpvm_endpoint_setup endpoint = {session, 1, PEERS, NULL, 0};
    secpvm_noise_setup noise = {SECPVM_NOISE_NN_PSK0, 0, 0, 0, NULL, key, NULL, NULL, key};
    uint8_t member_key[SECPVM_MEMBER_KEY_LEN] = {0};
    IN_MEMORY(SECPVM_CIPHER_SIZE, secpvm_cipher, secpvm_cipher_init, SECPVM_AES_128_CTR, key, 16,
              iv, 16);
    IN_MEMORY(SECPVM_PADDED_ENCRYPTOR_SIZE, secpvm_padded_encryptor, secpvm_padded_encryptor_init,
              SECPVM_DES_CBC, SECPVM_PADDING_PKCS7, key, 8, iv, 8);
    IN_MEMORY(SECPVM_PADDED_DECRYPTOR_SIZE, secpvm_padded_decryptor, secpvm_padded_decryptor_init,
              SECPVM_DES_CBC, SECPVM_PADDING_PKCS7, key, 8, iv, 8);
    IN_MEMORY(SECPVM_DIGEST_SIZE, secpvm_digest, secpvm_digest_init, SECPVM_SHA256);
    IN_MEMORY(SECPVM_MAC_SIZE, secpvm_mac, secpvm_mac_init, SECPVM_HMAC_SHA1, key, 9, 12);
    IN_MEMORY(SECPVM_AEAD_SIZE, secpvm_aead, secpvm_aead_init, SECPVM_AES_256_GCM, key, 32);
    IN_MEMORY(SECPVM_AGREEMENT_SIZE, secpvm_agreement, secpvm_agreement_init, SECPVM_X25519, key,
              32);
    IN_MEMORY(SECPVM_NOISE_SIZE, secpvm_noise, secpvm_noise_init, &noise);
    IN_MEMORY(SECPVM_SEALER_SIZE, secpvm_sealer, secpvm_sealer_init, session, 7);
    IN_MEMORY(SECPVM_OPENER_SIZE(PEERS), secpvm_opener, secpvm_opener_init, session, PEERS);
    IN_MEMORY(SECPVM_ROLLING_OPENER_SIZE(PEERS), secpvm_rolling_opener, secpvm_rolling_opener_init,
              session, PEERS);
    IN_MEMORY(SECPVM_JOIN_SIZE, secpvm_join, secpvm_join_initiator_init, session, NULL, 0, buf);
    IN_MEMORY(SECPVM_JOIN_SIZE, secpvm_join, secpvm_join_responder_init, NULL, 0, buf);
    IN_MEMORY(SECPVM_CLASSIC_SEALER_SIZE, secpvm_classic_sealer, secpvm_classic_sealer_init, key,
              SECPVM_CLASSIC_ENCRYPTED, SECPVM_CLASSIC_3DES);
    IN_MEMORY(SECPVM_CLASSIC_OPENER_SIZE, secpvm_classic_opener, secpvm_classic_opener_init, key,
              SECPVM_CLASSIC_ENCRYPTED);
    IN_MEMORY(SECPVM_EXCHANGE_1997_SIZE, secpvm_exchange_1997, secpvm_exchange_1997_master_init,
              key, key, 32);
    IN_MEMORY(SECPVM_EXCHANGE_1997_SIZE, secpvm_exchange_1997, secpvm_exchange_1997_slave_init,
              key, 32);
    IN_MEMORY(SECPVM_LEADER_SIZE(PEERS, SEATS), secpvm_leader, secpvm_leader_init, &endpoint, key,
              SEATS);
    IN_MEMORY(SECPVM_MEMBER_SIZE(PEERS), secpvm_member, secpvm_member_init, &endpoint,
              member_key);
}

/* What an object held is gone once it has ended. */
static void ended_objects_are_wiped(void)
{
    static const uint8_t secret[24] = "a key that is looked for";
    secpvm_classic_opener *opener = NULL;
    uint8_t long_key[32];
    memset(long_key, 'x', sizeof long_key);
    memcpy(long_key, secret, sizeof secret);
    EXPECT(SECPVM_OK, secpvm_classic_opener_init(memory, sizeof memory, long_key, 0, &opener));
    int found = 0;
    for (size_t i = 0; i + sizeof secret < SECPVM_CLASSIC_OPENER_SIZE; i++) {
        found |= memcmp(memory + i, secret, sizeof secret) == 0;
    }
    CHECK(found);
    secpvm_classic_opener_free(opener);
    for (size_t i = 16; i < 64; i++) {
        CHECK(memory[i] == 0);
    }
    EXPECT(SECPVM_ERR_OUT_OF_ORDER,
           secpvm_classic_opener_open_in_place(opener, buf, sizeof buf, NULL, &len));
    EXPECT(SECPVM_ERR_ARGUMENT, secpvm_digest_update((secpvm_digest *)(void *)memory, buf, 1));
}

static void finished_objects(void)
{
    uint8_t tag[16];
    secpvm_mac *mac = NULL;
    secpvm_digest *digest = NULL;
    EXPECT(SECPVM_OK, secpvm_mac_new(SECPVM_KEYED_MD5, key, 16, 16, &mac));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_mac_finish(mac, tag, 15)); /* does not end it */
    EXPECT(SECPVM_OK, secpvm_mac_finish(mac, tag, 16));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_mac_finish(mac, tag, 16));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_mac_verify(mac, tag, 16));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_mac_update(mac, buf, 1));
    secpvm_mac_free(mac);
    EXPECT(SECPVM_OK, secpvm_mac_verify_once(SECPVM_KEYED_MD5, key, 16, NULL, 0, tag, 16));
    tag[3] ^= 1;
    EXPECT(SECPVM_REJECTED_FORGED,
           secpvm_mac_verify_once(SECPVM_KEYED_MD5, key, 16, NULL, 0, tag, 16));
    EXPECT(SECPVM_OK, secpvm_digest_init(memory, sizeof memory, SECPVM_MD5, &digest));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_digest_finish(digest, buf, 20));
    EXPECT(SECPVM_OK, secpvm_digest_finish(digest, buf, 16));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_digest_update(digest, buf, 1));
}

static void numbers_and_lengths(void)
{
    secpvm_algorithm_info info;
    secpvm_cipher *cipher = NULL;
    secpvm_padded_encryptor *encryptor = NULL;
    EXPECT(SECPVM_ERR_LENGTH, secpvm_algorithm_at(secpvm_algorithm_count(), &info));
    EXPECT(SECPVM_ERR_UNKNOWN_ALGORITHM, secpvm_algorithm_by_id(0, &info));
    EXPECT(SECPVM_ERR_UNKNOWN_ALGORITHM, secpvm_algorithm_by_name("rot13", &info));
    EXPECT(SECPVM_ERR_UNKNOWN_ALGORITHM, secpvm_algorithm_by_name("\xff", &info));
    EXPECT(SECPVM_ERR_NULL, secpvm_algorithm_by_name(NULL, &info));
    EXPECT(SECPVM_ERR_UNKNOWN_ALGORITHM, secpvm_cipher_new(SECPVM_MD5, key, 16, iv, 8, &cipher));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_cipher_new(SECPVM_DES_CBC, key, 7, iv, 8, &cipher));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_cipher_new(SECPVM_DES_CBC, key, 8, iv, 7, &cipher));
    EXPECT(SECPVM_ERR_NULL, secpvm_cipher_new(SECPVM_DES_CBC, NULL, 8, iv, 8, &cipher));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_cipher_new(SECPVM_DES_CBC, key, SIZE_MAX, iv, 8, &cipher));
    EXPECT(SECPVM_ERR_NO_PADDING,
           secpvm_padded_encryptor_new(SECPVM_RC4, SECPVM_PADDING_PKCS7, key, 16, NULL, 0,
                                       &encryptor));
    EXPECT(SECPVM_ERR_UNKNOWN_ALGORITHM,
           secpvm_padded_encryptor_new(SECPVM_DES_CBC, SECPVM_RC4, key, 8, iv, 8, &encryptor));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_mac_once(SECPVM_HMAC_SHA1, key, 9, buf, 1, buf + 32, 9));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_mac_once(SECPVM_HMAC_SHA1, key, 9, buf, 1, buf + 32, 21));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_padding_padded_len(SECPVM_PADDING_PKCS7, 1, 0, &len));
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL,
           secpvm_padding_pad_in_place(SECPVM_PADDING_PKCS7, buf, 15, 8, 8, &len));
    EXPECT(SECPVM_ERR_LENGTH, secpvm_kdf_derive(SECPVM_HKDF_SHA256, NULL, 0, key, 32, NULL, 0,
                                                memory, 255 * 32 + 1));
    CHECK(cipher == NULL && encryptor == NULL);
}

static void overlaps(void)
{
    secpvm_padded_encryptor *encryptor = NULL;
    secpvm_aead *aead = NULL;
    EXPECT(SECPVM_ERR_OVERLAP, secpvm_mac_once(SECPVM_HMAC_MD5, key, 32, buf, 16, buf + 15, 16));
    EXPECT(SECPVM_ERR_OVERLAP, secpvm_mac_once(SECPVM_HMAC_MD5, buf, 32, key, 16, buf, 16));
    EXPECT(SECPVM_OK, secpvm_mac_once(SECPVM_HMAC_MD5, buf, 16, buf, 16, buf + 16, 16));
    EXPECT(SECPVM_ERR_OVERLAP, secpvm_digest_once(SECPVM_MD5, buf, 32, buf + 31, 16));
    EXPECT(SECPVM_ERR_OVERLAP, secpvm_cipher_encrypt_once(SECPVM_AES_128_CTR, buf, 16, iv, 16,
                                                          buf, 16));
    EXPECT(SECPVM_OK, secpvm_aead_init(memory, sizeof memory, SECPVM_AES_128_GCM, key, 16, &aead));
    EXPECT(SECPVM_ERR_OVERLAP,
           secpvm_aead_seal_in_place(aead, iv, buf, 16, buf + 8, 16, buf + 64));
    EXPECT(SECPVM_ERR_OVERLAP,
           secpvm_aead_seal_in_place(aead, iv, NULL, 0, buf, 16, buf + 15));
    EXPECT(SECPVM_ERR_OVERLAP,
           secpvm_aead_seal_in_place(aead, iv, NULL, 0, (uint8_t *)memory, 16, buf));
    secpvm_aead_free(aead);
    EXPECT(SECPVM_OK, secpvm_padded_encryptor_init(memory, sizeof memory, SECPVM_DES_CBC,
                                                   SECPVM_PADDING_PKCS7, key, 8, iv, 8,
                                                   &encryptor));
    EXPECT(SECPVM_ERR_OVERLAP,
           secpvm_padded_encryptor_update(encryptor, buf, 16, buf, 16, &len));
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL,
           secpvm_padded_encryptor_update(encryptor, buf, 16, buf + 16, 15, &len));
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL, secpvm_padded_encryptor_finish(encryptor, buf, 7, &len));
    EXPECT(SECPVM_OK, secpvm_padded_encryptor_finish(encryptor, buf, 8, &len));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_padded_encryptor_finish(encryptor, buf, 8, &len));
    CHECK(len == 8);
}

static void noise(void)
{
    secpvm_noise_setup setup = {SECPVM_NOISE_XX, 0, 0, 0, NULL, NULL, key, NULL, key};
    secpvm_noise *object = NULL;
    secpvm_transport *transport = NULL;
    int yes = -1;
    EXPECT(SECPVM_OK, secpvm_noise_new(&setup, &object));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_noise_read(object, buf, 32, buf + 64, 64, &len));
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL, secpvm_noise_write(object, NULL, 0, buf, 31, &len));
    EXPECT(SECPVM_ERR_OVERLAP, secpvm_noise_write(object, buf, 8, buf, 64, &len));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_noise_remote_static(object, buf));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER, secpvm_transport_new(object, &transport));
    EXPECT(SECPVM_ERR_OUT_OF_ORDER,
           secpvm_transport_init(memory, SECPVM_TRANSPORT_SIZE, object, &transport));
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL,
           secpvm_transport_init(memory, SECPVM_TRANSPORT_SIZE - 1, object, &transport));
    EXPECT(SECPVM_OK, secpvm_noise_is_my_turn(object, &yes));
    CHECK(yes == 1 && transport == NULL);
    secpvm_noise_free(object);
    setup.ephemeral = NULL;
    EXPECT(SECPVM_ERR_NULL, secpvm_noise_new(&setup, &object));
    setup.ephemeral = key;
    setup.psk = key;
    EXPECT(SECPVM_ERR_ARGUMENT, secpvm_noise_new(&setup, &object));
    setup.psk = NULL;
    setup.cipher = 2;
    EXPECT(SECPVM_ERR_ARGUMENT, secpvm_noise_new(&setup, &object));
    EXPECT(SECPVM_ERR_NULL, secpvm_noise_new(NULL, &object));
}

static void classic(void)
{
    secpvm_classic_sealer *sealer = NULL;
    secpvm_pvm_header pvm = {1, 2, 3, 4, 32};
    uint8_t weak[32] = {0};
    EXPECT(SECPVM_ERR_WEAK_KEY, secpvm_classic_sealer_new(weak, 0, 0, &sealer));
    EXPECT(SECPVM_ERR_ARGUMENT, secpvm_classic_sealer_new(key, 0, 1, &sealer));
    EXPECT(SECPVM_ERR_ARGUMENT, secpvm_classic_sealer_new(key, 2, 0, &sealer));
    EXPECT(SECPVM_ERR_ARGUMENT, secpvm_classic_sealer_new(key, 2, 4, &sealer));
    EXPECT(SECPVM_ERR_ARGUMENT, secpvm_classic_sealer_new(key, 3, 0, &sealer));
    EXPECT(SECPVM_OK, secpvm_classic_sealer_new(key, 2, SECPVM_CLASSIC_DES, &sealer));
    EXPECT(SECPVM_ERR_ARGUMENT,
           secpvm_classic_sealer_seal_in_place(sealer, &pvm, buf, sizeof buf, 8, &len));
    pvm.flags = SECPVM_PVM_DAT;
    EXPECT(SECPVM_ERR_BUFFER_TOO_SMALL,
           secpvm_classic_sealer_seal_in_place(sealer, &pvm, buf, 39, 8, &len));
    EXPECT(SECPVM_ERR_LENGTH,
           secpvm_classic_sealer_seal_in_place(sealer, &pvm, buf, sizeof buf,
                                               SECPVM_CLASSIC_DATA_LEN_MAX + 1, &len));
    secpvm_classic_sealer_free(sealer);
}

/* The header's numbers and names are the library's. */
static void identifiers(void)
{
    static const struct {
        uint16_t id;
        const char *name;
    } some[] = {
        {SECPVM_DES_ECB, "des-ecb"},         {SECPVM_3DES_CBC, "3des-cbc"},
        {SECPVM_IDEA_CBC, "idea-cbc"},       {SECPVM_BLOWFISH_OFB, "blowfish-ofb"},
        {SECPVM_AES_256_CTR, "aes-256-ctr"}, {SECPVM_RC4, "rc4"},
        {SECPVM_CHACHA20, "chacha20"},       {SECPVM_AES_256_GCM, "aes-256-gcm"},
        {SECPVM_PADDING_NONE, "none"},       {SECPVM_PADDING_ZERO_WITH_COUNT, "zero-with-count"},
        {SECPVM_SHA1, "sha1"},               {SECPVM_KEYED_MD5, "keyed-md5"},
        {SECPVM_HMAC_SHA256, "hmac-sha256"}, {SECPVM_X25519, "x25519"},
        {SECPVM_MODP_1024, "modp-1024"},     {SECPVM_HKDF_SHA256, "hkdf-sha256"},
    };
    secpvm_algorithm_info info, same;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        EXPECT(SECPVM_OK, secpvm_algorithm_by_name(some[i].name, &info));
        CHECK(info.id == some[i].id);
    }
    for (size_t i = 0; i < secpvm_algorithm_count(); i++) {
        EXPECT(SECPVM_OK, secpvm_algorithm_at(i, &info));
        EXPECT(SECPVM_OK, secpvm_algorithm_by_id(info.id, &same));
        CHECK(strcmp(info.name, same.name) == 0 && info.kind > 0);
        CHECK(info.block_len <= 64 && info.iv_len <= SECPVM_BLOCK_LEN_MAX);
        CHECK(info.key_len_step > 0 && info.output_len <= SECPVM_AGREEMENT_LEN_MAX);
    }
}

int main(void)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {1, 2, 3};
    for (uint8_t i = 0; i < sizeof key; i++) {
        key[i] = i;
    }
    EXPECT(SECPVM_OK, secpvm_session_generate(1, entropy, session));
    objects_in_memory();
    ended_objects_are_wiped();
    finished_objects();
    numbers_and_lengths();
    overlaps();
    noise();
    classic();
    identifiers();
    puts("misuse: ok");
    return 0;
}
