//! The C binding of secpvm's core. `include/secpvm_core.h` is its manual; this crate only carries
//! calls across the border:
//! every pointer is checked, every panic is caught, every result is a `secpvm_status`.
//!
//! Without the feature `std` it needs neither an operating system nor an allocator: objects stand in
//! the caller's memory alone, and the `_new` functions are missing.
//!
//! The one place of the project, beside SIMD back ends, where `unsafe` is at home.
#![cfg_attr(not(feature = "std"), no_std)]
#![allow(unsafe_code, reason = "C hands over raw pointers")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the header states the contract of every function"
)]
#![allow(non_camel_case_types, reason = "the types have their C names")]

#[cfg(test)]
mod abi;
mod aead;
mod agreement;
mod algorithm;
mod batch;
mod border;
#[cfg(feature = "cxx")]
mod bridge;
mod cipher;
mod classic;
mod digest;
mod exchange;
mod group;
mod join;
mod kdf;
mod mac;
mod noise;
mod object;
mod padding;
mod record;
mod session;
#[cfg(test)]
#[rustfmt::skip]
#[allow(clippy::wildcard_imports, reason = "everything that C can call")]
mod signatures;
mod status;
mod suite;
mod table;

use core::ffi::{c_char, c_void};

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn secpvm_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_wipe(secret: *mut c_void, len: usize) {
    if !secret.is_null() {
        // SAFETY: the caller says that `len` bytes at `secret` are its own to write.
        let bytes = unsafe { core::slice::from_raw_parts_mut(secret.cast::<u8>(), len) };
        zeroize::Zeroize::zeroize(bytes);
    }
}

/// No panic is known. There is nobody to tell of one, and nothing to unwind to.
#[cfg(not(feature = "std"))]
#[panic_handler]
fn halt(_: &core::panic::PanicInfo) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
