//! Encryption without authentication.

use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::hazmat::{AnyCipher, Cipher, CipherError, CipherSpec};
use secpvm_core::padding::Padding;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::Failure;
use crate::scratch::{Parts, with};

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
