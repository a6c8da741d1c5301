//! The block ciphers, on RustCrypto's crates.
//!
//! A type of our own around each: it has neither Clone nor Debug, and the back end can change.

use ::cipher::array::Array;
use ::cipher::{BlockCipherDecrypt, BlockCipherEncrypt};

use super::{BlockCipher, KeyInit, sealed};
use crate::length::{Lengths, Part, WrongLength};

/// Enough blocks for what these crates do at once.
const BATCH: usize = 32;

macro_rules! block_cipher {
    ($feature:literal, $name:ident, $inner:ty, $block_len:literal, $key_len:expr, $doc:literal) => {
        #[doc = $doc]
        #[cfg(feature = $feature)]
        pub struct $name($inner);

        #[cfg(feature = $feature)]
        impl sealed::Sealed for $name {}

        #[cfg(feature = $feature)]
        impl BlockCipher for $name {
            type Block = [u8; $block_len];
            type Batch = [Self::Block; BATCH];
            const ZERO_BATCH: Self::Batch = [[0; $block_len]; BATCH];

            fn encrypt_blocks(&self, blocks: &mut [Self::Block]) {
                self.0
                    .encrypt_blocks(Array::cast_slice_from_core_mut(blocks));
            }

            fn decrypt_blocks(&self, blocks: &mut [Self::Block]) {
                self.0
                    .decrypt_blocks(Array::cast_slice_from_core_mut(blocks));
            }
        }

        #[cfg(feature = $feature)]
        impl KeyInit for $name {
            const KEY_LEN: Lengths = $key_len;

            fn new(key: &[u8]) -> Result<Self, WrongLength> {
                let wrong = WrongLength {
                    part: Part::Key,
                    expected: $key_len,
                    actual: key.len(),
                };
                Self::KEY_LEN.check(Part::Key, key.len())?;
                ::cipher::KeyInit::new_from_slice(key)
                    .map(Self)
                    .map_err(|_| wrong)
            }
        }
    };
}

block_cipher!(
    "aes",
    Aes128,
    aes::Aes128,
    16,
    Lengths::exactly(16),
    "AES-128 (FIPS 197): 128-bit block."
);
block_cipher!(
    "aes",
    Aes192,
    aes::Aes192,
    16,
    Lengths::exactly(24),
    "AES-192 (FIPS 197): 128-bit block."
);
block_cipher!(
    "aes",
    Aes256,
    aes::Aes256,
    16,
    Lengths::exactly(32),
    "AES-256 (FIPS 197): 128-bit block."
);
