/* Every known answer of vectors/ through the C interface.
 * SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "transcripts.h"

#include <errno.h>

/* Memory for any of the objects used here. */
static SECPVM_MEMORY(memory, SECPVM_PADDED_DECRYPTOR_SIZE);

static uint16_t algorithm(const struct known_answer *answer)
{
    secpvm_algorithm_info info;
    EXPECT(SECPVM_OK, secpvm_algorithm_by_name(text(answer, "algorithm"), &info));
    return info.id;
}

/* The message at `from` after `offset` bytes of anything, in pieces where the cipher takes them. */
static secpvm_status run_cipher(const struct known_answer *answer, const char *from, int encrypt,
                                struct bytes *result)
{
    struct bytes key = bytes(answer, "key"), iv = bytes(answer, "iv"), data = bytes(answer, from);
    size_t offset = has(answer, "offset") ? number(answer, "offset") : 0;
    struct bytes skipped = bytes_of_len(offset);
    secpvm_cipher *cipher = NULL;
    secpvm_status status = secpvm_cipher_init(memory, SECPVM_CIPHER_SIZE, algorithm(answer), key.at,
                                              key.len, iv.at, iv.len, &cipher);
    if (status == SECPVM_OK) {
        EXPECT(SECPVM_OK, secpvm_cipher_encrypt_in_place(cipher, skipped.at, skipped.len));
        status = encrypt ? secpvm_cipher_encrypt_in_place(cipher, data.at, data.len)
                         : secpvm_cipher_decrypt_in_place(cipher, data.at, data.len);
    }
    secpvm_cipher_free(cipher);
    if (offset == 0) {
        struct bytes once = bytes(answer, from);
        secpvm_status same_status =
            (encrypt ? secpvm_cipher_encrypt_once : secpvm_cipher_decrypt_once)(
                algorithm(answer), key.at, key.len, iv.at, iv.len, once.at, once.len);
        CHECK(same_status == status && (status != SECPVM_OK || same(once, data)));
        free(once.at);
    }
    free(key.at), free(iv.at), free(skipped.at);
    *result = data;
    return status;
}

static void check_cipher(const struct known_answer *answer)
{
    struct bytes result;
    secpvm_status status = run_cipher(answer, "msg", 1, &result);
    if (is_valid(answer)) {
        struct bytes ct = bytes(answer, "ct"), msg = bytes(answer, "msg");
        EXPECT(SECPVM_OK, status);
        CHECK(same(result, ct));
        free(result.at);
        EXPECT(SECPVM_OK, run_cipher(answer, "ct", 0, &result));
        CHECK(same(result, msg));
        free(ct.at), free(msg.at);
    } else {
        EXPECT(strcmp(text(answer, "flags"), "CounterEnds") == 0 ? SECPVM_ERR_EXHAUSTED
                                                                 : SECPVM_ERR_LENGTH,
               status);
    }
    free(result.at);
}

static void check_aead(const struct known_answer *answer)
{
    struct bytes key = bytes(answer, "key"), iv = bytes(answer, "iv"), aad = bytes(answer, "aad");
    struct bytes msg = bytes(answer, "msg"), ct = bytes(answer, "ct"), tag = bytes(answer, "tag");
    struct bytes data = bytes(answer, "ct");
    secpvm_aead *aead = NULL;
    CHECK(iv.len == SECPVM_AEAD_NONCE_LEN);
    EXPECT(SECPVM_OK, secpvm_aead_init(memory, SECPVM_AEAD_SIZE, algorithm(answer), key.at, key.len,
                                       &aead));
    EXPECT(is_valid(answer) ? SECPVM_OK : SECPVM_REJECTED_FORGED,
           secpvm_aead_open_in_place(aead, iv.at, aad.at, aad.len, data.at, data.len, tag.at,
                                     tag.len));
    CHECK(same(data, is_valid(answer) ? msg : ct));
    if (is_valid(answer)) {
        struct bytes made = bytes_of_len(SECPVM_AEAD_TAG_LEN);
        EXPECT(SECPVM_OK, secpvm_aead_seal_in_place(aead, iv.at, aad.at, aad.len, data.at, data.len,
                                                    made.at));
        CHECK(same(data, ct) && same(made, tag));
        free(made.at);
    }
    secpvm_aead_free(aead);
    free(key.at), free(iv.at), free(aad.at), free(msg.at), free(ct.at), free(tag.at), free(data.at);
}

