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
mod classic;
mod digest;
mod error;
mod group;
mod join;
mod locked;
mod mac;
mod noise;
mod padding;
mod random;
mod record;
mod result;
mod session;
mod stream;
mod suite;
mod view;
mod wiped;

use pyo3::prelude::*;

#[pymodule]
mod _secpvm {
    #[pymodule_export]
    use crate::aead::{Aead, open, open_in_place, seal, seal_in_place};
    #[pymodule_export]
    use crate::agreement::{Agreement, derive, x25519};
    #[pymodule_export]
    use crate::algorithm::{Algorithm, algorithms};
    #[pymodule_export]
    use crate::cipher::{decrypt, decrypt_in_place, encrypt, encrypt_in_place};
    #[pymodule_export]
    use crate::classic::{ClassicHeader, ClassicOpened, ClassicOpener, ClassicSealer};
    #[pymodule_export]
    use crate::digest::{Digest, digest};
    #[pymodule_export]
    use crate::error::{
        AlreadyMember, BadPadding, BadPublicValue, BadSession, BadValue, BufferTooSmall,
        EpochNotNewer, Error, Exhausted, Forged, Malformed, NoPadding, NoSuchMember, OutOfOrder,
        Rejected, Replayed, Stale, TooLong, TooManyMembers, TooManyPeers, UnknownAlgorithm,
        UnusableBuffer, WeakKey, WrongLength,
    };
    #[pymodule_export]
    use crate::group::{Leader, Member, RekeyPolicy};
    #[pymodule_export]
    use crate::join::{Exchange, Join};
    #[pymodule_export]
    use crate::mac::{Mac, mac, verify};
    #[pymodule_export]
    use crate::noise::{Handshake, Transport};
    #[pymodule_export]
    use crate::padding::{pad, unpad};
    #[pymodule_export]
    use crate::record::{Opened, Opener, PacketHeader, Sealer};
    #[pymodule_export]
    use crate::session::Session;
    #[pymodule_export]
    use crate::stream::{Decryptor, Encryptor};
    #[pymodule_export]
    use crate::suite::{Suite, suites};

    /// The version of the package.
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "its name in Python")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
