//! AES (FIPS 197) for WebAssembly with vectors of 128 bits, in time that depends on lengths alone.
//!
//! [`one`] encrypts a block by itself, as the modes need it that go from block to block; [`eight`]
//! takes eight blocks at once, either way. The portable back end is slower than a good one in
//! JavaScript at the former and no faster at the latter.

mod eight;
mod one;
mod tables;

use core::arch::wasm32::{u32x4, u64x2, u64x2_extract_lane, v128};

use zeroize::Zeroize;

use super::{BlockCipher, KeyInit, sealed};
use crate::length::{Lengths, Part, WrongLength};

/// A block, or a key of a round, as words of little-endian bytes.
type Words = [u32; 4];

/// From so many blocks on, eight at once are faster than each by itself.
const EIGHT_PAY: usize = 5;

/// One more key than there are rounds, in two forms.
struct RoundKeys<const KEYS: usize> {
    plain: [Words; KEYS],
    /// As [`one`] wants them.
    split: [Words; KEYS],
}

impl<const KEYS: usize> RoundKeys<KEYS> {
    /// Section 5.2: group by group, as long as the key, each from the one before.
    fn new<const KEY_WORDS: usize>(key: &[[u8; 4]; KEY_WORDS]) -> Self {
        let by = one::Vectors::load();
        let mut group = key.map(u32::from_le_bytes);
        let mut keys = Self {
            plain: [[0; 4]; KEYS],
            split: [[0; 4]; KEYS],
        };
        let mut constant = 1;
        for words in keys.plain.as_flattened_mut().chunks_mut(KEY_WORDS) {
            for (word, expanded) in words.iter_mut().zip(&group) {
                *word = *expanded;
            }
            let last = group.last().copied().unwrap_or_default();
            let rotated = by.substitute_word(last.rotate_right(8));
            let mut previous = rotated ^ u32::from(constant);
            for (at, word) in group.iter_mut().enumerate() {
                if KEY_WORDS == 8 && at == 4 {
                    previous = by.substitute_word(previous);
                }
                *word ^= previous;
                previous = *word;
            }
            constant = tables::double(constant);
        }
        group.zeroize();
        for (split, plain) in keys.split.iter_mut().zip(&keys.plain) {
            *split = by.split_key(plain);
        }
        keys
    }

    fn encrypt_blocks(&self, blocks: &mut [[u8; 16]]) {
        let (eights, rest) = blocks.as_chunks_mut();
        for blocks in eights {
            eight::encrypt(&self.plain, blocks);
        }
        if rest.len() >= EIGHT_PAY {
            padded(rest, |blocks| eight::encrypt(&self.plain, blocks));
        } else if !rest.is_empty() {
            one::encrypt(&self.plain, &self.split, rest);
        }
    }

    fn decrypt_blocks(&self, blocks: &mut [[u8; 16]]) {
        let (eights, rest) = blocks.as_chunks_mut();
        for blocks in eights {
            eight::decrypt(&self.plain, blocks);
        }
        if !rest.is_empty() {
            padded(rest, |blocks| eight::decrypt(&self.plain, blocks));
        }
    }
}

/// Fewer than eight blocks as eight.
fn padded(blocks: &mut [[u8; 16]], run: impl FnOnce(&mut [[u8; 16]; 8])) {
    let mut eight = [[0; 16]; 8];
    for (to, from) in eight.iter_mut().zip(blocks.iter()) {
        *to = *from;
    }
    run(&mut eight);
    for (to, from) in blocks.iter_mut().zip(&eight) {
        *to = *from;
    }
    eight.zeroize();
}

impl<const KEYS: usize> Drop for RoundKeys<KEYS> {
    fn drop(&mut self) {
        self.plain.zeroize();
        self.split.zeroize();
    }
}

macro_rules! aes {
    ($name:ident, $keys:literal, $key_len:literal, $doc:literal) => {
        #[doc = $doc]
        pub struct $name(RoundKeys<$keys>);

        impl sealed::Sealed for $name {}

        impl BlockCipher for $name {
            type Block = [u8; 16];

            fn encrypt_blocks(&self, blocks: &mut [Self::Block]) {
                self.0.encrypt_blocks(blocks);
            }

            fn decrypt_blocks(&self, blocks: &mut [Self::Block]) {
                self.0.decrypt_blocks(blocks);
            }

            fn encrypt_chained(&self, previous: &mut Self::Block, blocks: &mut [Self::Block]) {
                one::encrypt_chained(&self.0.plain, &self.0.split, previous, blocks);
            }
        }

        impl KeyInit for $name {
            const KEY_LEN: Lengths = Lengths::exactly($key_len);

            fn new(key: &[u8]) -> Result<Self, WrongLength> {
                let wrong = WrongLength {
                    part: Part::Key,
                    expected: Self::KEY_LEN,
                    actual: key.len(),
                };
                let key: &[u8; $key_len] = key.try_into().map_err(|_| wrong)?;
                let (words, _) = key.as_chunks();
                let words: &[[u8; 4]; $key_len / 4] = words.try_into().map_err(|_| wrong)?;
                Ok(Self(RoundKeys::new(words)))
            }
        }
    };
}

aes!(Aes128, 11, 16, "AES-128 (FIPS 197): 128-bit block.");
aes!(Aes192, 13, 24, "AES-192 (FIPS 197): 128-bit block.");
aes!(Aes256, 15, 32, "AES-256 (FIPS 197): 128-bit block.");

fn from_words(&[a, b, c, d]: &Words) -> v128 {
    u32x4(a, b, c, d)
}

#[allow(clippy::cast_possible_truncation, reason = "the two halves")]
fn from_bytes(bytes: &[u8; 16]) -> v128 {
    let bytes = u128::from_le_bytes(*bytes);
    u64x2(bytes as u64, (bytes >> 64) as u64)
}

fn to_bytes(vector: v128) -> [u8; 16] {
    let low = u128::from(u64x2_extract_lane::<0>(vector));
    let high = u128::from(u64x2_extract_lane::<1>(vector));
    (high << 64 | low).to_le_bytes()
}
