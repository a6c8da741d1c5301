// The C++17 interface of secpvm_core.hpp over the cxx crate, for static builds: the same names,
// signatures and errors. A program uses one of the two headers, not both.
//
//     cargo rustc -p secpvm-c --features cxx --crate-type staticlib
//     c++ -std=c++17 -I bindings-c/include -I target/cxxbridge ... target/debug/libsecpvm_c.a
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// All of secpvm_core.hpp is here: sessions, sealer, opener, rolling_opener, join, noise, transport,
// aead, mac, digest, hasher, agreement, derive, hazmat::cipher, hazmat::padded_encryptor and
// hazmat::padded_decryptor; leader and member by way of C (secpvm_core_groups.hpp).
#ifndef SECPVM_CORE_CXX_HPP
#define SECPVM_CORE_CXX_HPP

#include <functional>
#include <initializer_list>
#include <limits>

#include "rust/cxx.h"
#include "secpvm-c/src/bridge.rs.h"
#include "secpvm_core_groups.hpp"
#include "secpvm_core_types.hpp"

namespace secpvm {
namespace detail {

using input = rust::Slice<const std::uint8_t>;
using output = rust::Slice<std::uint8_t>;

inline input in(bytes data) noexcept { return {data.data(), data.size()}; }
inline output out(buffer data) noexcept { return {data.data(), data.size()}; }

// What must hold before slices are made: no null, no impossible length, and nothing that meets
// `written`.
inline secpvm_status claim(bytes written, std::initializer_list<bytes> read) noexcept
{
    auto possible = [](bytes data) {
        if (data.size() > static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max())) {
            return SECPVM_ERR_LENGTH;
        }
        return data.data() == nullptr && data.size() > 0 ? SECPVM_ERR_NULL : SECPVM_OK;
    };
    secpvm_status status = possible(written);
    for (bytes data : read) {
        if (status == SECPVM_OK) {
            status = possible(data);
        }
        std::less<const std::uint8_t *> before;
        if (status == SECPVM_OK && data.size() > 0 && written.size() > 0
            && before(data.data(), written.data() + written.size())
            && before(written.data(), data.data() + data.size())) {
            status = SECPVM_ERR_OVERLAP;
        }
    }
    return status;
}

// Call Rust: what it throws has the status' number as its text.
template <class Call>
auto over(Call call) -> decltype(call())
{
    try {
        return call();
    } catch (const rust::Error &failed) {
        throw error(static_cast<secpvm_status>(std::stoi(failed.what())));
    }
}

// The owner of a Rust object. Empty when it was moved from.
template <class Object>
class owner {
public:
    explicit owner(rust::Box<Object> box) noexcept : object_(box.into_raw()) {}
    Object *get() const noexcept { return object_.get(); }
    Object *operator->() const
    {
        check(object_ ? SECPVM_OK : SECPVM_ERR_NULL);
        return object_.get();
    }
    void reset() noexcept { object_.reset(); }

private:
    struct deleter {
        void operator()(Object *object) const noexcept { rust::Box<Object>::from_raw(object); }
    };
    std::unique_ptr<Object, deleter> object_;
};

} // namespace detail

// ---- Sessions and records -----------------------------------------------------------------------

inline session generate_session(const suite_info &suite, const entropy &entropy)
{
    session made;
    detail::over([&] {
        bridge::session_generate(suite.id, detail::in(entropy), detail::out(made));
    });
    return made;
}

inline session next_epoch(const session &current, const entropy &entropy)
{
    session next;
    detail::over([&] {
        bridge::session_next_epoch(detail::in(current), detail::in(entropy), detail::out(next));
    });
    return next;
}

class sealer {
public:
    sealer(const session &session, std::uint64_t sender)
        : object_(detail::over([&] { return bridge::sealer_new(detail::in(session), sender); })) {}

    std::size_t seal_in_place(bytes associated_data, buffer buf, std::size_t plaintext_len)
    {
        check(detail::claim(buf, {associated_data}));
        return detail::over([&] {
            return object_->seal_in_place(detail::in(associated_data), detail::out(buf),
                                          plaintext_len);
        });
    }
    vector seal(bytes associated_data, bytes plaintext)
    {
        vector record = detail::room_for_record(plaintext);
        record.resize(seal_in_place(associated_data, record, plaintext.size()));
        return record;
    }
    void enter_epoch(const session &session)
    {
        detail::over([&] { object_->enter_epoch(detail::in(session)); });
    }

private:
    detail::owner<bridge::Sealer> object_;
};

