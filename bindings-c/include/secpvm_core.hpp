// libsecpvm_core for C++17: owners and views over secpvm_core.h, which is the manual. Header only.
// Groups are in secpvm_core_groups.hpp, which it includes. Batches and the packets of 1997 have no
// classes: use the functions of C.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// - Each object of the C interface is a class that owns it: move-only, wiped and released in its
//   destructor. A class that was moved from is empty; to use it throws error (SECPVM_ERR_NULL).
// - Bytes go in as `bytes` and out as `buffer`: a pointer and a length, made from arrays, vectors,
//   strings, anything with data() and size() whose elements are bytes.
// - A call that fails throws `error`, which carries the status. What comes from the network fails
//   all the time: for that the try_... members return the status and throw nothing.
//
//     secpvm::sealer sealer(session, 7);
//     std::vector<std::uint8_t> buf(secpvm::record_header_len + 5 + secpvm::tag_len_max);
//     ...
//     std::size_t len = sealer.seal_in_place(secpvm::bytes("host 2"), buf, 5);
#ifndef SECPVM_CORE_HPP
#define SECPVM_CORE_HPP

#include "secpvm_core_groups.hpp"
#include "secpvm_core_types.hpp"

namespace secpvm {

// ---- Sessions and records -----------------------------------------------------------------------

inline session generate_session(const suite_info &suite, const entropy &entropy)
{
    session made;
    check(secpvm_session_generate(suite.id, entropy.data(), made.data()));
    return made;
}

inline session next_epoch(const session &current, const entropy &entropy)
{
    session next;
    check(secpvm_session_next_epoch(current.data(), entropy.data(), next.data()));
    return next;
}

namespace detail {

template <class Object, void (*Free)(Object *)>
using owner = c_owner<Object, Free>;

} // namespace detail

class sealer {
public:
    sealer(const session &session, std::uint64_t sender)
    {
        secpvm_sealer *made = nullptr;
        check(secpvm_sealer_new(session.data(), sender, &made));
        object_.reset(made);
    }

    // Seal the plaintext at record_header_len of `buf`; returns the record's length.
    std::size_t seal_in_place(bytes associated_data, buffer buf, std::size_t plaintext_len)
    {
        std::size_t len = 0;
        check(secpvm_sealer_seal_in_place(object_.get(), associated_data.data(),
                                          associated_data.size(), buf.data(), buf.size(),
                                          plaintext_len, &len));
        return len;
    }

    // The record of `plaintext`.
    vector seal(bytes associated_data, bytes plaintext)
    {
        vector record = detail::room_for_record(plaintext);
        record.resize(seal_in_place(associated_data, record, plaintext.size()));
        return record;
    }

    void enter_epoch(const session &session)
    {
        check(secpvm_sealer_enter_epoch(object_.get(), session.data()));
    }

private:
    detail::owner<secpvm_sealer, secpvm_sealer_free> object_;
};

namespace detail {

template <class Object, void (*Free)(Object *),
          secpvm_status (*New)(const std::uint8_t *, std::size_t, Object **),
          secpvm_status (*Open)(Object *, const std::uint8_t *, std::size_t, std::uint8_t *,
                                std::size_t, secpvm_record_header *, std::size_t *)>
class opener {
public:
    opener(const session &session, std::size_t peers_max)
    {
        Object *made = nullptr;
        check(New(session.data(), peers_max, &made));
        object_.reset(made);
    }

