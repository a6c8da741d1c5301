//! Counter (SP 800-38A section 6.5, the whole block as one big-endian counter: appendix B.1, m = b).

use zeroize::Zeroize;

use super::{iv_block, wipe};
use crate::cipher::{Block, BlockCipher, Cipher, CipherError, KeyInit, KeyIvInit, sealed, xor};
use crate::length::{Lengths, WrongLength};

/// CTR: a key stream E(T), E(T+1), ... where T is the IV; no T may serve twice under a key.
///
/// The counter wraps around at the block's length, so it repeats after 2^64 blocks at the earliest.
pub struct Ctr<C: BlockCipher> {
    cipher: C,
    /// The next counter block.
    counter: C::Block,
    /// Key stream of the block at hand, and how many bytes of it have served.
    keystream: C::Block,
    used: usize,
}

impl<C: BlockCipher> Ctr<C> {
    /// Begin a message with `cipher`, or `&cipher`.
    ///
    /// # Errors
    /// [`WrongLength`] unless `iv` is one block.
    pub fn with_cipher(cipher: C, iv: &[u8]) -> Result<Self, WrongLength> {
        Ok(Self {
            cipher,
            counter: iv_block(iv)?,
            keystream: C::Block::ZERO,
            used: C::Block::LEN,
        })
    }

    /// Apply what is left of the current block's key stream; return what of `data` goes beyond.
    fn within_block<'d>(&mut self, data: &'d mut [u8]) -> &'d mut [u8] {
        let left = self.keystream.as_ref().get(self.used..).unwrap_or_default();
        let (now, later) = data.split_at_mut(left.len().min(data.len()));
        xor(now, left);
        self.used += now.len();
        later
    }

    /// Fill `stream` with the next blocks of key stream.
    fn generate(&mut self, stream: &mut [C::Block]) {
        for block in stream.iter_mut() {
            *block = self.counter;
            self.counter.increment();
        }
        self.cipher.encrypt_blocks(stream);
    }
}

impl<C: BlockCipher> sealed::Sealed for Ctr<C> {}

impl<C: KeyInit> KeyIvInit for Ctr<C> {
    const KEY_LEN: Lengths = C::KEY_LEN;
    const IV_LEN: usize = C::Block::LEN;
    const BLOCK_LEN: usize = C::Block::LEN;

    fn new(key: &[u8], iv: &[u8]) -> Result<Self, WrongLength> {
        Self::with_cipher(C::new(key)?, iv)
    }
}

impl<C: BlockCipher> Cipher for Ctr<C> {
    fn unit_len(&self) -> usize {
        1
    }

    fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        let rest = self.within_block(data);
        let (blocks, tail) = C::Block::chunks_mut(rest);
        let mut batch_stream = C::ZERO_BATCH;
        let batch_stream = batch_stream.as_mut();
        for batch in blocks.chunks_mut(batch_stream.len()) {
            let stream = batch_stream.get_mut(..batch.len()).unwrap_or_default();
            self.generate(stream);
            for (block, stream) in batch.iter_mut().zip(stream.iter()) {
                block.xor(stream);
            }
        }
        wipe(batch_stream, blocks.len());
        if !tail.is_empty() {
            self.keystream = self.counter;
            self.counter.increment();
            self.cipher
                .encrypt_blocks(core::slice::from_mut(&mut self.keystream));
            self.used = 0;
            self.within_block(tail);
        }
        Ok(())
    }

    fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        self.encrypt_in_place(data)
    }
}

impl<C: BlockCipher> Drop for Ctr<C> {
    fn drop(&mut self) {
        self.counter.zeroize();
        self.keystream.zeroize();
        self.used.zeroize();
    }
}
