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
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { first.remote_static(); });
    second.read(first.write("one"));
    first.read(second.write("two"));
    second.read(first.write("three"));
    CHECK(first.is_finished() && second.is_finished() && first.hash() == second.hash());
    secpvm::vector public_key = secpvm::agreement(SECPVM_X25519, key).public_value();
    std::array<std::uint8_t, 32> peer = first.remote_static();
    CHECK(std::equal(peer.begin(), peer.end(), public_key.begin(), public_key.end()));
    CHECK(second.remote_static() == peer);
    secpvm::transport there(std::move(first)), back(std::move(second));
    secpvm::vector payload = back.read(there.write("four"));
    CHECK(text(payload) == "four");
}

// Lengths that nothing has are refused before anything is reserved for them.
static void huge()
{
    secpvm::session session = secpvm::generate_session(secpvm::suite("aes-256-gcm"), {1});
    secpvm::sealer sealer(session, 1);
    secpvm::entropy key{1};
    secpvm_noise_setup setup{};
    setup.psk = setup.ephemeral = key.data();
    secpvm::noise noise(setup);
    std::uint8_t byte = 0;
    for (std::size_t size : {SIZE_MAX, SIZE_MAX - 40, SIZE_MAX / 2 + 1, std::size_t{1} << 40}) {
        secpvm::bytes huge(&byte, size);
        throws(SECPVM_ERR_LENGTH, [&] { sealer.seal("", huge); });
        throws(SECPVM_ERR_LENGTH, [&] { noise.write(huge); });
    }
    throws(SECPVM_ERR_NULL, [&] { sealer.seal("", secpvm::bytes(nullptr, 5)); });
    const char *null = nullptr;
    throws(SECPVM_ERR_NULL, [&] { sealer.seal("", null); });
    throws(SECPVM_ERR_NULL, [&] { sealer.seal(null, "hello"); });
    throws(SECPVM_ERR_NULL, [&] { secpvm::digest(SECPVM_MD5, null); });
    CHECK(sealer.seal("", "").size() == SECPVM_RECORD_OVERHEAD_MAX);

    setup.role = SECPVM_NOISE_RESPONDER;
    secpvm::noise other(setup);
    secpvm::vector message = noise.write("payload");
    throws(SECPVM_REJECTED_MALFORMED, [&] { other.read(secpvm::vector(70000)); });
    CHECK(other.read(message).size() == 7);
}

static void sessions()
{
    secpvm::session session = secpvm::generate_session(secpvm::suite("aes-256-gcm"), {1});
    secpvm::session tasks = secpvm::session_for_tasks(session);
    secpvm::session other = secpvm::session_with_suite(tasks, secpvm::suite("chacha20-poly1305"));
    CHECK(secpvm::session_suite(tasks).id == secpvm::session_suite(session).id);
    CHECK(secpvm::session_suite(other).id == secpvm::suite("chacha20-poly1305").id);
    CHECK(std::memcmp(tasks.data(), session.data(), 32) != 0);
    CHECK(std::memcmp(tasks.data(), other.data(), 36) == 0);
    auto all = secpvm::application_key(tasks), one = secpvm::application_key(tasks, 7);
    CHECK(std::memcmp(all.data(), one.data(), all.size()) != 0);
    secpvm::suite_info none = secpvm::suite("aes-256-gcm");
    none.id = 0xffff;
    throws(SECPVM_ERR_UNKNOWN_SUITE, [&] { secpvm::session_with_suite(tasks, none); });

    secpvm::vector record = secpvm::sealer(session, 9).seal("", "hello");
    CHECK(secpvm::parse_record(record).sender == 9);
    throws(SECPVM_REJECTED_MALFORMED, [] { secpvm::parse_record("hello"); });
}

// Carry all messages between a leader and its only member.
static void settle(secpvm::leader &leader, secpvm::member &member, std::uint64_t now_ms)
{
    for (bool moved = true; moved;) {
        moved = false;
        while (auto sent = leader.poll_transmit(now_ms)) {
            CHECK(sent->member == 2);
            member.handle_message(sent->message, now_ms);
            moved = true;
        }
        while (auto sent = member.poll_transmit(now_ms)) {
            leader.handle_message(*sent, now_ms);
            moved = true;
        }
    }
}

