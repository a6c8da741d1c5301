//! The Python binding of secpvm's core. `python/secpvm/_secpvm.pyi` is its manual; this crate only
//! carries calls across the border: buffers become slices, errors become exceptions, and above
//! [`buffer::HELD_LEN_MAX`] bytes other threads of the interpreter run meanwhile.
//!
//! Objects are locked, not borrowed: two threads that use one wait for each other.
#![allow(unsafe_code, reason = "Python hands over raw buffers")]
#![allow(
    clippy::needless_pass_by_value,
    reason = "arguments that are made for a call are the call's own"
)]

mod aead;
mod agreement;
mod algorithm;
mod buffer;
mod cipher;
mod digest;
mod error;
mod locked;
mod mac;
mod random;
mod record;
mod result;
mod session;

use pyo3::prelude::*;

#[pymodule]
mod _secpvm {
    #[pymodule_export]
    use crate::aead::{open, open_in_place, seal, seal_in_place};
    #[pymodule_export]
    use crate::agreement::x25519;
    #[pymodule_export]
    use crate::algorithm::{Algorithm, algorithms};
    #[pymodule_export]
    use crate::cipher::{decrypt, decrypt_in_place, encrypt, encrypt_in_place};
    #[pymodule_export]
    use crate::digest::digest;
    #[pymodule_export]
    use crate::error::{
        AlreadyMember, BadPadding, BadPublicValue, BadSession, BadValue, BufferTooSmall,
        EpochNotNewer, Error, Exhausted, Forged, Malformed, NoPadding, NoSuchMember, OutOfOrder,
        Rejected, Replayed, Stale, TooLong, TooManyMembers, TooManyPeers, UnknownAlgorithm,
        UnusableBuffer, WeakKey, WrongLength,
    };
    #[pymodule_export]
    use crate::mac::{mac, verify};
    #[pymodule_export]
    use crate::record::{Opened, Opener, PacketHeader, Sealer};
    #[pymodule_export]
    use crate::session::Session;

    /// The version of the package.
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "its name in Python")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
