//! Suites: enumeration by index, look-up by name.

use core::ffi::c_char;

use secpvm_core::suite::Suite;

use crate::algorithm::{strength, text};
use crate::border::guard;
use crate::status::secpvm_status;

/// One row of the table of suites, as C sees it.
#[repr(C)]
pub struct secpvm_suite_info {
    pub(crate) id: u16,
    pub(crate) tag_len: u16,
    pub(crate) strength: u32,
    pub(crate) name: *const c_char,
}

impl From<Suite> for secpvm_suite_info {
    fn from(suite: Suite) -> Self {
        let name = match suite {
            Suite::Aes256Gcm => c"aes-256-gcm",
            Suite::ChaCha20Poly1305 => c"chacha20-poly1305",
            Suite::TdesCtrKeyedMd5 => c"3des-ctr+keyed-md5",
            Suite::IdeaCtrKeyedMd5 => c"idea-ctr+keyed-md5",
            Suite::DesCtrKeyedMd5 => c"des-ctr+keyed-md5",
            Suite::Rc4KeyedMd5 => c"rc4+keyed-md5",
            Suite::HmacSha256 => c"hmac-sha256",
            Suite::KeyedMd5 => c"keyed-md5",
        };
        Self {
            id: suite.id().0,
            tag_len: u16::try_from(suite.tag_len()).unwrap_or(u16::MAX),
            strength: strength(suite.strength()),
            name: name.as_ptr(),
        }
    }
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn secpvm_suite_count() -> usize {
    Suite::ALL.len()
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_suite_at(
    index: usize,
    info: *mut secpvm_suite_info,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let info = unsafe { call.place(info) }?;
        let suite = Suite::ALL.get(index).ok_or(secpvm_status::LENGTH)?;
        info.write((*suite).into());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_suite_by_name(
    name: *const c_char,
    info: *mut secpvm_suite_info,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (name, info) = unsafe { (text(name)?, call.place(info)?) };
        let suite = name.and_then(|name| Suite::from_name(name).ok());
        info.write(suite.ok_or(secpvm_status::UNKNOWN_SUITE)?.into());
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use core::ffi::CStr;

    use super::*;

    #[test]
    fn names_in_c_are_the_names_in_rust() {
        for suite in Suite::ALL {
            let info = secpvm_suite_info::from(suite);
            // SAFETY: the names are C string literals.
            let name = unsafe { CStr::from_ptr(info.name) };
            assert_eq!(name.to_str(), Ok(suite.name()));
        }
    }
}