static void groups()
{
    secpvm::session session = secpvm::generate_session(secpvm::suite("aes-256-gcm"), {1});
    secpvm::rekey_policy policy = secpvm::rekey_policy_for_session(session);
    policy.packets_max = 1;
    secpvm::leader leader(session, 1, 0, {2}, 2, 4, &policy);
    secpvm::admission admitted = leader.admit(2);
    throws(SECPVM_ERR_ALREADY_MEMBER, [&] { leader.admit(2); });
    secpvm::member member(admitted.key, admitted.session, 77, 0);

    CHECK(!leader.rekey_is_due() && !leader.poll_unresponsive() && leader.poll_timeout());
    secpvm::vector record = leader.seal("to member", "hello");
    CHECK(text(member.open_in_place("to member", record, 0).plaintext) == "hello");
    CHECK(leader.rekey_is_due());
    leader.rekey({3}, 0);
    CHECK(leader.epoch() == 0 && member.epoch() == 0);
    CHECK(std::memcmp(leader.newest_session().data(), leader.session().data(), 32) != 0);
    settle(leader, member, 0);
    CHECK(leader.epoch() == 1 && member.epoch() == 1);
    CHECK(std::memcmp(leader.session().data(), member.session().data(), 40) == 0);

    secpvm::vector forged = record;
    secpvm::opened opened{};
    CHECK(leader.try_open_in_place("", forged, 0, opened) == SECPVM_REJECTED_FORGED);
    CHECK(leader.try_handle_message("no message", 0) == SECPVM_REJECTED_MALFORMED);
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { leader.rekey({4}, 0); });
    throws(SECPVM_ERR_NO_SUCH_MEMBER, [&] { leader.offer_again(3); });
    throws(SECPVM_ERR_NO_SUCH_MEMBER, [&] { leader.remove(3, {4}, 0); });
    leader.handle_timeout(20000);
    member.handle_timeout(20000);
    member.request_epoch();
    settle(leader, member, 20000);
    CHECK(leader.rekey_is_due());

    leader.remove(2, {5}, 20000);
    CHECK(leader.epoch() == 2 && !leader.poll_transmit(20000));
    record = leader.seal("", "after");
    CHECK(member.try_open_in_place("", record, 20000, opened) == SECPVM_REJECTED_STALE);
    throws(SECPVM_ERR_LENGTH, [&] { secpvm::member(admitted.key, session, 1, 0, 0); });
    secpvm::leader moved = std::move(leader);
    throws(SECPVM_ERR_NULL, [&] { leader.epoch(); });
    CHECK(moved.epoch() == 2);
}

static void pieces()
{
    secpvm::hasher hasher(SECPVM_SHA256);
    secpvm::vector hash = hasher.update("mess").update("age").finish();
    CHECK(hash == secpvm::digest(SECPVM_SHA256, "message"));
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { hasher.update("more"); });
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { hasher.finish(); });
    throws(SECPVM_ERR_UNKNOWN_ALGORITHM, [] { secpvm::hasher{SECPVM_HMAC_MD5}; });

    std::uint8_t key[24], iv[8] = {0};
    for (std::uint8_t i = 0; i < sizeof key; i++) {
        key[i] = i;
    }
    const std::uint16_t id = SECPVM_3DES_CBC, padding = SECPVM_PADDING_PKCS7;
    secpvm::hazmat::padded_encryptor encryptor(id, padding, key, iv);
    secpvm::vector sealed(24), rest;
    std::size_t len = encryptor.update("any le", secpvm::buffer(sealed.data(), sealed.size()));
    CHECK(len == 0);
    throws(SECPVM_ERR_BUFFER_TOO_SMALL, [&] { encryptor.update("ngth", {}); });
    throws(SECPVM_ERR_OVERLAP, [&] { encryptor.update(sealed, sealed); });
    len = encryptor.update("ngth", sealed);
    rest = encryptor.finish();
    CHECK(len == 8 && rest.size() == 8);
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { encryptor.finish(); });
    std::copy(rest.begin(), rest.end(), sealed.begin() + 8);

    // The same in one piece, padded by itself.
    std::string whole = "any length";
    whole.resize(secpvm::padded_len(padding, whole.size(), 8));
    CHECK(secpvm::pad_in_place(padding, whole, 10, 8) == 16);
    CHECK(secpvm::data_len(padding, whole, 8) == 10 && secpvm::data_len(padding, whole, 8, 6) == 10);
    throws(SECPVM_REJECTED_BAD_PADDING, [&] { secpvm::data_len(padding, whole, 8, 5); });
    secpvm::hazmat::cipher(id, key, iv).encrypt_in_place(whole);
    CHECK(std::memcmp(whole.data(), sealed.data(), 16) == 0);

    secpvm::hazmat::padded_decryptor decryptor(id, padding, key, iv);
    secpvm::vector opened(16);
    len = decryptor.update(secpvm::bytes(sealed.data(), 16), opened);
    rest = decryptor.finish();
    CHECK(len == 8 && std::string(opened.begin(), opened.begin() + 8) == "any leng");
    CHECK(std::string(rest.begin(), rest.end()) == "th");
    throws(SECPVM_ERR_OUT_OF_ORDER, [&] { decryptor.finish(); });
    secpvm::hazmat::padded_decryptor within(id, padding, key, iv);
    within.update("12345", opened);
    throws(SECPVM_REJECTED_BAD_PADDING, [&] { within.finish(); });
    throws(SECPVM_ERR_NO_PADDING,
           [&] { secpvm::hazmat::padded_encryptor(SECPVM_3DES_CTR, padding, key, iv); });
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
    huge();
    sessions();
    groups();
    pieces();
    primitives();
    std::puts("C++: ok");
}
