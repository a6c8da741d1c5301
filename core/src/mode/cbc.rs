//! Cipher block chaining (SP 800-38A section 6.2).

use zeroize::Zeroize;

use super::{iv_block, whole_blocks};
use crate::cipher::{Block, BlockCipher, Cipher, CipherError, KeyInit, KeyIvInit, sealed};
use crate::length::{Lengths, WrongLength};

/// CBC: C(i) = E(P(i) xor C(i-1)), with C(0) = IV, which an adversary must not be able to predict.
pub struct Cbc<C: BlockCipher> {
    cipher: C,
    /// The block of ciphertext before this one.
    previous: C::Block,
}

impl<C: BlockCipher> Cbc<C> {
    /// Begin a message with `cipher`, or `&cipher`.
    ///
    /// # Errors
    /// [`WrongLength`] unless `iv` is one block.
    pub fn with_cipher(cipher: C, iv: &[u8]) -> Result<Self, WrongLength> {
        Ok(Self {
            cipher,
            previous: iv_block(iv)?,
        })
    }
}

impl<C: BlockCipher> sealed::Sealed for Cbc<C> {}

impl<C: KeyInit> KeyIvInit for Cbc<C> {
    const KEY_LEN: Lengths = C::KEY_LEN;
    const IV_LEN: usize = C::Block::LEN;
    const BLOCK_LEN: usize = C::Block::LEN;

    fn new(key: &[u8], iv: &[u8]) -> Result<Self, WrongLength> {
        Self::with_cipher(C::new(key)?, iv)
    }
}

impl<C: BlockCipher> Cipher for Cbc<C> {
    fn unit_len(&self) -> usize {
        C::Block::LEN
    }

    fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        let mut previous = self.previous;
        for block in whole_blocks::<C::Block>(data)? {
            previous.xor(block);
            previous = self.cipher.encrypt_block(previous);
            *block = previous;
        }
        self.previous = previous;
        Ok(())
    }

    fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        let mut ciphertext = C::ZERO_BATCH;
        let ciphertext = ciphertext.as_mut();
        for batch in whole_blocks::<C::Block>(data)?.chunks_mut(ciphertext.len()) {
            for (kept, block) in ciphertext.iter_mut().zip(batch.iter()) {
                *kept = *block;
            }
            self.cipher.decrypt_blocks(batch);
            let mut blocks = batch.iter_mut();
            if let Some(first) = blocks.next() {
                first.xor(&self.previous);
            }
            for (block, previous) in (&mut blocks).zip(ciphertext.iter()) {
                block.xor(previous);
            }
            if let Some(last) = batch
                .len()
                .checked_sub(1)
                .and_then(|last| ciphertext.get(last))
            {
                self.previous = *last;
            }
        }
        Ok(())
    }
}

impl<C: BlockCipher> Drop for Cbc<C> {
    fn drop(&mut self) {
        self.previous.zeroize();
    }
}
