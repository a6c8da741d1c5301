//! Handshakes, without I/O: messages go in and out as bytes, entropy comes in as an argument.
//!
//! - [`noise`]: the Noise Protocol Framework, revision 34, with X25519 and SHA-256.
//! - [`join`]: how a session reaches a new member, on `Noise_NNpsk0_25519_AESGCM_SHA256`.
//! - [`exchange_1997`]: the unauthenticated key exchange of the report on secure PVM. Broken.

#[cfg(feature = "exchange-1997")]
pub mod exchange_1997;
#[cfg(feature = "handshake")]
pub mod join;
#[cfg(feature = "handshake")]
pub mod noise;