namespace detail {

template <class Object, rust::Box<Object> (*New)(input, std::size_t)>
class opener {
public:
    opener(const session &session, std::size_t peers_max)
        : object_(over([&] { return New(in(session), peers_max); })) {}

    secpvm_status try_open_in_place(bytes associated_data, buffer record, opened &result) noexcept
    {
        if (object_.get() == nullptr) {
            return SECPVM_ERR_NULL;
        }
        secpvm_status status = claim(record, {associated_data});
        bridge::Opened made{};
        if (status == SECPVM_OK) {
            status = static_cast<secpvm_status>(
                object_.get()->try_open_in_place(in(associated_data), out(record), made));
        }
        if (status == SECPVM_OK) {
            result.header.sender = made.sender;
            result.header.packet_number = made.packet_number;
            result.header.epoch = made.epoch;
            result.header.suite_id = made.suite_id;
            result.plaintext = buffer(record.data() + record_header_len, made.plaintext_len);
        }
        return status;
    }
    opened open_in_place(bytes associated_data, buffer record)
    {
        opened result{};
        check(try_open_in_place(associated_data, record, result));
        return result;
    }

protected:
    owner<Object> object_;
};

} // namespace detail

using opener = detail::opener<bridge::Opener, bridge::opener_new>;

class rolling_opener
    : public detail::opener<bridge::RollingOpener, bridge::rolling_opener_new> {
public:
    using opener::opener;
    void prepare_epoch(const session &session)
    {
        detail::over([&] { object_->prepare_epoch(detail::in(session)); });
    }
    void activate_epoch() { detail::over([&] { object_->activate_epoch(); }); }
    void retire_previous_epoch() { detail::over([&] { object_->retire_previous_epoch(); }); }
};

// ---- Join ---------------------------------------------------------------------------------------

class join {
public:
    static join initiator(const session &session, bytes context,
                          const std::array<std::uint8_t, SECPVM_JOIN_INITIATOR_ENTROPY_LEN> &entropy)
    {
        check(detail::claim({}, {context}));
        return join(detail::over([&] {
            return bridge::join_initiator(detail::in(session), detail::in(context),
                                          detail::in(entropy));
        }));
    }
    static join responder(bytes context, const entropy &entropy)
    {
        check(detail::claim({}, {context}));
        return join(detail::over(
            [&] { return bridge::join_responder(detail::in(context), detail::in(entropy)); }));
    }
    vector write()
    {
        vector message(SECPVM_JOIN_MESSAGE_LEN_MAX);
        message.resize(detail::over([&] { return object_->write(detail::out(message)); }));
        return message;
    }
    void read(bytes message)
    {
        check(detail::claim({}, {message}));
        detail::over([&] { object_->read(detail::in(message)); });
    }
    session finish()
    {
        session received;
        detail::over([&] { object_->finish(detail::out(received)); });
        return received;
    }
    vector write_member_key(const member_key &key)
    {
        vector message(SECPVM_JOIN_MEMBER_KEY_LEN);
        message.resize(detail::over(
            [&] { return object_->write_member_key(detail::in(key), detail::out(message)); }));
        return message;
    }
    member_key read_member_key(bytes message)
    {
        check(detail::claim({}, {message}));
        member_key key;
        detail::over([&] { object_->read_member_key(detail::in(message), detail::out(key)); });
        return key;
    }

private:
    explicit join(rust::Box<bridge::Join> box) noexcept : object_(std::move(box)) {}
    detail::owner<bridge::Join> object_;
};

// ---- Noise --------------------------------------------------------------------------------------

