// Groups for C++17: leader and member, over secpvm_core.h, which is the manual. Both C++ interfaces,
// secpvm_core.hpp and secpvm_core_cxx.hpp, include it.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// After each call take what poll_transmit gives until it gives nothing, and call handle_timeout at
// the time of poll_timeout. now_ms is any clock that never goes back, in milliseconds.
#ifndef SECPVM_CORE_GROUPS_HPP
#define SECPVM_CORE_GROUPS_HPP

#include <optional>

#include "secpvm_core_types.hpp"

namespace secpvm {

using rekey_policy = secpvm_rekey_policy;

// The default for the suite of `session`.
inline rekey_policy rekey_policy_for_session(const session &session)
{
    rekey_policy policy;
    check(secpvm_rekey_policy_for_session(session.data(), &policy));
    return policy;
}

namespace detail {

// What leader and member have in common, by the functions of the one or the other.
template <class Side>
class endpoint {
public:
    // As of sealer and opener.
    std::size_t seal_in_place(bytes associated_data, buffer buf, std::size_t plaintext_len)
    {
        std::size_t len = 0;
        check(Side::seal(object(), associated_data.data(), associated_data.size(), buf.data(),
                         buf.size(), plaintext_len, &len));
        return len;
    }
    vector seal(bytes associated_data, bytes plaintext)
    {
        vector record = room_for_record(plaintext);
        record.resize(seal_in_place(associated_data, record, plaintext.size()));
        return record;
    }
    // `result` is written on SECPVM_OK only.
    secpvm_status try_open_in_place(bytes associated_data, buffer record, std::uint64_t now_ms,
                                    opened &result) noexcept
    {
        std::size_t len = 0;
        secpvm_record_header header;
        secpvm_status status = Side::open(object(), associated_data.data(),
                                          associated_data.size(), record.data(), record.size(),
                                          now_ms, &header, &len);
        if (status == SECPVM_OK) {
            result = {header, buffer(record.data() + record_header_len, len)};
        }
        return status;
    }
    opened open_in_place(bytes associated_data, buffer record, std::uint64_t now_ms)
    {
        opened result{};
        check(try_open_in_place(associated_data, record, now_ms, result));
        return result;
    }

    // A message of the other side. One that is rejected changes nothing.
    secpvm_status try_handle_message(bytes message, std::uint64_t now_ms) noexcept
    {
        return Side::handle_message(object(), message.data(), message.size(), now_ms);
    }
    void handle_message(bytes message, std::uint64_t now_ms)
    {
        check(try_handle_message(message, now_ms));
    }

    // When to call handle_timeout; nothing for never.
    std::optional<std::uint64_t> poll_timeout() const
    {
        std::uint64_t at_ms = 0;
        check(Side::poll_timeout(object(), &at_ms));
        return at_ms == UINT64_MAX ? std::nullopt : std::optional(at_ms);
    }
    void handle_timeout(std::uint64_t now_ms) { check(Side::handle_timeout(object(), now_ms)); }

