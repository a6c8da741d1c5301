//! Encryption without authentication: ciphers and modes by themselves.
//!
//! Why it stands apart: whoever can alter the ciphertext controls what is decrypted. A flipped bit of
//! CTR, OFB or RC4 is a flipped bit of plaintext; a receiver that tells good padding from bad gives
//! the plaintext of CBC away byte by byte (Vaudenay, 2002). Secrecy alone does not hold against
//! anyone who can send. Use a suite, whose records are authenticated, or an AEAD.
//! What is here serves known-answer tests, older formats, and constructions that add a MAC.
//!
//! One type a mode, generic over ciphers, for selection at compile time:
//!
//! ```
//! use secpvm_core::hazmat::{Cbc, Cipher, Idea, KeyIvInit};
//! let mut message = *b"sixteen bytes...";
//! Cbc::<Idea>::new(&[7; 16], &[9; 8])?.encrypt_in_place(&mut message)?;
//! Cbc::<Idea>::new(&[7; 16], &[9; 8])?.decrypt_in_place(&mut message)?;
//! assert_eq!(&message, b"sixteen bytes...");
//! # Ok::<(), secpvm_core::hazmat::CipherError>(())
//! ```

pub use crate::cipher::*;
pub use crate::mode::{Cbc, Cfb, Ctr, Ecb, Ofb};
