// What both C++ interfaces, secpvm_core.hpp and secpvm_core_cxx.hpp, are made of: errors, views of
// bytes, secrets, the tables of algorithms and suites, and what needs no object. Include one of those.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef SECPVM_CORE_TYPES_HPP
#define SECPVM_CORE_TYPES_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "secpvm_core.h"

namespace secpvm {

inline constexpr std::size_t record_header_len = SECPVM_RECORD_HEADER_LEN;
inline constexpr std::size_t record_overhead_max = SECPVM_RECORD_OVERHEAD_MAX;
inline constexpr std::size_t tag_len_max =
    SECPVM_RECORD_OVERHEAD_MAX - SECPVM_RECORD_HEADER_LEN;

// Why a call failed. what() is secpvm_strerror's sentence.
class error : public std::exception {
public:
    explicit error(secpvm_status status) noexcept : status_(status) {}
    secpvm_status status() const noexcept { return status_; }
    const char *what() const noexcept override { return secpvm_strerror(status_); }

private:
    secpvm_status status_;
};

// Throw unless `status` is SECPVM_OK.
inline void check(secpvm_status status)
{
    if (status != SECPVM_OK) {
        throw error(status);
    }
}

namespace detail {

template <class Container>
using element = std::remove_pointer_t<decltype(std::declval<Container &>().data())>;

template <class T>
inline constexpr bool is_byte = std::is_same_v<std::remove_cv_t<T>, std::uint8_t>
                                || std::is_same_v<std::remove_cv_t<T>, char>
                                || std::is_same_v<std::remove_cv_t<T>, std::byte>;

} // namespace detail

// Bytes to read.
class bytes {
public:
    constexpr bytes() noexcept = default;
    bytes(const void *data, std::size_t size) noexcept
        : data_(static_cast<const std::uint8_t *>(data)), size_(size) {}
    bytes(std::string_view text) noexcept : bytes(text.data(), text.size()) {}
    // Null is one byte that is not there: whoever is given it says SECPVM_ERR_NULL.
    bytes(const char *text) noexcept
        : bytes(text, text == nullptr ? 1 : std::char_traits<char>::length(text)) {}
    template <std::size_t N>
    bytes(const std::uint8_t (&array)[N]) noexcept : bytes(array, N) {}
    template <class Container,
              class = std::enable_if_t<detail::is_byte<detail::element<const Container>>>>
    bytes(const Container &container) noexcept : bytes(container.data(), container.size()) {}

    const std::uint8_t *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }

private:
    const std::uint8_t *data_ = nullptr;
    std::size_t size_ = 0;
};

// Bytes to write, or to work on in place.
class buffer {
public:
    constexpr buffer() noexcept = default;
    buffer(void *data, std::size_t size) noexcept
        : data_(static_cast<std::uint8_t *>(data)), size_(size) {}
    template <std::size_t N>
    buffer(std::uint8_t (&array)[N]) noexcept : buffer(array, N) {}
    template <class Container, class = std::enable_if_t<
                                   detail::is_byte<detail::element<Container>>
                                   && !std::is_const_v<detail::element<Container>>>>
    buffer(Container &container) noexcept : buffer(container.data(), container.size()) {}

    std::uint8_t *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }

private:
    std::uint8_t *data_ = nullptr;
    std::size_t size_ = 0;
};

using vector = std::vector<std::uint8_t>;

// An array of secret bytes: neither copied nor printed, wiped at its end.
template <std::size_t N>
class secret {
public:
    secret() noexcept = default;
    secret(const secret &) = delete;
    secret &operator=(const secret &) = delete;
    secret(secret &&other) noexcept : array_(other.array_) { other.wipe(); }
    secret &operator=(secret &&other) noexcept
    {
        if (this != &other) {
            array_ = other.array_;
            other.wipe();
        }
        return *this;
    }
    ~secret() { wipe(); }

    std::uint8_t *data() noexcept { return array_.data(); }
    const std::uint8_t *data() const noexcept { return array_.data(); }
    static constexpr std::size_t size() noexcept { return N; }

private:
    void wipe() noexcept { secpvm_wipe(array_.data(), N); }
    std::array<std::uint8_t, N> array_{};
};

using entropy = std::array<std::uint8_t, 32>;

// ---- Algorithms and suites ----------------------------------------------------------------------

using algorithm_info = secpvm_algorithm_info;
using suite_info = secpvm_suite_info;

inline algorithm_info algorithm(const std::string &name)
{
    algorithm_info info;
    check(secpvm_algorithm_by_name(name.c_str(), &info));
    return info;
}