static void check_digest(const struct known_answer *answer)
{
    struct bytes msg = bytes(answer, "msg"), expected = bytes(answer, "digest");
    struct bytes once = bytes_of_len(expected.len), streamed = bytes_of_len(expected.len);
    secpvm_digest *digest = NULL;
    EXPECT(SECPVM_OK, secpvm_digest_once(algorithm(answer), msg.at, msg.len, once.at, once.len));
    EXPECT(SECPVM_OK, secpvm_digest_init(memory, SECPVM_DIGEST_SIZE, algorithm(answer), &digest));
    EXPECT(SECPVM_OK, secpvm_digest_update(digest, msg.at, msg.len / 3));
    EXPECT(SECPVM_OK,
           secpvm_digest_update(digest, msg.at + msg.len / 3, msg.len - msg.len / 3));
    EXPECT(SECPVM_OK, secpvm_digest_finish(digest, streamed.at, streamed.len));
    CHECK(is_valid(answer) && same(once, expected) && same(streamed, expected));
    free(msg.at), free(expected.at), free(once.at), free(streamed.at);
}

static void check_mac(const struct known_answer *answer)
{
    uint16_t id = algorithm(answer);
    size_t tag_len = number(answer, "tagLen");
    struct bytes key = bytes(answer, "key"), msg = bytes(answer, "msg"), tag = bytes(answer, "tag");
    secpvm_mac *mac = NULL;
    secpvm_status status =
        secpvm_mac_init(memory, SECPVM_MAC_SIZE, id, key.at, key.len, tag_len, &mac);
    if (status == SECPVM_OK) {
        EXPECT(SECPVM_OK, secpvm_mac_update(mac, msg.at, msg.len / 2));
        EXPECT(SECPVM_OK, secpvm_mac_update(mac, msg.at + msg.len / 2, msg.len - msg.len / 2));
        status = secpvm_mac_verify(mac, tag.at, tag.len);
    }
    CHECK((status == SECPVM_OK) == is_valid(answer));
    if (is_valid(answer)) {
        struct bytes made = bytes_of_len(tag_len);
        EXPECT(SECPVM_OK,
               secpvm_mac_once(id, key.at, key.len, msg.at, msg.len, made.at, made.len));
        EXPECT(SECPVM_OK,
               secpvm_mac_verify_once(id, key.at, key.len, msg.at, msg.len, made.at, made.len));
        CHECK(same(made, tag));
        free(made.at);
    }
    free(key.at), free(msg.at), free(tag.at);
}

static void check_agreement(const struct known_answer *answer)
{
    struct bytes secret = bytes(answer, "secret"), public_value = bytes(answer, "public");
    secpvm_algorithm_info info;
    secpvm_agreement *agreement = NULL;
    EXPECT(SECPVM_OK, secpvm_algorithm_by_name(text(answer, "algorithm"), &info));
    struct bytes shared = bytes_of_len(info.output_len);
    secpvm_status status = secpvm_agreement_init(memory, SECPVM_AGREEMENT_SIZE, info.id, secret.at,
                                                 secret.len, &agreement);
    if (status == SECPVM_OK) {
        status = secpvm_agreement_agree(agreement, public_value.at, public_value.len, shared.at,
                                        shared.len);
    }
    CHECK((status == SECPVM_OK) == is_valid(answer));
    if (is_valid(answer)) {
        struct bytes expected = bytes(answer, "shared");
        CHECK(same(shared, expected));
        free(expected.at);
    }
    secpvm_agreement_free(agreement);
    free(secret.at), free(public_value.at), free(shared.at);
}

static void check_kdf(const struct known_answer *answer)
{
    struct bytes salt = bytes(answer, "salt"), secret = bytes(answer, "secret");
    struct bytes info = bytes(answer, "info"), out = bytes_of_len(number(answer, "outLen"));
    secpvm_status status =
        secpvm_kdf_derive(algorithm(answer), salt.at, salt.len, secret.at, secret.len, info.at,
                          info.len, out.at, out.len);
    CHECK((status == SECPVM_OK) == is_valid(answer));
    if (is_valid(answer)) {
        struct bytes expected = bytes(answer, "out");
        CHECK(same(out, expected));
        free(expected.at);
    }
    free(salt.at), free(secret.at), free(info.at), free(out.at);
}