    // The epoch that is sealed in, its session, and that of the newest epoch that it knows.
    std::uint32_t epoch() const
    {
        std::uint32_t epoch = 0;
        check(Side::epoch(object(), &epoch));
        return epoch;
    }
    secpvm::session session() const
    {
        secpvm::session session;
        check(Side::session(object(), session.data()));
        return session;
    }
    secpvm::session newest_session() const
    {
        secpvm::session session;
        check(Side::newest_session(object(), session.data()));
        return session;
    }

protected:
    typename Side::object *object() const noexcept { return object_.get(); }
    c_owner<typename Side::object, Side::free> object_;
};

struct leader_side {
    using object = secpvm_leader;
    static constexpr auto free = secpvm_leader_free;
    static constexpr auto seal = secpvm_leader_seal_in_place;
    static constexpr auto open = secpvm_leader_open_in_place;
    static constexpr auto handle_message = secpvm_leader_handle_message;
    static constexpr auto poll_timeout = secpvm_leader_poll_timeout;
    static constexpr auto handle_timeout = secpvm_leader_handle_timeout;
    static constexpr auto epoch = secpvm_leader_epoch;
    static constexpr auto session = secpvm_leader_session;
    static constexpr auto newest_session = secpvm_leader_newest_session;
};

struct member_side {
    using object = secpvm_member;
    static constexpr auto free = secpvm_member_free;
    static constexpr auto seal = secpvm_member_seal_in_place;
    static constexpr auto open = secpvm_member_open_in_place;
    static constexpr auto handle_message = secpvm_member_handle_message;
    static constexpr auto poll_timeout = secpvm_member_poll_timeout;
    static constexpr auto handle_timeout = secpvm_member_handle_timeout;
    static constexpr auto epoch = secpvm_member_epoch;
    static constexpr auto session = secpvm_member_session;
    static constexpr auto newest_session = secpvm_member_newest_session;
};

inline secpvm_endpoint_setup endpoint_setup(const secpvm::session &session, std::uint64_t sender,
                                            std::uint64_t now_ms, std::size_t peers_max,
                                            const rekey_policy *policy)
{
    secpvm_endpoint_setup setup{};
    setup.session = session.data();
    setup.sender = sender;
    setup.peers_max = peers_max;
    setup.policy = policy;
    setup.now_ms = now_ms;
    return setup;
}

} // namespace detail

// What a newcomer is given, over a protected channel.
struct admission {
    member_key key;
    secpvm::session session;
};

// A message of the leader's, and whom it is for.
struct leader_message {
    std::uint64_t member;
    vector message;
};

class leader : public detail::endpoint<detail::leader_side> {
public:
    // `root` is fresh from the operating system: the members' keys come from it.
    leader(const secpvm::session &session, std::uint64_t sender, std::uint64_t now_ms,
           const entropy &root, std::size_t members_max = 32, std::size_t peers_max = 32,
           const rekey_policy *policy = nullptr)
    {
        secpvm_endpoint_setup setup =
            detail::endpoint_setup(session, sender, now_ms, peers_max, policy);
        secpvm_leader *made = nullptr;
        check(secpvm_leader_new(&setup, root.data(), members_max, &made));
        object_.reset(made);
    }

    admission admit(std::uint64_t member)
    {
        admission made;
        check(secpvm_leader_admit(object(), member, made.key.data(), made.session.data()));
        return made;
    }
    // Start an epoch without `member`, whose secret is `entropy`.
    void remove(std::uint64_t member, const entropy &entropy, std::uint64_t now_ms)
    {
        check(secpvm_leader_remove(object(), member, entropy.data(), now_ms));
    }
    // Start an epoch with the same members.
    void rekey(const entropy &entropy, std::uint64_t now_ms)
    {
        check(secpvm_leader_rekey(object(), entropy.data(), now_ms));
    }
    bool rekey_is_due() const
    {
        int yes = 0;
        check(secpvm_leader_rekey_is_due(object(), &yes));
        return yes != 0;
    }
    // The next member that did not answer; each is reported once.
    std::optional<std::uint64_t> poll_unresponsive()
    {
        std::uint64_t member = 0;
        secpvm_status status = secpvm_leader_poll_unresponsive(object(), &member);
        if (status == SECPVM_ERR_NO_SUCH_MEMBER) {
            return std::nullopt;
        }
        check(status);
        return member;
    }
    void offer_again(std::uint64_t member)
    {
        check(secpvm_leader_offer_again(object(), member));
    }
    // The next message that is due.
    std::optional<leader_message> poll_transmit(std::uint64_t now_ms)
    {
        leader_message made{0, vector(SECPVM_GROUP_MESSAGE_LEN_MAX)};
        std::size_t len = 0;
        check(secpvm_leader_poll_transmit(object(), now_ms, made.message.data(), &made.member,
                                          &len));
        made.message.resize(len);
        return len == 0 ? std::nullopt : std::optional(std::move(made));
    }
};

class member : public detail::endpoint<detail::member_side> {
public:
    member(const member_key &key, const secpvm::session &session, std::uint64_t sender,
           std::uint64_t now_ms, std::size_t peers_max = 32, const rekey_policy *policy = nullptr)
    {
        secpvm_endpoint_setup setup =
            detail::endpoint_setup(session, sender, now_ms, peers_max, policy);
        secpvm_member *made = nullptr;
        check(secpvm_member_new(&setup, key.data(), &made));
        object_.reset(made);
    }

    // Ask the leader for the next epoch.
    void request_epoch() { check(secpvm_member_request_epoch(object())); }

    // The next message to the leader that is due.
    std::optional<vector> poll_transmit(std::uint64_t now_ms)
    {
        vector message(SECPVM_GROUP_MESSAGE_LEN_MAX);
        std::size_t len = 0;
        check(secpvm_member_poll_transmit(object(), now_ms, message.data(), &len));
        message.resize(len);
        return len == 0 ? std::nullopt : std::optional(std::move(message));
    }
};

} // namespace secpvm

#endif // SECPVM_CORE_GROUPS_HPP