    // `result` is written on SECPVM_OK only.
    secpvm_status try_open_in_place(bytes associated_data, buffer record, opened &result) noexcept
    {
        std::size_t len = 0;
        secpvm_record_header header;
        secpvm_status status =
            Open(object_.get(), associated_data.data(), associated_data.size(), record.data(),
                 record.size(), &header, &len);
        if (status == SECPVM_OK) {
            result = {header, buffer(record.data() + record_header_len, len)};
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
    owner<Object, Free> object_;
};

} // namespace detail

using opener = detail::opener<secpvm_opener, secpvm_opener_free, secpvm_opener_new,
                              secpvm_opener_open_in_place>;

class rolling_opener
    : public detail::opener<secpvm_rolling_opener, secpvm_rolling_opener_free,
                            secpvm_rolling_opener_new, secpvm_rolling_opener_open_in_place> {
public:
    using opener::opener;
    void prepare_epoch(const session &session)
    {
        check(secpvm_rolling_opener_prepare_epoch(object_.get(), session.data()));
    }
    void activate_epoch() { check(secpvm_rolling_opener_activate_epoch(object_.get())); }
    void retire_previous_epoch()
    {
        check(secpvm_rolling_opener_retire_previous_epoch(object_.get()));
    }
};

// ---- Join ---------------------------------------------------------------------------------------

class join {
public:
    static join initiator(const session &session, bytes context,
                          const std::array<std::uint8_t, SECPVM_JOIN_INITIATOR_ENTROPY_LEN> &entropy)
    {
        secpvm_join *made = nullptr;
        check(secpvm_join_initiator_new(session.data(), context.data(), context.size(),
                                        entropy.data(), &made));
        return join(made);
    }
    static join responder(bytes context, const entropy &entropy)
    {
        secpvm_join *made = nullptr;
        check(secpvm_join_responder_new(context.data(), context.size(), entropy.data(), &made));
        return join(made);
    }

    vector write()
    {
        vector message(SECPVM_JOIN_MESSAGE_LEN_MAX);
        std::size_t len = 0;
        check(secpvm_join_write(object_.get(), message.data(), message.size(), &len));
        message.resize(len);
        return message;
    }
    void read(bytes message)
    {
        check(secpvm_join_read(object_.get(), message.data(), message.size()));
    }

    // Throws unless all four messages have passed. What the responder came for; zeros for the
    // initiator.
    session finish()
    {
        session received;
        check(secpvm_join_finish(object_.get(), received.data()));
        return received;
    }

    // Message 5, from the leader of a group to the newcomer, once the join is finished.
    vector write_member_key(const member_key &key)
    {
        vector message(SECPVM_JOIN_MEMBER_KEY_LEN);
        std::size_t len = 0;
        check(secpvm_join_write_member_key(object_.get(), key.data(), message.data(),
                                           message.size(), &len));
        message.resize(len);
        return message;
    }
    member_key read_member_key(bytes message)
    {
        member_key key;
        check(secpvm_join_read_member_key(object_.get(), message.data(), message.size(),
                                          key.data()));
        return key;
    }

private:
    explicit join(secpvm_join *object) noexcept : object_(object) {}
    detail::owner<secpvm_join, secpvm_join_free> object_;
};

// ---- Noise --------------------------------------------------------------------------------------

class transport;

class noise {
public:
    explicit noise(const secpvm_noise_setup &setup)
    {
        secpvm_noise *made = nullptr;
        check(secpvm_noise_new(&setup, &made));
        object_.reset(made);
    }
    vector write(bytes payload = {})
    {
        vector message = detail::room_for_message(payload, detail::noise_overhead_max);
        std::size_t len = 0;
        check(secpvm_noise_write(object_.get(), payload.data(), payload.size(), message.data(),
                                 message.size(), &len));
        message.resize(len);
        return message;
    }
    vector read(bytes message)
    {
        vector payload = detail::room_for_payload(message);
        std::size_t len = 0;
        check(secpvm_noise_read(object_.get(), message.data(), message.size(), payload.data(),
                                payload.size(), &len));
        payload.resize(len);
        return payload;
    }
    bool is_finished() const
    {
        int yes = 0;
        check(secpvm_noise_is_finished(object_.get(), &yes));
        return yes != 0;
    }
    bool is_my_turn() const
    {
        int yes = 0;
        check(secpvm_noise_is_my_turn(object_.get(), &yes));
        return yes != 0;
    }
    std::array<std::uint8_t, 32> hash() const
    {
        std::array<std::uint8_t, 32> hash;
        check(secpvm_noise_hash(object_.get(), hash.data()));
        return hash;
    }
    // The peer's static key. SECPVM_ERR_OUT_OF_ORDER while it is not known.
    std::array<std::uint8_t, SECPVM_NOISE_KEY_LEN> remote_static() const
    {
        std::array<std::uint8_t, SECPVM_NOISE_KEY_LEN> key;
        check(secpvm_noise_remote_static(object_.get(), key.data()));
        return key;
    }

private:
    friend class transport;
    detail::owner<secpvm_noise, secpvm_noise_free> object_;
};

class transport {
public:
    explicit transport(noise &&finished)
    {
        secpvm_transport *made = nullptr;
        check(secpvm_transport_new(finished.object_.get(), &made));
        object_.reset(made);
        finished.object_.reset();
    }
    vector write(bytes payload)
    {
        vector message = detail::room_for_message(payload, SECPVM_NOISE_TAG_LEN);
        std::size_t len = 0;
        check(secpvm_transport_write(object_.get(), payload.data(), payload.size(),
                                     message.data(), message.size(), &len));
        return message;
    }
    vector read(bytes message)
    {
        vector payload = detail::room_for_payload(message);
        std::size_t len = 0;
        check(secpvm_transport_read(object_.get(), message.data(), message.size(),
                                    payload.data(), payload.size(), &len));
        payload.resize(len);
        return payload;
    }

private:
    detail::owner<secpvm_transport, secpvm_transport_free> object_;
};

// ---- AEADs, MACs, digests, key agreement, key derivation ----------------------------------------

class aead {
public:
    using nonce = std::array<std::uint8_t, SECPVM_AEAD_NONCE_LEN>;
    using tag = std::array<std::uint8_t, SECPVM_AEAD_TAG_LEN>;

