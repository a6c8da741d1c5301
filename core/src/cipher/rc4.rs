//! RC4 ("alleged RC4", 1994).

use ::cipher::{KeyInit, StreamCipher};

use super::{Cipher, CipherError, KeyIvInit, sealed};
use crate::length::{Lengths, Part, WrongLength};

/// RC4: keys of 5 to 256 bytes (40 to 2048 bits), no IV. Broken: the key stream is biased.
///
/// The same key gives the same key stream: use a key for one message only. Its state is indexed by
/// secrets: timing may leak them.
pub struct Rc4(rc4::Rc4);

impl sealed::Sealed for Rc4 {}

impl KeyIvInit for Rc4 {
    const KEY_LEN: Lengths = Lengths::between(5, 256);
    const IV_LEN: usize = 0;
    const BLOCK_LEN: usize = 1;

    fn new(key: &[u8], iv: &[u8]) -> Result<Self, WrongLength> {
        let wrong = WrongLength {
            part: Part::Key,
            expected: Self::KEY_LEN,
            actual: key.len(),
        };
        Self::KEY_LEN.check(Part::Key, key.len())?;
        Lengths::exactly(Self::IV_LEN).check(Part::Iv, iv.len())?;
        rc4::Rc4::new_from_slice(key).map(Self).map_err(|_| wrong)
    }
}

impl Cipher for Rc4 {
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
