//! The block ciphers, on RustCrypto's crates.
//!
//! A type of our own around each: it has neither Clone nor Debug, and the back end can change.

use ::cipher::array::Array;
use ::cipher::{BlockCipherDecrypt, BlockCipherEncrypt};

use super::{BlockCipher, KeyInit, sealed};
use crate::length::{Lengths, Part, WrongLength};

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
    "des",
    Des,
    des::Des,
    8,
    Lengths::exactly(8),
    "DES (FIPS 46-3): 64-bit block, 8-byte key of which 56 bits count. Parity bits are ignored. \
     Its tables are indexed by secrets: timing may leak them."
);
block_cipher!(
    "des",
    TdesEde2,
    des::TdesEde2,
    8,
    Lengths::exactly(16),
    "Two-key triple DES (SP 800-67 keying option 2): E(K1) D(K2) E(K1). Leaks as DES does."
);
block_cipher!(
    "des",
    TdesEde3,
    des::TdesEde3,
    8,
    Lengths::exactly(24),
    "Triple DES (SP 800-67 keying option 1): E(K3) D(K2) E(K1). Leaks as DES does."
);
block_cipher!(
    "idea",
    Idea,
    idea::Idea,
    8,
    Lengths::exactly(16),
    "IDEA (Lai and Massey, 1991): 64-bit block, 128-bit key. \
     Its multiplication branches on secrets: timing may leak them."
);
block_cipher!(
    "blowfish",
    Blowfish,
    blowfish::Blowfish,
    8,
    Lengths::between(4, 56),
    "Blowfish (Schneier, 1993): 64-bit block, keys of 32 to 448 bits. \
     Its tables are indexed by secrets: timing may leak them."
);
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
block_cipher!(
    "aes",
    Aes128,
    aes::Aes128,
    16,
    Lengths::exactly(16),
    "AES-128 (FIPS 197): 128-bit block."
);
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
block_cipher!(
    "aes",
    Aes192,
    aes::Aes192,
    16,
    Lengths::exactly(24),
    "AES-192 (FIPS 197): 128-bit block."
);
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
block_cipher!(
    "aes",
    Aes256,
    aes::Aes256,
    16,
    Lengths::exactly(32),
    "AES-256 (FIPS 197): 128-bit block."
);