    aead(std::uint16_t id, bytes key)
    {
        secpvm_aead *made = nullptr;
        check(secpvm_aead_new(id, key.data(), key.size(), &made));
        object_.reset(made);
    }
    tag seal_in_place(const nonce &nonce, bytes associated_data, buffer data) const
    {
        tag made;
        check(secpvm_aead_seal_in_place(object_.get(), nonce.data(), associated_data.data(),
                                        associated_data.size(), data.data(), data.size(),
                                        made.data()));
        return made;
    }
    secpvm_status try_open_in_place(const nonce &nonce, bytes associated_data, buffer data,
                                    bytes tag) const noexcept
    {
        return secpvm_aead_open_in_place(object_.get(), nonce.data(), associated_data.data(),
                                         associated_data.size(), data.data(), data.size(),
                                         tag.data(), tag.size());
    }
    void open_in_place(const nonce &nonce, bytes associated_data, buffer data, bytes tag) const
    {
        check(try_open_in_place(nonce, associated_data, data, tag));
    }

private:
    detail::owner<secpvm_aead, secpvm_aead_free> object_;
};

class mac {
public:
    mac(std::uint16_t id, bytes key, std::size_t tag_len) : tag_len_(tag_len)
    {
        secpvm_mac *made = nullptr;
        check(secpvm_mac_new(id, key.data(), key.size(), tag_len, &made));
        object_.reset(made);
    }
    mac &update(bytes data)
    {
        check(secpvm_mac_update(object_.get(), data.data(), data.size()));
        return *this;
    }
    vector finish()
    {
        vector tag(tag_len_);
        check(secpvm_mac_finish(object_.get(), tag.data(), tag.size()));
        return tag;
    }
    secpvm_status try_verify(bytes tag) noexcept
    {
        return secpvm_mac_verify(object_.get(), tag.data(), tag.size());
    }
    void verify(bytes tag) { check(try_verify(tag)); }

private:
    detail::owner<secpvm_mac, secpvm_mac_free> object_;
    std::size_t tag_len_;
};

inline vector digest(std::uint16_t id, bytes data)
{
    algorithm_info info;
    check(secpvm_algorithm_by_id(id, &info));
    vector output(info.output_len);
    check(secpvm_digest_once(id, data.data(), data.size(), output.data(), output.size()));
    return output;
}

// A digest of a message in pieces.
class hasher {
public:
    explicit hasher(std::uint16_t id)
    {
        algorithm_info info;
        check(secpvm_algorithm_by_id(id, &info));
        len_ = info.output_len;
        secpvm_digest *made = nullptr;
        check(secpvm_digest_new(id, &made));
        object_.reset(made);
    }
    hasher &update(bytes data)
    {
        check(secpvm_digest_update(object_.get(), data.data(), data.size()));
        return *this;
    }
    vector finish()
    {
        vector output(len_);
        check(secpvm_digest_finish(object_.get(), output.data(), output.size()));
        return output;
    }

private:
    detail::owner<secpvm_digest, secpvm_digest_free> object_;
    std::size_t len_ = 0;
};

class agreement {
public:
    agreement(std::uint16_t id, bytes secret)
    {
        algorithm_info info;
        check(secpvm_algorithm_by_id(id, &info));
        len_ = info.output_len;
        secpvm_agreement *made = nullptr;
        check(secpvm_agreement_new(id, secret.data(), secret.size(), &made));
        object_.reset(made);
    }
    vector public_value() const
    {
        vector value(len_);
        check(secpvm_agreement_public_value(object_.get(), value.data(), value.size()));
        return value;
    }
    // The shared secret: wipe it after deriving keys from it.
    vector agree(bytes public_value) const
    {
        vector shared(len_);
        check(secpvm_agreement_agree(object_.get(), public_value.data(), public_value.size(),
                                     shared.data(), shared.size()));
        return shared;
    }

private:
    detail::owner<secpvm_agreement, secpvm_agreement_free> object_;
    std::size_t len_ = 0;
};

inline void derive(std::uint16_t id, bytes salt, bytes secret, bytes info, buffer out)
{
    check(secpvm_kdf_derive(id, salt.data(), salt.size(), secret.data(), secret.size(),
                            info.data(), info.size(), out.data(), out.size()));
}

// ---- Secrecy without authentication -------------------------------------------------------------

namespace hazmat {

class cipher {
public:
    cipher(std::uint16_t id, bytes key, bytes iv)
    {
        secpvm_cipher *made = nullptr;
        check(secpvm_cipher_new(id, key.data(), key.size(), iv.data(), iv.size(), &made));
        object_.reset(made);
    }
    void encrypt_in_place(buffer data)
    {
        check(secpvm_cipher_encrypt_in_place(object_.get(), data.data(), data.size()));
    }
    void decrypt_in_place(buffer data)
    {
        check(secpvm_cipher_decrypt_in_place(object_.get(), data.data(), data.size()));
    }

private:
    detail::owner<secpvm_cipher, secpvm_cipher_free> object_;
};

// ECB and CBC over pieces of any length, padded.
class padded_encryptor {
public:
    padded_encryptor(std::uint16_t id, std::uint16_t padding, bytes key, bytes iv)
    {
        secpvm_padded_encryptor *made = nullptr;
        check(secpvm_padded_encryptor_new(id, padding, key.data(), key.size(), iv.data(),
                                          iv.size(), &made));
        object_.reset(made);
    }
    // The output is at most a block longer than `input`; returns its length.
    std::size_t update(bytes input, buffer output)
    {
        std::size_t len = 0;
        check(secpvm_padded_encryptor_update(object_.get(), input.data(), input.size(),
                                             output.data(), output.size(), &len));
        return len;
    }
    vector finish()
    {
        vector output(SECPVM_BLOCK_LEN_MAX);
        std::size_t len = 0;
        check(secpvm_padded_encryptor_finish(object_.get(), output.data(), output.size(), &len));
        output.resize(len);
        return output;
    }

private:
    detail::owner<secpvm_padded_encryptor, secpvm_padded_encryptor_free> object_;
};

class padded_decryptor {
public:
    padded_decryptor(std::uint16_t id, std::uint16_t padding, bytes key, bytes iv)
    {
        secpvm_padded_decryptor *made = nullptr;
        check(secpvm_padded_decryptor_new(id, padding, key.data(), key.size(), iv.data(),
                                          iv.size(), &made));
        object_.reset(made);
    }
    std::size_t update(bytes input, buffer output)
    {
        std::size_t len = 0;
        check(secpvm_padded_decryptor_update(object_.get(), input.data(), input.size(),
                                             output.data(), output.size(), &len));
        return len;
    }
    vector finish(std::size_t count = no_count)
    {
        vector output(SECPVM_BLOCK_LEN_MAX);
        std::size_t len = 0;
        check(secpvm_padded_decryptor_finish(object_.get(), count, output.data(), output.size(),
                                             &len));
        output.resize(len);
        return output;
    }

private:
    detail::owner<secpvm_padded_decryptor, secpvm_padded_decryptor_free> object_;
};

} // namespace hazmat
} // namespace secpvm

#endif // SECPVM_CORE_HPP
