//! IDEA (Lai and Massey, 1991; X. Lai, "On the Design and Security of Block Ciphers", 1992), without
//! branches on secrets.
//!
//! The rounds are written once, over [`Words`](rounds::Words): for one block these are integers, for
//! many the lanes of registers.

#![allow(
    clippy::inline_always,
    reason = "code of its own would be compiled without the instruction set"
)]

mod lanes;
mod rounds;
mod schedule;
#[cfg(all(test, feature = "des", feature = "idea"))]
mod tests;

use zeroize::Zeroize;

use self::lanes::ManyBlocks;
use self::schedule::RoundKeys;
use super::{BlockCipher, KeyInit, sealed};
use crate::length::{Lengths, Part, WrongLength};
use crate::wide::Width;

/// Up to so many blocks are worked on one by one.
const SINGLE_MAX: usize = 2;

/// Blocks that modes hand over at once: several turns of the widest registers, whose lanes of 16
/// bits take 64.
const BATCH: usize = 256;

/// IDEA: 64-bit block, 128-bit key.
pub struct Idea {
    encryption: RoundKeys,
    decryption: RoundKeys,
}

impl sealed::Sealed for Idea {}

impl BlockCipher for Idea {
    type Block = [u8; 8];
    type Batch = [Self::Block; BATCH];
    const ZERO_BATCH: Self::Batch = [[0; 8]; BATCH];

    fn encrypt_blocks(&self, blocks: &mut [Self::Block]) {
        crypt(&self.encryption, blocks);
    }

    fn decrypt_blocks(&self, blocks: &mut [Self::Block]) {
        crypt(&self.decryption, blocks);
    }
}

impl KeyInit for Idea {
    const KEY_LEN: Lengths = Lengths::exactly(16);

    fn new(key: &[u8]) -> Result<Self, WrongLength> {
        let wrong = WrongLength {
            part: Part::Key,
            expected: Self::KEY_LEN,
            actual: key.len(),
        };
        let encryption = RoundKeys::new(key.try_into().map_err(|_| wrong)?);
        let decryption = encryption.inverse();
        Ok(Self {
            encryption,
            decryption,
        })
    }
}

impl Drop for Idea {
    fn drop(&mut self) {
        self.encryption.zeroize();
        self.decryption.zeroize();
    }
}

fn crypt(keys: &RoundKeys, blocks: &mut [[u8; 8]]) {
    if blocks.len() <= SINGLE_MAX {
        for block in blocks {
            rounds::one_block(keys, block);
        }
    } else {
        Width::detect().run(ManyBlocks { keys, blocks });
    }
}
