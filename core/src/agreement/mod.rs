//! Key agreement: X25519 and Diffie-Hellman in two MODP groups.
//!
//! A shared secret is not a key: derive keys from it (HKDF), together with both public values. And
//! neither side knows whom it shares the secret with: authenticate the exchange (see `handshake`).
//!
//! Secret values are made from the caller's entropy, of the operating system's generator.

#[cfg(feature = "modp")]
mod modp;
#[cfg(feature = "x25519")]
mod x25519;

use core::fmt;

#[cfg(feature = "modp")]
pub use modp::{Modp1024, Modp2048};
#[cfg(feature = "x25519")]
pub use x25519::X25519;

use crate::algorithm::{Algorithm, AlgorithmId, Kind, Strength, specs};
use crate::length::{Lengths, WrongLength};

specs! {
    /// A key agreement, by name or wire id.
    AgreementSpec;
    #[cfg(feature = "x25519")] X25519 = 0x0601 "x25519" ["curve25519"]
        row(Lengths::exactly(32), 32), Some(Strength::Modern), "RFC 7748";
    #[cfg(feature = "modp")] Modp1024 = 0x0602 "modp-1024" ["modp1024", "modp_1024"]
        row(Modp1024::SECRET_LEN, 128), Some(Strength::Broken), "RFC 2409 section 6.2";
    #[cfg(feature = "modp")] Modp2048 = 0x0603 "modp-2048" ["modp2048", "modp_2048"]
        row(Modp2048::SECRET_LEN, 256), Some(Strength::Modern), "RFC 3526 section 3";
}

const fn row(key_len: Lengths, output_len: usize) -> Algorithm {
    Algorithm {
        kind: Kind::KeyAgreement,
        name: "",
        aliases: &[],
        id: AlgorithmId(0),
        key_len,
        block_len: 0,
        iv_len: 0,
        output_len,
        strength: None,
        source: "",
    }
}

/// Why a peer's public value was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AgreementError {
    /// It does not have the group's length.
    WrongLength(WrongLength),
    /// It would make the shared secret one of a few known values: for X25519 the result was zero
    /// (RFC 7748 section 6.1), for MODP it is not in 2 ... p - 2 (RFC 2631 section 2.1.5).
    BadPublicValue,
}

impl From<WrongLength> for AgreementError {
    fn from(wrong: WrongLength) -> Self {
        Self::WrongLength(wrong)
    }
}

impl fmt::Display for AgreementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongLength(wrong) => wrong.fmt(f),
            Self::BadPublicValue => f.write_str("the peer's public value is not one to use"),
        }
    }
}

impl core::error::Error for AgreementError {}
