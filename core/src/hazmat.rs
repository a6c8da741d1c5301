//! Encryption without authentication: ciphers and modes by themselves.
//!
//! Why it stands apart: whoever can alter the ciphertext controls what is decrypted. A flipped bit of
//! CTR, OFB or RC4 is a flipped bit of plaintext; a receiver that tells good padding from bad gives
//! the plaintext of CBC away byte by byte (Vaudenay, 2002). Secrecy alone does not hold against
//! anyone who can send. Use a suite, whose records are authenticated, or an [`aead`](crate::aead).
//! What is here serves known-answer tests, older formats, and constructions that add a MAC.
//!
//! Streaming: a message may be given in pieces. CFB, OFB, CTR and the stream ciphers take pieces of any
//! length, ECB and CBC whole blocks; within that rule, how a message is cut makes no difference. Over
//! ECB and CBC, [`PaddedEncryptor`] and [`PaddedDecryptor`] take any pieces, and pad.
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
//! and an enum over them, [`AnyCipher`], for selection at run time.
//!
//! What makes no sense does not compile. A stream cipher has no block mode:
//! ```compile_fail,E0277
//! use secpvm_core::hazmat::{Cbc, Rc4};
//! fn unusable(_: Cbc<Rc4>) {}
//! ```
//! nor has an AEAD:
//! ```compile_fail,E0277
//! use secpvm_core::{aead::Aes256Gcm, hazmat::Ctr};
//! fn unusable(_: Ctr<Aes256Gcm>) {}
//! ```
//! nor a mode another mode:
//! ```compile_fail,E0277
//! use secpvm_core::hazmat::{Aes128, Cbc, Ctr};
//! fn unusable(_: Ctr<Cbc<Aes128>>) {}
//! ```
//! A key can be neither copied nor printed:
//! ```compile_fail,E0599
//! use secpvm_core::hazmat::{Idea, KeyInit};
//! let twin = Idea::new(&[7; 16]).unwrap().clone();
//! ```
//! ```compile_fail,E0599
//! use secpvm_core::hazmat::{Aes128, Ctr, KeyIvInit};
//! let twin = Ctr::<Aes128>::new(&[7; 16], &[9; 16]).unwrap().clone();
//! ```
//! ```compile_fail,E0277
//! use secpvm_core::hazmat::{KeyIvInit, Rc4};
//! println!("{:?}", Rc4::new(&[7; 16], &[]).ok());
//! ```
//! ```compile_fail,E0277
//! use secpvm_core::hazmat::{AnyCipher, CipherSpec};
//! println!("{:?}", AnyCipher::new(CipherSpec::Rc4, &[7; 16], &[]).ok());
//! ```
//! and this module is the only way here:
//! ```compile_fail,E0603
//! use secpvm_core::cipher::Rc4;
//! ```

pub use crate::cipher::*;
pub use crate::mode::*;
