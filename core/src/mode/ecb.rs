//! Electronic codebook (SP 800-38A section 6.1).

use super::whole_blocks;
use crate::cipher::{Block, BlockCipher, Cipher, CipherError, KeyInit, KeyIvInit, sealed};
use crate::length::{Lengths, Part, WrongLength};

/// ECB: every block by itself. Broken: equal blocks of plaintext give equal blocks of ciphertext.
pub struct Ecb<C: BlockCipher>(C);

impl<C: BlockCipher> Ecb<C> {
    /// Use `cipher`, or `&cipher`.
    pub fn with_cipher(cipher: C) -> Self {
        Self(cipher)
    }
}

impl<C: BlockCipher> sealed::Sealed for Ecb<C> {}

impl<C: KeyInit> KeyIvInit for Ecb<C> {
    const KEY_LEN: Lengths = C::KEY_LEN;
    const IV_LEN: usize = 0;
    const BLOCK_LEN: usize = C::Block::LEN;

    fn new(key: &[u8], iv: &[u8]) -> Result<Self, WrongLength> {
        Lengths::exactly(Self::IV_LEN).check(Part::Iv, iv.len())?;
        Ok(Self::with_cipher(C::new(key)?))
    }
}

impl<C: BlockCipher> Cipher for Ecb<C> {
    fn unit_len(&self) -> usize {
        C::Block::LEN
    }

    fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        self.0.encrypt_blocks(whole_blocks(data)?);
        Ok(())
    }

    fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        self.0.decrypt_blocks(whole_blocks(data)?);
        Ok(())
    }
}
