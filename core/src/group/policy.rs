//! When an epoch is to be followed by another.

use super::RETRY_SPAN_MS;
use crate::suite::{Strength, Suite};

/// The limits of one epoch: a member that reaches one asks for the next. They are soft: no key is
/// overused when the next epoch is late, because packet keys change within an epoch too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RekeyPolicy {
    /// The most packets that one member seals in an epoch.
    pub packets_max: u64,
    /// The most bytes of plaintext that one member seals in an epoch.
    pub bytes_max: u64,
    /// The longest that an epoch lasts, in milliseconds.
    pub age_max_ms: u64,
    /// How long records of the previous epoch are still accepted, in milliseconds.
    pub previous_epoch_ms: u64,
}

impl RekeyPolicy {
    /// The default for a suite.
    ///
    /// Modern suites: 2^29 packets are 2^5 packet keys of 2^24. Each has an advantage below 2^-57
    /// (see the suites' limits); the 2^12 hosts that a PVM can have come to
    /// 2^(5 + 12 - 57) = 2^-40. 2^40 bytes are 2^36 blocks of AES, so that all the data of a
    /// sender stays within what even one key might have seen.
    ///
    /// Legacy suites: 2^16 packets are 2^9 keys of 2^7. A key sees at most 2^20 blocks of 64 bits:
    /// an advantage of (2^20)^2 / 2^65 = 2^-25, and 2^-16 for a sender's 2^9. 2^30 bytes are the
    /// gigabyte after which RFC 4253, section 9, recommends new keys.
    ///
    /// An hour is that section's other figure. The previous epoch is accepted for as long as the
    /// leader tells a member to leave it, 11 s, and 1 s more, for records under way.
    pub const fn for_suite(suite: Suite) -> Self {
        let (packets_log2, bytes_log2) = match suite.strength() {
            Strength::Modern => (29, 40),
            Strength::Legacy | Strength::Broken => (16, 30),
        };
        Self {
            packets_max: 1 << packets_log2,
            bytes_max: 1 << bytes_log2,
            age_max_ms: 60 * 60 * 1_000,
            previous_epoch_ms: RETRY_SPAN_MS + 1_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documented arithmetic starts from the suites' own limits.
    #[test]
    fn the_defaults_are_whole_packet_keys() {
        for (suite, keys) in [
            (Suite::Aes256Gcm, 1 << 5),
            (Suite::ChaCha20Poly1305, 1 << 5),
            (Suite::TdesCtrKeyedMd5, 1 << 9),
            (Suite::IdeaCtrKeyedMd5, 1 << 9),
            (Suite::DesCtrKeyedMd5, 1 << 9),
            (Suite::HmacSha256, 1 << 5),
        ] {
            let packets = RekeyPolicy::for_suite(suite).packets_max;
            assert_eq!(packets >> suite.packets_per_key_log2(), keys);
        }
    }
}