class noise {
public:
    explicit noise(const secpvm_noise_setup &setup)
        : object_(detail::over([&] {
              auto key = [](const std::uint8_t *data) {
                  return detail::in(data ? bytes(data, SECPVM_NOISE_KEY_LEN) : bytes());
              };
              bytes prologue(setup.prologue, setup.prologue_len);
              check(detail::claim({}, {prologue}));
              return bridge::noise_new(bridge::NoiseSetup{
                  static_cast<std::uint32_t>(setup.pattern),
                  static_cast<std::uint32_t>(setup.role),
                  static_cast<std::uint32_t>(setup.cipher), detail::in(prologue), key(setup.psk),
                  key(setup.local_static), key(setup.remote_static), key(setup.ephemeral)});
          })) {}
    vector write(bytes payload = {})
    {
        vector message = detail::room_for_message(payload, detail::noise_overhead_max);
        check(detail::claim(message, {payload}));
        message.resize(detail::over(
            [&] { return object_->write(detail::in(payload), detail::out(message)); }));
        return message;
    }
    vector read(bytes message)
    {
        vector payload = detail::room_for_payload(message);
        check(detail::claim(payload, {message}));
        payload.resize(detail::over(
            [&] { return object_->read(detail::in(message), detail::out(payload)); }));
        return payload;
    }
    bool is_finished() const { return detail::over([&] { return object_->is_finished(); }); }
    bool is_my_turn() const { return detail::over([&] { return object_->is_my_turn(); }); }
    std::array<std::uint8_t, 32> hash() const
    {
        return detail::over([&] { return object_->hash(); });
    }
    std::array<std::uint8_t, SECPVM_NOISE_KEY_LEN> remote_static() const
    {
        return detail::over([&] { return object_->remote_static(); });
    }

private:
    friend class transport;
    detail::owner<bridge::Noise> object_;
};

class transport {
public:
    explicit transport(noise &&finished)
        : object_(detail::over([&] {
              finished.object_.operator->();
              return bridge::transport_new(*finished.object_.get());
          }))
    {
        finished.object_.reset();
    }
    vector write(bytes payload)
    {
        vector message = detail::room_for_message(payload, SECPVM_NOISE_TAG_LEN);
        check(detail::claim(message, {payload}));
        detail::over([&] { object_->write(detail::in(payload), detail::out(message)); });
        return message;
    }
    vector read(bytes message)
    {
        vector payload = detail::room_for_payload(message);
        check(detail::claim(payload, {message}));
        payload.resize(detail::over(
            [&] { return object_->read(detail::in(message), detail::out(payload)); }));
        return payload;
    }

private:
    detail::owner<bridge::Transport> object_;
};

// ---- AEADs, MACs, digests, key agreement, key derivation ----------------------------------------

class aead {
public:
    using nonce = std::array<std::uint8_t, SECPVM_AEAD_NONCE_LEN>;
    using tag = std::array<std::uint8_t, SECPVM_AEAD_TAG_LEN>;

    aead(std::uint16_t id, bytes key)
        : object_(detail::over([&] {
              check(detail::claim({}, {key}));
              return bridge::aead_new(id, detail::in(key));
          })) {}
    tag seal_in_place(const nonce &nonce, bytes associated_data, buffer data) const
    {
        check(detail::claim(data, {nonce, associated_data}));
        return detail::over([&] {
            return object_->seal_in_place(detail::in(nonce), detail::in(associated_data),
                                          detail::out(data));
        });
    }
    secpvm_status try_open_in_place(const nonce &nonce, bytes associated_data, buffer data,
                                    bytes tag) const noexcept
    {
        if (object_.get() == nullptr) {
            return SECPVM_ERR_NULL;
        }
        secpvm_status status = detail::claim(data, {nonce, associated_data, tag});
        return status != SECPVM_OK
                   ? status
                   : static_cast<secpvm_status>(object_.get()->try_open_in_place(
                         detail::in(nonce), detail::in(associated_data), detail::out(data),
                         detail::in(tag)));
    }
    void open_in_place(const nonce &nonce, bytes associated_data, buffer data, bytes tag) const
    {
        check(try_open_in_place(nonce, associated_data, data, tag));
    }

private:
    detail::owner<bridge::Aead> object_;
};

class mac {
public:
    mac(std::uint16_t id, bytes key, std::size_t tag_len)
        : object_(detail::over([&] {
              check(detail::claim({}, {key}));
              return bridge::mac_new(id, detail::in(key), tag_len);
          })),
          tag_len_(tag_len) {}
    mac &update(bytes data)
    {
        check(detail::claim({}, {data}));
        detail::over([&] { object_->update(detail::in(data)); });
        return *this;
    }
    vector finish()
    {
        vector tag(tag_len_);
        detail::over([&] { object_->finish(detail::out(tag)); });
        return tag;
    }
    secpvm_status try_verify(bytes tag) noexcept
    {
        if (object_.get() == nullptr) {
            return SECPVM_ERR_NULL;
        }
        secpvm_status status = detail::claim({}, {tag});
        return status != SECPVM_OK
                   ? status
                   : static_cast<secpvm_status>(object_.get()->try_verify(detail::in(tag)));
    }
    void verify(bytes tag) { check(try_verify(tag)); }

private:
    detail::owner<bridge::Mac> object_;
    std::size_t tag_len_;
};

