//! ChaCha20 (RFC 8439 section 2.4).

use ::cipher::{KeyIvInit as _, StreamCipher, StreamCipherSeek};

use super::{Cipher, CipherError, KeyIvInit, sealed};
use crate::length::{Lengths, Part, WrongLength};

/// Bytes of key stream per value of the block counter.
const KEYSTREAM_BLOCK_LEN: u64 = 64;

/// ChaCha20: 32-byte key; IV of 16 bytes, the first block's counter (4, little-endian) and the
/// nonce (12), as OpenSSL's `chacha20` has it.
///
/// The counter does not wrap: the key stream ends before the counter's last value, 2^32 - 1.
pub struct ChaCha20(chacha20::ChaCha20);

impl sealed::Sealed for ChaCha20 {}

impl KeyIvInit for ChaCha20 {
    const KEY_LEN: Lengths = Lengths::exactly(32);
    const IV_LEN: usize = 16;
    const BLOCK_LEN: usize = 1;

    fn new(key: &[u8], iv: &[u8]) -> Result<Self, WrongLength> {
        const IV: Lengths = Lengths::exactly(ChaCha20::IV_LEN);
        let wrong_key = WrongLength {
            part: Part::Key,
            expected: Self::KEY_LEN,
            actual: key.len(),
        };
        let wrong_iv = WrongLength {
            part: Part::Iv,
            expected: IV,
            actual: iv.len(),
        };
        let key: &[u8; 32] = key.try_into().map_err(|_| wrong_key)?;
        let (counter, nonce) = iv.split_first_chunk::<4>().ok_or(wrong_iv)?;
        let nonce: &[u8; 12] = nonce.try_into().map_err(|_| wrong_iv)?;

        let mut cipher = chacha20::ChaCha20::new(key.into(), nonce.into());
        let position = u64::from(u32::from_le_bytes(*counter)) * KEYSTREAM_BLOCK_LEN;
        cipher.try_seek(position).map_err(|_| wrong_iv)?;
        Ok(Self(cipher))
    }
}

impl Cipher for ChaCha20 {
    fn unit_len(&self) -> usize {
        1
    }

    fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        self.0
            .try_apply_keystream(data)
            .map_err(|_| CipherError::Exhausted)
    }

    fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        self.encrypt_in_place(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One block is left before the counter's last value; what exceeds it is refused as a whole.
    #[test]
    fn ends_with_its_counter() {
        let mut iv = [0; 16];
        iv[..4].copy_from_slice(&(u32::MAX - 1).to_le_bytes());
        let mut cipher = ChaCha20::new(&[1; 32], &iv).unwrap();
        let mut data = [0; 65];
        assert_eq!(
            cipher.encrypt_in_place(&mut data),
            Err(CipherError::Exhausted)
        );
        assert_eq!(data, [0; 65]);
        cipher.encrypt_in_place(&mut data[..64]).unwrap();
        assert_eq!(
            cipher.encrypt_in_place(&mut data[64..]),
            Err(CipherError::Exhausted)
        );
    }
}