static void check_padding(const struct known_answer *answer)
{
    uint16_t id = algorithm(answer);
    size_t block_len = number(answer, "blockLen"), len = 0;
    size_t count = has(answer, "count") ? number(answer, "count") : SECPVM_NO_COUNT;
    struct bytes padded = bytes(answer, "padded");
    secpvm_status status =
        secpvm_padding_data_len(id, padded.at, padded.len, block_len, count, &len);
    EXPECT(is_valid(answer) ? SECPVM_OK : SECPVM_REJECTED_BAD_PADDING, status);
    if (is_valid(answer)) {
        struct bytes msg = bytes(answer, "msg"), buf = bytes_of_len(padded.len);
        CHECK(len == msg.len && memcmp(padded.at, msg.at, len) == 0);
        memcpy(buf.at, msg.at, msg.len);
        EXPECT(SECPVM_OK, secpvm_padding_padded_len(id, msg.len, block_len, &len));
        CHECK(len == padded.len);
        EXPECT(SECPVM_OK,
               secpvm_padding_pad_in_place(id, buf.at, buf.len, msg.len, block_len, &len));
        CHECK(len == padded.len && same(buf, padded));
        free(msg.at), free(buf.at);
    }
    free(padded.at);
}

/* One side of a handshake, with the keys that its case gives. */
static secpvm_noise *noise_side(const struct known_answer *answer, int responder)
{
    static const char *const names[2][5] = {
        {"initPrologue", "initPsk", "initStatic", "initRemoteStatic", "initEphemeral"},
        {"respPrologue", "respPsk", "respStatic", "respRemoteStatic", "respEphemeral"},
    };
    const char *protocol = text(answer, "protocol");
    struct bytes value[5] = {{0}};
    for (size_t i = 0; i < 5; i++) {
        if (has(answer, names[responder][i])) {
            value[i] = bytes(answer, names[responder][i]);
        }
    }
    secpvm_noise_setup setup = {0};
    setup.pattern = strstr(protocol, "_NNpsk0_") ? SECPVM_NOISE_NN_PSK0
                    : strstr(protocol, "_KK_")   ? SECPVM_NOISE_KK
                    : strstr(protocol, "_XX_")   ? SECPVM_NOISE_XX
                                                 : SECPVM_NOISE_IK;
    setup.role = responder ? SECPVM_NOISE_RESPONDER : SECPVM_NOISE_INITIATOR;
    setup.cipher = strstr(protocol, "AESGCM") ? SECPVM_NOISE_AESGCM : SECPVM_NOISE_CHACHAPOLY;
    setup.prologue = value[0].at;
    setup.prologue_len = value[0].len;
    setup.psk = value[1].at;
    setup.local_static = value[2].at;
    setup.remote_static = value[3].at;
    setup.ephemeral = value[4].at;
    secpvm_noise *noise = NULL;
    EXPECT(SECPVM_OK, secpvm_noise_new(&setup, &noise));
    for (size_t i = 0; i < 5; i++) {
        free(value[i].at);
    }
    return noise;
}

static struct bytes message_part(const struct known_answer *answer, size_t i, const char *part)
{
    char name[48];
    snprintf(name, sizeof name, "messages.%zu.%s", i, part);
    return has(answer, name) ? bytes(answer, name) : (struct bytes){NULL, 0};
}

