//! Key agreement, key derivation, and padding by itself.

use secpvm_core::agreement::{AgreementError, AgreementSpec, AnyAgreement};
use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::hkdf::KdfSpec;
use secpvm_core::length::Part;
use secpvm_core::padding::Padding;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::Failure;
use crate::scratch::{Parts, with};

/// The secret shared with whoever sent the public value; it stands behind the two.
#[wasm_bindgen]
pub fn agree(agreement: u16, secret_len: usize, public_len: usize) -> i32 {
    with(|parts| {
        let (side, shared_len) = begin(parts, agreement, secret_len)?;
        let public = parts.take(public_len)?;
        side.agree(public, parts.take(shared_len)?)?;
        Ok(shared_len)
    })
}

/// What the peer is told; it stands behind the secret.
#[wasm_bindgen]
pub fn public_value(agreement: u16, secret_len: usize) -> i32 {
    with(|parts| {
        let (side, public_len) = begin(parts, agreement, secret_len)?;
        side.public_value(parts.take(public_len)?)?;
        Ok(public_len)
    })
}

fn begin(
    parts: &mut Parts,
    agreement: u16,
    secret_len: usize,
) -> Result<(AnyAgreement, usize), Failure> {
    let secret = parts.key(secret_len)?;
    let spec = AgreementSpec::from_id(AlgorithmId(agreement))?;
    let side = AnyAgreement::new(spec, secret.0).map_err(AgreementError::from)?;
    Ok((side, spec.algorithm().output_len))
}

/// Derive `out_len` bytes; they stand behind secret, salt and info.
#[wasm_bindgen]
pub fn derive(
    kdf: u16,
    secret_len: usize,
    salt_len: usize,
    info_len: usize,
    out_len: usize,
) -> i32 {
    with(|parts| {
        let secret = parts.key(secret_len)?;
        let (salt, info) = (parts.take(salt_len)?, parts.take(info_len)?);
        let spec = KdfSpec::from_id(AlgorithmId(kdf))?;
        spec.out_len().check(Part::Output, out_len)?;
        spec.derive(salt, secret.0, info, parts.take(out_len)?)?;
        Ok(out_len)
    })
}

/// Pad in place.
#[wasm_bindgen]
pub fn pad(padding: u16, block_len: usize, data_len: usize) -> i32 {
    with(|parts| {
        let padding = Padding::from_id(AlgorithmId(padding))?;
        let data = parts.take(padding.padded_len(data_len, block_len)?)?;
        Ok(padding.pad_in_place(data, data_len, block_len)?)
    })
}

/// The length without padding. `count`, if not negative, is the length of the padding.
#[wasm_bindgen]
pub fn unpad(padding: u16, block_len: usize, data_len: usize, count: i32) -> i32 {
    with(|parts| {
        let padding = Padding::from_id(AlgorithmId(padding))?;
        let data = parts.take(data_len)?;
        Ok(padding.data_len(data, block_len, usize::try_from(count).ok())?)
    })
}
