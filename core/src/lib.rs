//! The cryptographic core of secpvm: ciphers, MACs, key agreement, packet formats and protocol
//! state, without an operating system.
//!
//! Contract, for every item in this crate:
//! - no allocation, no I/O, no clock, no random source: bytes, time and entropy are arguments;
//! - no panic: misuse is a typed [`Error`], bad input from the network a [`Rejected`];
//! - a call that fails leaves the state as it was;
//! - keys are neither `Clone` nor `Debug`, and are wiped when dropped.
//!
//! # Example
//! Two members of one session; what one seals, the other opens, once.
//! ```
//! use secpvm_core::packet::{MemberId, Opener, PeerSlot, RECORD_HEADER_LEN, Sealer};
//! use secpvm_core::{secret::Secret, session::Session, suite::Suite};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // 32 bytes from the operating system; the other member got the session through a join.
//! let session = Session::generate(Suite::Aes256Gcm, Secret::from([7; 32]));
//! let mut sealer = Sealer::new(&session, MemberId(1))?;
//! let mut opener = Opener::new(&session, [const { PeerSlot::EMPTY }; 4]);
//!
//! let mut buf = [0; 64];
//! buf[RECORD_HEADER_LEN..][..5].copy_from_slice(b"hello");
//! let record_len = sealer.seal_in_place(b"to host 2", &mut buf, 5)?;
//! let opened = opener.open_in_place(b"to host 2", &mut buf[..record_len])?;
//! assert_eq!(opened.plaintext, b"hello");
//! # Ok(())
//! # }
//! ```
#![no_std]
#![deny(unsafe_code)]
// A build with few algorithms leaves some of what they share unused; the full one is linted.
#![cfg_attr(
    not(all(
        feature = "des",
        feature = "idea",
        feature = "blowfish",
        feature = "rc4",
        feature = "aes",
        feature = "chacha20",
        feature = "md5",
        feature = "sha1",
        feature = "sha2",
        feature = "x25519",
        feature = "modp"
    )),
    allow(
        clippy::enum_variant_names,
        dead_code,
        unused_imports,
        unused_macros,
        unused_variables
    )
)]
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod aead;
pub mod agreement;
pub mod algorithm;
mod cipher;
pub mod digest;
pub mod error;
#[cfg(feature = "current")]
pub mod group;
#[cfg(any(feature = "handshake", feature = "exchange-1997"))]
pub mod handshake;
pub mod hazmat;
#[cfg(feature = "sha2")]
pub mod hkdf;
#[cfg(feature = "current")]
mod kdf;
pub mod length;
pub mod mac;
mod mode;
#[cfg(feature = "current")]
mod nonce;
#[cfg(feature = "current")]
pub mod packet;
/// Packet profiles; in this build, `classic-1997` alone.
#[cfg(all(feature = "classic", not(feature = "current")))]
pub mod packet {
    pub mod classic;
}
pub mod padding;
pub mod secret;
#[cfg(feature = "current")]
pub mod session;
#[cfg(feature = "current")]
pub mod suite;
mod wide;

pub use error::{Error, Rejected};
