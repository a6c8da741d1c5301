// What both C++ interfaces, secpvm_core.hpp and secpvm_core_cxx.hpp, are made of: errors, views of
// bytes, secrets, and the tables of algorithms and suites. Include one of those.
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
    bytes(const char *text) noexcept : bytes(std::string_view(text)) {}
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

} // namespace secpvm

#endif // SECPVM_CORE_TYPES_HPP
