//! Encryption without authentication.

use secpvm_core::Error;
use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::hazmat::{
    AnyCipher, Cipher, CipherError, CipherSpec, PaddedDecryptor, PaddedEncryptor,
};
use secpvm_core::padding::Padding;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::{Failure, object};
use crate::scratch::{Parts, with, with_region};

/// The longest block, in bytes.
const BLOCK_LEN_MAX: usize = 16;

/// Encrypt in place. Behind the data there is room for a block of padding.
#[wasm_bindgen]
pub fn encrypt(cipher: u16, padding: u16, key_len: usize, iv_len: usize, data_len: usize) -> i32 {
    with(|parts| {
        let (mut cipher, padding, block_len) = begin(parts, cipher, padding, key_len, iv_len)?;
        let padded_len = padding.padded_len(data_len, block_len)?;
        let data = parts.take(padded_len)?;
        padding.pad_in_place(data, data_len, block_len)?;
        cipher.encrypt_in_place(data)?;
        Ok(padded_len)
    })
}

/// Decrypt in place. `count`, if not negative, is the length of the padding.
#[wasm_bindgen]
pub fn decrypt(
    cipher: u16,
    padding: u16,
    key_len: usize,
    iv_len: usize,
    data_len: usize,
    count: i32,
) -> i32 {
    with(|parts| {
        let (mut cipher, padding, block_len) = begin(parts, cipher, padding, key_len, iv_len)?;
        let data = parts.take(data_len)?;
        cipher.decrypt_in_place(data)?;
        Ok(padding.data_len(data, block_len, usize::try_from(count).ok())?)
    })
}

/// The cipher, the padding, and the block that it fills.
fn begin(
    parts: &mut Parts,
    cipher: u16,
    padding: u16,
    key_len: usize,
    iv_len: usize,
) -> Result<(AnyCipher, Padding, usize), Failure> {
    let key = parts.key(key_len)?;
    let iv = parts.take(iv_len)?;
    let spec = CipherSpec::from_id(AlgorithmId(cipher))?;
    let padding = Padding::from_id(AlgorithmId(padding))?;
    let cipher = AnyCipher::new(spec, key.0, iv)?;
    // Modes that take pieces of any length have no padding.
    let unit_len = cipher.unit_len();
    if unit_len == 1 && padding != Padding::None {
        return Err(CipherError::NoPadding.into());
    }
    Ok((cipher, padding, unit_len))
}

/// A message that is encrypted or decrypted piece by piece.
#[wasm_bindgen]
pub struct CipherStream(Option<Stream>);

enum Stream {
    /// Pieces of any length, one way or the other.
    Free {
        cipher: AnyCipher,
        encrypts: bool,
    },
    /// Whole blocks, with what does not fill one held back.
    Encryptor(PaddedEncryptor<AnyCipher>),
    Decryptor(PaddedDecryptor<AnyCipher>),
}

#[wasm_bindgen]
impl CipherStream {
    pub fn begin(
        encrypts: bool,
        cipher: u16,
        padding: u16,
        key_len: usize,
        iv_len: usize,
    ) -> Option<CipherStream> {
        object(with_region(|parts| {
            let (cipher, padding, unit_len) = begin(parts, cipher, padding, key_len, iv_len)?;
            Ok(Self(Some(match (unit_len, encrypts) {
                (1, encrypts) => Stream::Free { cipher, encrypts },
                (_, true) => Stream::Encryptor(PaddedEncryptor::with_any(cipher, padding)?),
                (_, false) => Stream::Decryptor(PaddedDecryptor::with_any(cipher, padding)?),
            })))
        }))
    }

    /// The next piece. The result stands behind the data, where there is room for them and a block.
    pub fn update(&mut self, data_len: usize) -> i32 {
        with(|parts| {
            let data = parts.take(data_len)?;
            let out = parts.take(data_len.saturating_add(BLOCK_LEN_MAX))?;
            Ok(match self.0.as_mut().ok_or(Error::OutOfOrder)? {
                Stream::Encryptor(encryptor) => encryptor.update(data, out)?,
                Stream::Decryptor(decryptor) => decryptor.update(data, out)?,
                Stream::Free { cipher, encrypts } => {
                    if *encrypts {
                        cipher.encrypt_in_place(data)?;
                    } else {
                        cipher.decrypt_in_place(data)?;
                    }
                    let (out, _) = out
                        .split_at_mut_checked(data_len)
                        .ok_or(Failure::Internal)?;
                    out.copy_from_slice(data);
                    data_len
                }
            })
        })
    }

    /// What is left, at most a block; there is no more after it. `count` as in `decrypt`.
    pub fn finalize(&mut self, count: i32) -> i32 {
        with(|parts| {
            let out = parts.take(BLOCK_LEN_MAX)?;
            Ok(match self.0.take().ok_or(Error::OutOfOrder)? {
                // As in one call, a count that says anything but 0 is wrong.
                Stream::Free { .. } => {
                    Padding::None.data_len(&[], 1, usize::try_from(count).ok())?
                }
                Stream::Encryptor(encryptor) => encryptor.finish(out)?,
                Stream::Decryptor(decryptor) => {
                    decryptor.finish(usize::try_from(count).ok(), out)?
                }
            })
        })
    }
}
