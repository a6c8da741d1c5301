// The C++ interface, over C and over cxx. SPDX-License-Identifier: MIT OR Apache-2.0
#ifdef SECPVM_OVER_CXX
#include "secpvm_core_cxx.hpp"
#else
#include "secpvm_core.hpp"
#endif

#include <cstdio>
#include <cstdlib>
#include <cstring>

#define CHECK(condition)                                                                      \
    do {                                                                                      \
        if (!(condition)) {                                                                   \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);      \
            std::exit(1);                                                                     \
        }                                                                                     \
    } while (0)

template <class Call>
static void throws(secpvm_status expected, Call call)
{
    try {
        call();
    } catch (const secpvm::error &error) {
        CHECK(error.status() == expected && std::strlen(error.what()) > 0);
        return;
    }
    std::fprintf(stderr, "expected: %s\n", secpvm_strerror(expected));
    std::exit(1);
}

static_assert(!std::is_copy_constructible_v<secpvm::sealer>);
static_assert(!std::is_copy_constructible_v<secpvm::session>);
static_assert(!std::is_copy_constructible_v<secpvm::mac>);
static_assert(std::is_nothrow_move_constructible_v<secpvm::sealer>);
static_assert(std::is_nothrow_move_constructible_v<secpvm::session>);

static std::string text(secpvm::buffer bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

static void records()
{
    secpvm::session session = secpvm::generate_session(secpvm::suite("aes-256-gcm"), {1, 2, 3});
    secpvm::sealer sealer(session, 7);
    secpvm::opener opener(session, 4);
    secpvm::vector record = sealer.seal("host 2", "hello"), again = record, forged = record;
    forged.back() ^= 1;
    secpvm::opened opened{};
    CHECK(opener.try_open_in_place("host 2", forged, opened) == SECPVM_REJECTED_FORGED);
    opened = opener.open_in_place("host 2", record);
    CHECK(text(opened.plaintext) == "hello" && opened.header.sender == 7);
    throws(SECPVM_REJECTED_REPLAYED, [&] { opener.open_in_place("host 2", again); });

    secpvm::sealer moved = std::move(sealer);
    throws(SECPVM_ERR_NULL, [&] { sealer.seal("host 2", "hello"); });
    throws(SECPVM_ERR_OVERLAP, [&] { moved.seal_in_place(again, again, 5); });
    throws(SECPVM_ERR_LENGTH, [&] { secpvm::opener(session, 0); });
    record = moved.seal("host 2", "again");
    CHECK(opener.open_in_place("host 2", record).header.packet_number == 1);

    secpvm::rolling_opener rolling(session, 4);
    secpvm::session next = secpvm::next_epoch(session, {4, 5, 6});
    rolling.prepare_epoch(next);
    rolling.activate_epoch();
    moved.enter_epoch(next);
    record = moved.seal("host 2", "newer");
    CHECK(rolling.open_in_place("host 2", record).header.epoch == 1);
    throws(SECPVM_ERR_EPOCH_NOT_NEWER, [&] { moved.enter_epoch(session); });
}

static void join()
{
    secpvm::session session = secpvm::generate_session(secpvm::suite("chacha20-poly1305"), {9});
    secpvm::join member = secpvm::join::initiator(session, "context", {1});
    secpvm::join newcomer = secpvm::join::responder("context", {2});
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { newcomer.write(); });
    for (int round = 0; round < 2; round++) {
        newcomer.read(member.write());
        member.read(newcomer.write());
    }
    CHECK(std::memcmp(newcomer.finish().data(), session.data(), session.size()) == 0);

    secpvm::member_key key;
    std::memset(key.data(), 7, key.size());
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { newcomer.write_member_key(key); });
    secpvm::vector message = member.write_member_key(key);
    CHECK(message.size() == SECPVM_JOIN_MEMBER_KEY_LEN);
    CHECK(std::memcmp(newcomer.read_member_key(message).data(), key.data(), key.size()) == 0);
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { member.write_member_key(key); });
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { newcomer.read_member_key(message); });
}

static void noise()
{
    secpvm::entropy key{1}, ephemeral{2};
    secpvm_noise_setup setup{};
    setup.pattern = SECPVM_NOISE_XX;
    setup.local_static = key.data();
    setup.ephemeral = ephemeral.data();
    secpvm::noise first(setup);
    setup.role = SECPVM_NOISE_RESPONDER;
    secpvm::noise second(setup);
    second.read(first.write("one"));
    first.read(second.write("two"));
    second.read(first.write("three"));
    CHECK(first.is_finished() && second.is_finished() && first.hash() == second.hash());
    secpvm::transport there(std::move(first)), back(std::move(second));
    secpvm::vector payload = back.read(there.write("four"));
    CHECK(text(payload) == "four");
}

static void primitives()
{
    CHECK(secpvm::algorithms().size() > 50 && secpvm::algorithm("DES-EDE3-CBC").key_len_min == 24);
    throws(SECPVM_ERR_UNKNOWN_ALGORITHM, [] { secpvm::algorithm("rot13"); });
    // RFC 1321, appendix A.5.
    CHECK(secpvm::digest(SECPVM_MD5, "abc")[0] == 0x90);
    secpvm::mac mac(SECPVM_HMAC_SHA256, "key", 32);
    secpvm::vector tag = mac.update("mess").update("age").finish();
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { mac.update("more"); });
    secpvm::mac same(SECPVM_HMAC_SHA256, "key", 32);
    CHECK(same.update("message").try_verify(tag) == SECPVM_OK);

    secpvm::agreement ours(SECPVM_X25519, secpvm::entropy{1}), theirs(SECPVM_X25519,
                                                                     secpvm::entropy{2});
    secpvm::vector shared = ours.agree(theirs.public_value());
    CHECK(shared == theirs.agree(ours.public_value()));
    secpvm::entropy key{};
    secpvm::derive(SECPVM_HKDF_SHA256, {}, shared, "key", key);

    secpvm::aead aead(SECPVM_AES_256_GCM, key);
    std::string message = "hello";
    secpvm::aead::tag made = aead.seal_in_place({}, "header", message);
    CHECK(aead.try_open_in_place({}, "hedaer", message, made) == SECPVM_REJECTED_FORGED);
    aead.open_in_place({}, "header", message, made);
    CHECK(message == "hello");

    std::uint8_t iv[16] = {0};
    secpvm::hazmat::cipher(SECPVM_AES_256_CTR, key, iv).encrypt_in_place(message);
    CHECK(message != "hello");
    secpvm::hazmat::cipher(SECPVM_AES_256_CTR, key, iv).decrypt_in_place(message);
    CHECK(message == "hello");
}

int main()
{
    records();
    join();
    noise();
    primitives();
    std::puts("C++: ok");
}