static void check_noise(const struct known_answer *answer)
{
    secpvm_noise *side[2] = {noise_side(answer, 0), noise_side(answer, 1)};
    secpvm_transport *transport[2] = {NULL, NULL};
    int finished = 0;
    for (size_t i = 0;; i++) {
        struct bytes expected = message_part(answer, i, "ciphertext");
        struct bytes payload = message_part(answer, i, "payload");
        if (expected.at == NULL) {
            CHECK(finished && i > 2);
            break;
        }
        struct bytes message = bytes_of_len(expected.len), read = bytes_of_len(expected.len);
        size_t from = i % 2, len = 0;
        if (finished) {
            EXPECT(SECPVM_OK, secpvm_transport_write(transport[from], payload.at, payload.len,
                                                     message.at, message.len, &len));
            CHECK(len == expected.len && same(message, expected));
            EXPECT(SECPVM_OK, secpvm_transport_read(transport[1 - from], message.at, message.len,
                                                    read.at, read.len, &len));
        } else {
            EXPECT(SECPVM_OK, secpvm_noise_write(side[from], payload.at, payload.len, message.at,
                                                 message.len, &len));
            CHECK(len == expected.len && same(message, expected));
            EXPECT(SECPVM_OK, secpvm_noise_read(side[1 - from], message.at, message.len, read.at,
                                                read.len, &len));
            EXPECT(SECPVM_OK, secpvm_noise_is_finished(side[from], &finished));
            if (finished) {
                struct bytes expected_hash = bytes(answer, "handshakeHash");
                struct bytes hash = bytes_of_len(32);
                EXPECT(SECPVM_OK, secpvm_noise_hash(side[1 - from], hash.at));
                CHECK(same(hash, expected_hash));
                free(hash.at), free(expected_hash.at);
                EXPECT(SECPVM_OK, secpvm_transport_new(side[0], &transport[0]));
                EXPECT(SECPVM_OK, secpvm_transport_new(side[1], &transport[1]));
            }
        }
        CHECK(len == payload.len && memcmp(read.at, payload.at, len) == 0);
        free(expected.at), free(payload.at), free(message.at), free(read.at);
    }
    for (size_t i = 0; i < 2; i++) {
        secpvm_noise_free(side[i]);
        secpvm_transport_free(transport[i]);
    }
}

static void seal_classic(const struct known_answer *answer, const secpvm_pvm_header *pvm,
                         struct bytes packet)
{
    static const char *const names[] = {"", "idea", "des", "3des", "", "rc4"};
    const char *protection = text(answer, "protection");
    struct bytes key = bytes(answer, "key"), data = bytes(answer, "data");
    struct bytes buf = bytes_of_len(packet.len);
    uint32_t level = SECPVM_CLASSIC_ENCRYPTED;
    uint8_t cipher = 0;
    size_t len = 0;
    secpvm_classic_sealer *sealer = NULL;
    for (uint8_t i = 1; i < 6; i++) {
        cipher = strcmp(protection, names[i]) == 0 ? i : cipher;
    }
    if (cipher == 0) {
        level = strcmp(protection, "md5") == 0 ? SECPVM_CLASSIC_AUTHENTICATED
                                               : SECPVM_CLASSIC_PLAIN;
    }
    EXPECT(SECPVM_OK, secpvm_classic_sealer_init(memory, SECPVM_CLASSIC_SEALER_SIZE, key.at, level,
                                                 cipher, &sealer));
    memcpy(buf.at + SECPVM_CLASSIC_HEADER_LEN, data.at, data.len);
    EXPECT(SECPVM_OK, secpvm_classic_sealer_seal_in_place(sealer, pvm, buf.at, buf.len, data.len,
                                                          &len));
    CHECK(len == packet.len && same(buf, packet));
    secpvm_classic_sealer_free(sealer);
    free(key.at), free(data.at), free(buf.at);
}

static void check_classic_packet(const struct known_answer *answer)
{
    struct bytes key = bytes(answer, "key"), packet = bytes(answer, "packet");
    struct bytes before = bytes(answer, "packet");
    secpvm_classic_opener *opener = NULL;
    secpvm_classic_header header;
    size_t len = 0;
    EXPECT(SECPVM_OK, secpvm_classic_opener_new(key.at, SECPVM_CLASSIC_PLAIN, &opener));
    secpvm_status status =
        secpvm_classic_opener_open_in_place(opener, packet.at, packet.len, &header, &len);
    if (strcmp(text(answer, "type"), "ClassicRefused") == 0) {
        EXPECT(strcmp(text(answer, "flags"), "Forged") == 0 ? SECPVM_REJECTED_FORGED
                                                            : SECPVM_REJECTED_MALFORMED,
               status);
        CHECK(same(packet, before));
    } else {
        struct bytes data = bytes(answer, "data");
        EXPECT(SECPVM_OK, status);
        CHECK(len == data.len
              && memcmp(packet.at + SECPVM_CLASSIC_HEADER_LEN, data.at, len) == 0);
        CHECK(header.pvm.dst == number(answer, "dst") && header.pvm.src == number(answer, "src"));
        CHECK(header.pvm.seq == number(answer, "seq") && header.pvm.ack == number(answer, "ack"));
        CHECK(header.pvm.flags == number(answer, "packetFlags"));
        if (strcmp(text(answer, "type"), "ClassicPacket") == 0) {
            seal_classic(answer, &header.pvm, before);
        }
        free(data.at);
    }
    secpvm_classic_opener_free(opener);
    free(key.at), free(packet.at), free(before.at);
}

