//! DES and triple DES (FIPS 46-3, SP 800-67), without tables that are indexed by secrets, but for those
//! of [`vartime`], which says so in its names.
//!
//! Many blocks are worked on at once, by registers of one bit of each ([`bitsliced`]). Fewer would leave
//! most of a register empty: they are worked on by look-ups within registers (`wide::des`), where the
//! CPU has those, and else, if they are very few, one by one ([`single`]).

#![allow(
    clippy::inline_always,
    reason = "code of its own would be compiled without the instruction set"
)]

mod bitsliced;
mod sboxes;
mod schedule;
mod single;
pub(crate) mod tables;
#[cfg(all(test, feature = "des", feature = "idea"))]
mod tests;
mod transpose;
mod vartime;

use zeroize::Zeroize;

pub use self::vartime::{DesVartime, TdesEde2Vartime, TdesEde3Vartime};

use self::bitsliced::Bitsliced;
pub(crate) use self::schedule::RoundKey;
use self::schedule::RoundKeyForm;
use super::{BlockCipher, KeyInit, sealed};
use crate::length::{Lengths, Part, WrongLength};
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
use crate::wide;
use crate::wide::{BLOCKS_MAX, Width};

/// Rounds of a single DES.
pub(crate) const ROUNDS: usize = 16;

/// Permutation P: which bit of what the S-boxes give, from 1, stands at each place.
pub(crate) const P: [u32; 32] = [
    16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, //
    2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
];

/// Up to so many blocks are worked on by look-ups within registers, where the CPU has them: 64 at a
/// time, six times, take as long as one turn of the bitsliced code, which does 512.
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
const LOOKUPS_MAX: usize = 6 * 64;

/// On other CPUs, up to so many blocks are worked on one by one: it takes about as long as one turn of the
/// bitsliced code, which does not depend on how many of its blocks are used.
const SINGLE_MAX: usize = 3;

/// Round keys in the order of encryption.
struct RoundKeys<K: RoundKeyForm, const N: usize>([K; N]);

impl<K: RoundKeyForm, const N: usize> RoundKeys<K, N> {
    /// From as many keys as the `key` holds, in turn, one for each stage: encryption, decryption,
    /// encryption.
    fn new(key: &[u8]) -> Self {
        let mut round_keys = Self([K::default(); N]);
        let stages = round_keys.0.as_chunks_mut::<ROUNDS>().0.iter_mut();
        let keys = key.as_chunks().0.iter().cycle();
        for (number, (stage, key)) in stages.zip(keys).enumerate() {
            *stage = schedule::round_keys(*key);
            if number == 1 {
                stage.reverse();
            }
        }
        round_keys
    }
}

impl<const N: usize> RoundKeys<RoundKey, N> {
    fn encrypt(&self, blocks: &mut [[u8; 8]]) {
        crypt(&self.0, blocks);
    }

    fn decrypt(&self, blocks: &mut [[u8; 8]]) {
        let mut reversed = Self(self.0);
        reversed.0.reverse();
        crypt(&reversed.0, blocks);
    }
}

impl<K: RoundKeyForm, const N: usize> Drop for RoundKeys<K, N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

fn crypt(round_keys: &[RoundKey], blocks: &mut [[u8; 8]]) {
    #[cfg(all(feature = "wide", target_arch = "x86_64"))]
    if blocks.len() <= LOOKUPS_MAX && wide::des::crypt(round_keys, blocks) {
        return;
    }
    if blocks.len() <= SINGLE_MAX {
        for block in blocks {
            single::crypt(round_keys, block);
        }
    } else {
        Width::detect().run(Bitsliced { round_keys, blocks });
    }
}

macro_rules! des {
    ($name:ident, $key_len:literal, $round_keys:literal, $doc:literal) => {
        #[doc = $doc]
        pub struct $name(RoundKeys<RoundKey, $round_keys>);

        impl sealed::Sealed for $name {}

        impl BlockCipher for $name {
            type Block = [u8; 8];
            type Batch = [Self::Block; BLOCKS_MAX];
            const ZERO_BATCH: Self::Batch = [[0; 8]; BLOCKS_MAX];

            fn encrypt_blocks(&self, blocks: &mut [Self::Block]) {
                self.0.encrypt(blocks);
            }

            fn decrypt_blocks(&self, blocks: &mut [Self::Block]) {
                self.0.decrypt(blocks);
            }
        }

        impl KeyInit for $name {
            const KEY_LEN: Lengths = Lengths::exactly($key_len);

            fn new(key: &[u8]) -> Result<Self, WrongLength> {
                Self::KEY_LEN.check(Part::Key, key.len())?;
                Ok(Self(RoundKeys::new(key)))
            }
        }
    };
}

des!(
    Des,
    8,
    16,
    "DES (FIPS 46-3): 64-bit block, 8-byte key of which 56 bits count. Parity bits are ignored."
);
des!(
    TdesEde2,
    16,
    48,
    "Two-key triple DES (SP 800-67 keying option 2): E(K1) D(K2) E(K1)."
);
des!(
    TdesEde3,
    24,
    48,
    "Triple DES (SP 800-67 keying option 1): E(K3) D(K2) E(K1)."
);
