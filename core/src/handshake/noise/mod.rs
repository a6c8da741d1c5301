//! The Noise Protocol Framework, revision 34: patterns NNpsk0, KK, XX and IK over 25519, with
//! AESGCM or ChaChaPoly, and SHA256.
//!
//! A [`Handshake`] is made by the constructor of its pattern, which takes just the keys that the
//! pattern has; then the two sides call [`write_message`](Handshake::write_message) and
//! [`read_message`](Handshake::read_message) in turn until
//! [`is_finished`](Handshake::is_finished), and go on as a [`Transport`].
//!
//! A message that is not authentic leaves the handshake as it was, so a forged one can be dropped
//! and the true one awaited.

mod pattern;
mod state;
mod symmetric;
mod transport;

pub use pattern::{NoiseCipher, Role};
pub use state::{Handshake, PublicKey};
pub use transport::Transport;

/// Length of a Diffie-Hellman public key, in bytes (`DHLEN`).
pub const PUBLIC_KEY_LEN: usize = 32;

/// Length of an authentication tag, in bytes.
pub const TAG_LEN: usize = 16;

/// The longest Noise message, in bytes (section 3).
pub const MESSAGE_LEN_MAX: usize = 65_535;
