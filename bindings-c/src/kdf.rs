//! Key derivation.

use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::hkdf::KdfSpec;

use crate::border::guard;
use crate::status::secpvm_status;

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_kdf_derive(
    id: u16,
    salt: *const u8,
    salt_len: usize,
    secret: *const u8,
    secret_len: usize,
    info: *const u8,
    info_len: usize,
    out: *mut u8,
    out_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (salt, secret, info, out) = unsafe {
            (
                call.input(salt, salt_len)?,
                call.input(secret, secret_len)?,
                call.input(info, info_len)?,
                call.output(out, out_len)?,
            )
        };
        Ok(KdfSpec::from_id(AlgorithmId(id))?.derive(salt, secret, info, out)?)
    })
}
