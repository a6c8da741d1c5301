//! Output feedback (SP 800-38A section 6.4).

use zeroize::Zeroize;

use super::iv_block;
use crate::cipher::{Block, BlockCipher, Cipher, CipherError, KeyInit, KeyIvInit, sealed};
use crate::length::{Lengths, WrongLength};

/// OFB: a key stream O(i) = E(O(i-1)), with O(0) = IV, which must be used once only under a key.
pub struct Ofb<C: BlockCipher> {
    cipher: C,
    output: C::Block,
    /// How many bytes of `output` have served.
    used: usize,
}

impl<C: BlockCipher> Ofb<C> {
    /// Begin a message with `cipher`, or `&cipher`.
    ///
    /// # Errors
    /// [`WrongLength`] unless `iv` is one block.
    pub fn with_cipher(cipher: C, iv: &[u8]) -> Result<Self, WrongLength> {
        Ok(Self {
            cipher,
            output: iv_block(iv)?,
            used: C::Block::LEN,
        })
    }
}

impl<C: BlockCipher> sealed::Sealed for Ofb<C> {}

impl<C: KeyInit> KeyIvInit for Ofb<C> {
    const KEY_LEN: Lengths = C::KEY_LEN;
    const IV_LEN: usize = C::Block::LEN;
    const BLOCK_LEN: usize = C::Block::LEN;

    fn new(key: &[u8], iv: &[u8]) -> Result<Self, WrongLength> {
        Self::with_cipher(C::new(key)?, iv)
    }
}

impl<C: BlockCipher> Cipher for Ofb<C> {
    fn unit_len(&self) -> usize {
        1
    }

    fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        let mut rest = data;
        while !rest.is_empty() {
            if self.used == C::Block::LEN {
                self.cipher
                    .encrypt_blocks(core::slice::from_mut(&mut self.output));
                self.used = 0;
            }
            let stream = self.output.as_ref().get(self.used..).unwrap_or_default();
            let (now, later) = rest.split_at_mut(stream.len().min(rest.len()));
            crate::cipher::xor(now, stream);
            self.used += now.len();
            rest = later;
        }
        Ok(())
    }

    fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        self.encrypt_in_place(data)
    }
}

impl<C: BlockCipher> Drop for Ofb<C> {
    fn drop(&mut self) {
        self.output.zeroize();
    }
}