inline std::vector<algorithm_info> algorithms()
{
    std::vector<algorithm_info> all(secpvm_algorithm_count());
    for (std::size_t i = 0; i < all.size(); i++) {
        check(secpvm_algorithm_at(i, &all[i]));
    }
    return all;
}

inline suite_info suite(const std::string &name)
{
    suite_info info;
    check(secpvm_suite_by_name(name.c_str(), &info));
    return info;
}

using session = secret<SECPVM_SESSION_LEN>;

// A type of its own: it has the length of a session.
struct member_key : secret<SECPVM_MEMBER_KEY_LEN> {};

// A record that was opened, inside its buffer.
struct opened {
    secpvm_record_header header;
    buffer plaintext;
};

// ---- What needs no object -----------------------------------------------------------------------

inline suite_info session_suite(const session &session)
{
    suite_info info;
    check(secpvm_session_suite(session.data(), &info));
    return info;
}

// The session that the tasks of a machine share, from the one that its daemons share.
inline session session_for_tasks(const session &session)
{
    secpvm::session tasks;
    check(secpvm_session_for_tasks(session.data(), tasks.data()));
    return tasks;
}

inline session session_with_suite(const session &session, const suite_info &suite)
{
    secpvm::session other;
    check(secpvm_session_with_suite(session.data(), suite.id, other.data()));
    return other;
}

// The key of all tasks if `task` is 0, else that of the task with this id.
inline secret<SECPVM_APPLICATION_KEY_LEN> application_key(const session &task_session,
                                                          std::uint32_t task = 0)
{
    secret<SECPVM_APPLICATION_KEY_LEN> key;
    check(secpvm_session_application_key(task_session.data(), task, key.data()));
    return key;
}

// The header of a record, read without any key: nothing in it is to be believed.
inline secpvm_record_header parse_record(bytes record)
{
    secpvm_record_header header;
    check(secpvm_record_parse(record.data(), record.size(), &header));
    return header;
}

// The length of `message` with its padding.
inline std::size_t padded_len(std::uint16_t padding, std::size_t data_len, std::size_t block_len)
{
    std::size_t len = 0;
    check(secpvm_padding_padded_len(padding, data_len, block_len, &len));
    return len;
}

// Pad the first `data_len` bytes of `buf`; returns how many they are then.
inline std::size_t pad_in_place(std::uint16_t padding, buffer buf, std::size_t data_len,
                                std::size_t block_len)
{
    std::size_t len = 0;
    check(secpvm_padding_pad_in_place(padding, buf.data(), buf.size(), data_len, block_len, &len));
    return len;
}

// No count of padding is known from elsewhere.
inline constexpr std::size_t no_count = SECPVM_NO_COUNT;

// How many bytes of `padded` are data.
inline std::size_t data_len(std::uint16_t padding, bytes padded, std::size_t block_len,
                            std::size_t count = no_count)
{
    std::size_t len = 0;
    check(secpvm_padding_data_len(padding, padded.data(), padded.size(), block_len, count, &len));
    return len;
}

namespace detail {

// Frees with the C function.
template <class Object, void (*Free)(Object *)>
struct c_deleter {
    void operator()(Object *object) const noexcept { Free(object); }
};

// The owner of an object of the C interface. Empty when it was moved from.
template <class Object, void (*Free)(Object *)>
using c_owner = std::unique_ptr<Object, c_deleter<Object, Free>>;

// A buffer for the record of `plaintext`, which stands in it.
inline vector room_for_record(bytes plaintext)
{
    check(plaintext.size() > SECPVM_PLAINTEXT_LEN_MAX ? SECPVM_ERR_LENGTH : SECPVM_OK);
    check(plaintext.data() == nullptr && plaintext.size() > 0 ? SECPVM_ERR_NULL : SECPVM_OK);
    vector record(plaintext.size() + record_overhead_max);
    std::copy_n(plaintext.data(), plaintext.size(), record.begin() + record_header_len);
    return record;
}

// A buffer for a Noise message with `payload`, which adds `overhead` to it at most.
inline vector room_for_message(bytes payload, std::size_t overhead)
{
    check(payload.size() > SECPVM_NOISE_MESSAGE_LEN_MAX ? SECPVM_ERR_LENGTH : SECPVM_OK);
    return vector(payload.size() + overhead);
}

// A buffer for the payload of a Noise message: one that is longer is refused.
inline vector room_for_payload(bytes message)
{
    return vector(std::min<std::size_t>(message.size(), SECPVM_NOISE_MESSAGE_LEN_MAX));
}

// Two keys, three tags at most.
inline constexpr std::size_t noise_overhead_max =
    2 * SECPVM_NOISE_KEY_LEN + 3 * SECPVM_NOISE_TAG_LEN;

} // namespace detail

} // namespace secpvm

#endif // SECPVM_CORE_TYPES_HPP
