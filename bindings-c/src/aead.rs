//! Authenticated encryption, one message a call.

use secpvm_core::aead::{AeadSpec, AnyAead, NONCE_LEN, Nonce, TAG_LEN};
use secpvm_core::algorithm::AlgorithmId;

use crate::border::guard;
use crate::object::{constructors, object};
use crate::status::secpvm_status;

object!(secpvm_aead = AnyAead, b"AEAD", 1024, secpvm_aead_free);

constructors!(
    secpvm_aead_init,
    secpvm_aead_new,
    secpvm_aead,
    |call, id: u16, key: *const u8, key_len: usize| {
        // SAFETY: the header's contract.
        let key = unsafe { call.input(key, key_len) }?;
        AnyAead::new(AeadSpec::from_id(AlgorithmId(id))?, key)?
    }
);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_aead_seal_in_place(
    aead: *const secpvm_aead,
    nonce: *const u8,
    associated_data: *const u8,
    associated_data_len: usize,
    data: *mut u8,
    data_len: usize,
    tag: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (aead, nonce, associated_data, data, tag) = unsafe {
            (
                call.shared(aead)?,
                call.array::<NONCE_LEN>(nonce)?,
                call.input(associated_data, associated_data_len)?,
                call.output(data, data_len)?,
                call.place(tag.cast::<[u8; TAG_LEN]>())?,
            )
        };
        let nonce = Nonce::assume_unique(*nonce);
        tag.write(aead.seal_in_place(nonce, associated_data, data)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_aead_open_in_place(
    aead: *const secpvm_aead,
    nonce: *const u8,
    associated_data: *const u8,
    associated_data_len: usize,
    data: *mut u8,
    data_len: usize,
    tag: *const u8,
    tag_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (aead, nonce, associated_data, data, tag) = unsafe {
            (
                call.shared(aead)?,
                call.array::<NONCE_LEN>(nonce)?,
                call.input(associated_data, associated_data_len)?,
                call.output(data, data_len)?,
                call.input(tag, tag_len)?,
            )
        };
        Ok(aead.open_in_place(nonce, associated_data, data, tag)?)
    })
}
