//! Cipher feedback of full blocks (SP 800-38A section 6.3, with s = b).

use zeroize::Zeroize;

use super::{iv_block, wipe};
use crate::cipher::{Block, BlockCipher, Cipher, CipherError, KeyInit, KeyIvInit, sealed, xor};
use crate::length::{Lengths, WrongLength};

/// CFB: C(i) = P(i) xor E(C(i-1)), with C(0) = IV, which must be used once only under a key.
pub struct Cfb<C: BlockCipher> {
    cipher: C,
    /// The ciphertext of the block at hand in its first `used` bytes, and the key stream that is
    /// left of it in the others. All of it is ciphertext (or IV) when `used` is the block's length.
    register: C::Block,
    used: usize,
}

impl<C: BlockCipher> Cfb<C> {
    /// Begin a message with `cipher`, or `&cipher`.
    ///
    /// # Errors
    /// [`WrongLength`] unless `iv` is one block.
    pub fn with_cipher(cipher: C, iv: &[u8]) -> Result<Self, WrongLength> {
        Ok(Self {
            cipher,
            register: iv_block(iv)?,
            used: C::Block::LEN,
        })
    }

    /// Work on what the current block has left, by `step` on (data byte, register byte); return
    /// what of `data` goes beyond.
    fn within_block<'d>(
        &mut self,
        data: &'d mut [u8],
        step: impl Fn(&mut u8, &mut u8),
    ) -> &'d mut [u8] {
        let left = self
            .register
            .as_mut()
            .get_mut(self.used..)
            .unwrap_or_default();
        let (now, later) = data.split_at_mut(left.len().min(data.len()));
        for (byte, register) in now.iter_mut().zip(left) {
            step(byte, register);
        }
        self.used += now.len();
        later
    }

    /// Take up the next block, if there is anything to do in it.
    fn next_block(&mut self, data: &[u8]) {
        if !data.is_empty() {
            self.cipher
                .encrypt_blocks(core::slice::from_mut(&mut self.register));
            self.used = 0;
        }
    }
}

/// Leave the ciphertext in the data and in the register.
fn encrypt(byte: &mut u8, register: &mut u8) {
    *byte ^= *register;
    *register = *byte;
}

/// Leave the plaintext in the data, the ciphertext in the register.
fn decrypt(byte: &mut u8, register: &mut u8) {
    let ciphertext = *byte;
    *byte ^= *register;
    *register = ciphertext;
}

impl<C: BlockCipher> sealed::Sealed for Cfb<C> {}

impl<C: KeyInit> KeyIvInit for Cfb<C> {
    const KEY_LEN: Lengths = C::KEY_LEN;
    const IV_LEN: usize = C::Block::LEN;
    const BLOCK_LEN: usize = C::Block::LEN;

    fn new(key: &[u8], iv: &[u8]) -> Result<Self, WrongLength> {
        Self::with_cipher(C::new(key)?, iv)
    }
}

impl<C: BlockCipher> Cipher for Cfb<C> {
    fn unit_len(&self) -> usize {
        1
    }

    fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        let mut rest = self.within_block(data, encrypt);
        while !rest.is_empty() {
            self.next_block(rest);
            rest = self.within_block(rest, encrypt);
        }
        Ok(())
    }

    fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        let rest = self.within_block(data, decrypt);
        let (blocks, tail) = C::Block::chunks_mut(rest);
        let mut keystream = C::ZERO_BATCH;
        let keystream = keystream.as_mut();
        for batch in blocks.chunks_mut(keystream.len()) {
            // Only ciphertext goes into the cipher, and all of it is there already.
            for (stream, block) in keystream.iter_mut().zip(batch.iter()) {
                *stream = self.register;
                self.register = *block;
            }
            self.cipher
                .encrypt_blocks(keystream.get_mut(..batch.len()).unwrap_or_default());
            for (block, stream) in batch.iter_mut().zip(keystream.iter()) {
                xor(block.as_mut(), stream.as_ref());
            }
        }
        wipe(keystream, blocks.len());
        self.next_block(tail);
        self.within_block(tail, decrypt);
        Ok(())
    }
}

impl<C: BlockCipher> Drop for Cfb<C> {
    fn drop(&mut self) {
        self.register.zeroize();
    }
}