namespace detail {

inline std::size_t output_len(std::uint16_t id)
{
    algorithm_info info;
    check(secpvm_algorithm_by_id(id, &info));
    return info.output_len;
}

} // namespace detail

inline vector digest(std::uint16_t id, bytes data)
{
    vector output(detail::output_len(id));
    check(detail::claim(output, {data}));
    detail::over([&] { bridge::digest(id, detail::in(data), detail::out(output)); });
    return output;
}

class hasher {
public:
    explicit hasher(std::uint16_t id)
        : len_(detail::output_len(id)),
          object_(detail::over([&] { return bridge::hasher_new(id); })) {}
    hasher &update(bytes data)
    {
        check(detail::claim({}, {data}));
        detail::over([&] { object_->update(detail::in(data)); });
        return *this;
    }
    vector finish()
    {
        vector output(len_);
        detail::over([&] { object_->finish(detail::out(output)); });
        return output;
    }

private:
    std::size_t len_;
    detail::owner<bridge::Hasher> object_;
};

class agreement {
public:
    agreement(std::uint16_t id, bytes secret)
        : len_(detail::output_len(id)), object_(detail::over([&] {
              check(detail::claim({}, {secret}));
              return bridge::agreement_new(id, detail::in(secret));
          })) {}
    vector public_value() const
    {
        vector value(len_);
        detail::over([&] { object_->public_value(detail::out(value)); });
        return value;
    }
    // The shared secret: wipe it after deriving keys from it.
    vector agree(bytes public_value) const
    {
        vector shared(len_);
        check(detail::claim(shared, {public_value}));
        detail::over([&] { object_->agree(detail::in(public_value), detail::out(shared)); });
        return shared;
    }

private:
    std::size_t len_;
    detail::owner<bridge::Agreement> object_;
};

inline void derive(std::uint16_t id, bytes salt, bytes secret, bytes info, buffer out)
{
    check(detail::claim(out, {salt, secret, info}));
    detail::over([&] {
        bridge::derive(id, detail::in(salt), detail::in(secret), detail::in(info),
                       detail::out(out));
    });
}

// ---- Secrecy without authentication -------------------------------------------------------------

namespace hazmat {

class cipher {
public:
    cipher(std::uint16_t id, bytes key, bytes iv)
        : object_(detail::over([&] {
              check(detail::claim({}, {key, iv}));
              return bridge::cipher_new(id, detail::in(key), detail::in(iv));
          })) {}
    void encrypt_in_place(buffer data)
    {
        check(detail::claim(data, {}));
        detail::over([&] { object_->encrypt_in_place(detail::out(data)); });
    }
    void decrypt_in_place(buffer data)
    {
        check(detail::claim(data, {}));
        detail::over([&] { object_->decrypt_in_place(detail::out(data)); });
    }

private:
    detail::owner<bridge::Cipher> object_;
};

class padded_encryptor {
public:
    padded_encryptor(std::uint16_t id, std::uint16_t padding, bytes key, bytes iv)
        : object_(detail::over([&] {
              check(detail::claim({}, {key, iv}));
              return bridge::padded_encryptor_new(id, padding, detail::in(key), detail::in(iv));
          })) {}
    std::size_t update(bytes input, buffer output)
    {
        check(detail::claim(output, {input}));
        return detail::over(
            [&] { return object_->update(detail::in(input), detail::out(output)); });
    }
    vector finish()
    {
        vector output(SECPVM_BLOCK_LEN_MAX);
        output.resize(detail::over([&] { return object_->finish(detail::out(output)); }));
        return output;
    }

private:
    detail::owner<bridge::PaddedEncryptor> object_;
};

class padded_decryptor {
public:
    padded_decryptor(std::uint16_t id, std::uint16_t padding, bytes key, bytes iv)
        : object_(detail::over([&] {
              check(detail::claim({}, {key, iv}));
              return bridge::padded_decryptor_new(id, padding, detail::in(key), detail::in(iv));
          })) {}
    std::size_t update(bytes input, buffer output)
    {
        check(detail::claim(output, {input}));
        return detail::over(
            [&] { return object_->update(detail::in(input), detail::out(output)); });
    }
    vector finish(std::size_t count = no_count)
    {
        vector output(SECPVM_BLOCK_LEN_MAX);
        output.resize(detail::over([&] { return object_->finish(count, detail::out(output)); }));
        return output;
    }

private:
    detail::owner<bridge::PaddedDecryptor> object_;
};

} // namespace hazmat
} // namespace secpvm

#endif // SECPVM_CORE_CXX_HPP
