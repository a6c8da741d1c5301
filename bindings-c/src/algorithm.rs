//! The table of algorithms.

use core::ffi::{CStr, c_char};

use secpvm_core::algorithm::{self, Algorithm, AlgorithmId, Kind, Strength};

use crate::border::guard;
use crate::status::secpvm_status;

/// Length of a name with its NUL: `SECPVM_NAME_LEN_MAX` in the header.
const NAME_LEN_MAX: usize = 32;

/// One row of the table, as C sees it.
#[repr(C)]
pub struct secpvm_algorithm_info {
    id: u16,
    kind: u16,
    strength: u32,
    key_len_min: usize,
    key_len_max: usize,
    key_len_step: usize,
    block_len: usize,
    iv_len: usize,
    output_len: usize,
    name: [c_char; NAME_LEN_MAX],
}

impl From<&Algorithm> for secpvm_algorithm_info {
    fn from(row: &Algorithm) -> Self {
        let mut name = [0; NAME_LEN_MAX];
        let (room, _nul) = name.split_at_mut(NAME_LEN_MAX - 1);
        for (to, from) in room.iter_mut().zip(row.name.bytes()) {
            *to = c_char::from_ne_bytes([from]);
        }
        Self {
            id: row.id.0,
            kind: kind(row.kind),
            strength: row.strength.map_or(NOT_RATED, strength),
            key_len_min: row.key_len.min,
            key_len_max: row.key_len.max,
            key_len_step: row.key_len.step,
            block_len: row.block_len,
            iv_len: row.iv_len,
            output_len: row.output_len,
            name,
        }
    }
}

/// `SECPVM_STRENGTH_NOT_RATED`.
const NOT_RATED: u32 = 255;

/// `secpvm_strength`.
pub(crate) const fn strength(strength: Strength) -> u32 {
    match strength {
        Strength::Modern => 0,
        Strength::Legacy => 1,
        Strength::Broken => 2,
    }
}

/// `secpvm_kind`; 0 for one that this header does not know.
const fn kind(kind: Kind) -> u16 {
    match kind {
        Kind::BlockCipherMode => 1,
        Kind::StreamCipher => 2,
        Kind::Aead => 3,
        Kind::Padding => 4,
        Kind::Digest => 5,
        Kind::Mac => 6,
        Kind::KeyAgreement => 7,
        Kind::KeyDerivation => 8,
        _ => 0,
    }
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn secpvm_algorithm_count() -> usize {
    algorithm::all().count()
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_algorithm_at(
    index: usize,
    info: *mut secpvm_algorithm_info,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let info = unsafe { call.place(info) }?;
        let row = algorithm::all().nth(index);
        info.write(row.ok_or(secpvm_status::LENGTH)?.into());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_algorithm_by_id(
    id: u16,
    info: *mut secpvm_algorithm_info,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let info = unsafe { call.place(info) }?;
        let row = algorithm::all().find(|row| row.id == AlgorithmId(id));
        info.write(row.ok_or(secpvm_status::UNKNOWN_ALGORITHM)?.into());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_algorithm_by_name(
    name: *const c_char,
    info: *mut secpvm_algorithm_info,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (name, info) = unsafe { (text(name)?, call.place(info)?) };
        let name = name.ok_or(secpvm_status::UNKNOWN_ALGORITHM)?;
        let row = algorithm::all().find(|row| row.is_called(name));
        info.write(row.ok_or(secpvm_status::UNKNOWN_ALGORITHM)?.into());
        Ok(())
    })
}

/// The text at `name`; none if it is not UTF-8.
///
/// # Safety
/// If not null, `name` is NUL-terminated, and nobody writes it during the call.
pub(crate) unsafe fn text<'a>(name: *const c_char) -> Result<Option<&'a str>, secpvm_status> {
    if name.is_null() {
        return Err(secpvm_status::NULL);
    }
    // SAFETY: not null, and the caller vouches for the NUL.
    Ok(unsafe { CStr::from_ptr(name) }.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit() {
        assert!(algorithm::all().all(|row| row.name.len() < NAME_LEN_MAX && kind(row.kind) > 0));
    }
}
