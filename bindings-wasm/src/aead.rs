//! Authenticated encryption.

use secpvm_core::aead::{AeadSpec, AnyAead, NONCE_LEN, Nonce, TAG_LEN};
use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::length::{Lengths, Part};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::Failure;
use crate::scratch::{Parts, with};

/// Seal in place. Behind the data there is room for the tag.
#[wasm_bindgen]
pub fn seal(aead: u16, key_len: usize, nonce_len: usize, aad_len: usize, data_len: usize) -> i32 {
    with(|parts| {
        let (aead, nonce) = begin(parts, aead, key_len, nonce_len)?;
        let (aad, data) = (parts.take(aad_len)?, parts.take(data_len)?);
        let tag = aead.seal_in_place(Nonce::assume_unique(nonce), aad, data)?;
        parts.take(TAG_LEN)?.copy_from_slice(&tag);
        Ok(data_len.saturating_add(TAG_LEN))
    })
}

/// Open in place. The tag ends the data.
#[wasm_bindgen]
pub fn open(aead: u16, key_len: usize, nonce_len: usize, aad_len: usize, data_len: usize) -> i32 {
    with(|parts| {
        let (aead, nonce) = begin(parts, aead, key_len, nonce_len)?;
        let (aad, sealed) = (parts.take(aad_len)?, parts.take(data_len)?);
        Lengths::between(TAG_LEN, usize::MAX).check(Part::Data, data_len)?;
        let (data, tag) = sealed
            .split_last_chunk_mut::<TAG_LEN>()
            .ok_or(Failure::Internal)?;
        aead.open_in_place(&nonce, aad, data, tag)?;
        Ok(data.len())
    })
}

fn begin(
    parts: &mut Parts,
    aead: u16,
    key_len: usize,
    nonce_len: usize,
) -> Result<(AnyAead, [u8; NONCE_LEN]), Failure> {
    let key = parts.key(key_len)?;
    let nonce = parts.take(nonce_len)?;
    let spec = AeadSpec::from_id(AlgorithmId(aead))?;
    let aead = AnyAead::new(spec, key.0)?;
    Lengths::exactly(NONCE_LEN).check(Part::Iv, nonce_len)?;
    let nonce = (&*nonce).try_into().map_err(|_| Failure::Internal)?;
    Ok((aead, nonce))
}