/* Write a message, which must be `expected`, and have it read. */
static void pass(secpvm_exchange_1997 *from, secpvm_exchange_1997 *to, struct bytes expected)
{
    uint8_t body[SECPVM_EXCHANGE_1997_BODY_LEN_MAX];
    uint32_t code = 0;
    size_t len = 0;
    EXPECT(SECPVM_OK, secpvm_exchange_1997_write(from, body, sizeof body, &code, &len));
    CHECK(len == expected.len && (len == 0 || memcmp(body, expected.at, len) == 0));
    EXPECT(SECPVM_OK, secpvm_exchange_1997_read(to, code, body, len));
}

static void check_classic_exchange(const struct known_answer *answer)
{
    if (strcmp(text(answer, "type"), "ClassicRefusedPublicValue") == 0) {
        struct bytes exponent = bytes(answer, "exponent"), body = bytes(answer, "public");
        secpvm_exchange_1997 *slave = NULL;
        EXPECT(SECPVM_OK, secpvm_exchange_1997_slave_new(exponent.at, exponent.len, &slave));
        EXPECT(strcmp(text(answer, "flags"), "WrongLength") == 0 ? SECPVM_REJECTED_MALFORMED
                                                                 : SECPVM_REJECTED_FORGED,
               secpvm_exchange_1997_read(slave, 0x80020001 + 29, body.at, body.len));
        secpvm_exchange_1997_free(slave);
        free(exponent.at), free(body.at);
        return;
    }
    struct bytes key = bytes(answer, "sessionKey"), received = bytes_of_len(key.len);
    struct bytes exponents[2] = {bytes(answer, "masterExponent"), bytes(answer, "slaveExponent")};
    struct bytes bodies[4] = {bytes(answer, "masterPubkey"), bytes(answer, "slavePubkey"),
                              bytes(answer, "sesskey"), {NULL, 0}};
    secpvm_exchange_1997 *side[2] = {NULL, NULL};
    EXPECT(SECPVM_OK, secpvm_exchange_1997_master_new(key.at, exponents[0].at, exponents[0].len,
                                                      &side[0]));
    EXPECT(SECPVM_OK,
           secpvm_exchange_1997_slave_new(exponents[1].at, exponents[1].len, &side[1]));
    for (size_t i = 0; i < 4; i++) {
        pass(side[i % 2], side[1 - i % 2], bodies[i]);
        free(bodies[i].at);
    }
    EXPECT(SECPVM_OK, secpvm_exchange_1997_finish(side[0], NULL));
    EXPECT(SECPVM_OK, secpvm_exchange_1997_finish(side[1], received.at));
    CHECK(same(received, key));
    for (size_t i = 0; i < 2; i++) {
        secpvm_exchange_1997_free(side[i]);
        free(exponents[i].at);
    }
    free(key.at), free(received.at);
}

static void check(const struct known_answer *answer)
{
    static const struct {
        const char *schema;
        void (*check)(const struct known_answer *);
    } runners[] = {
        {"cipher_v1", check_cipher},
        {"aead_v1", check_aead},
        {"digest_v1", check_digest},
        {"mac_v1", check_mac},
        {"agreement_v1", check_agreement},
        {"kdf_v1", check_kdf},
        {"padding_v1", check_padding},
        {"noise_handshake_v1", check_noise},
        {"classic_packet_v1", check_classic_packet},
        {"classic_exchange_v1", check_classic_exchange},
        {"transcript_v1", check_transcript},
    };
    for (size_t i = 0; i < sizeof runners / sizeof *runners; i++) {
        if (strcmp(text(answer, "schema"), runners[i].schema) == 0) {
            runners[i].check(answer);
            return;
        }
    }
    fprintf(stderr, "unknown schema %s\n", text(answer, "schema"));
    exit(1);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    FILE *file = fopen(argv[1], "r");
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    size_t count = each_known_answer(file, check);
    fclose(file);
    CHECK(count > 5000);
    printf("vectors: %zu ok\n", count);
    return 0;
}
