//! Message authentication codes: HMAC, and the keyed digests that came before it.
//!
//! Selected by type, `Hmac<Sha256>` or `Truncated<Hmac<Sha1>, 12>`, or at run time by name or wire
//! id: [`AnyMac`].
//!
//! A cipher is not a digest, and a key can be neither copied nor printed:
//! ```compile_fail,E0277
//! use secpvm_core::{hazmat::Des, mac::Hmac};
//! fn unusable(_: Hmac<Des>) {}
//! ```
//! ```compile_fail,E0599
//! use secpvm_core::{digest::Sha256, mac::{Hmac, Mac}};
//! let twin = Hmac::<Sha256>::new(b"key").unwrap().clone();
//! ```
//! ```compile_fail,E0277
//! use secpvm_core::{digest::Md5, mac::{Keyed, Mac}};
//! println!("{:?}", Keyed::<Md5>::new(b"key").ok());
//! ```

mod any;
#[cfg(feature = "md5")]
mod batch;
mod hmac;
mod keyed;
mod truncated;

pub use any::{AnyMac, MacSpec};
#[cfg(feature = "current")]
pub(crate) use batch::keyed_md5;
#[cfg(feature = "md5")]
pub use batch::{KeyedMd5Message, keyed_md5_batch};
pub use hmac::Hmac;
pub use keyed::{DigestFill, KeyFill, Keyed, ZeroFill};
pub use truncated::Truncated;

use subtle::ConstantTimeEq;

use crate::error::Forged;
use crate::length::{Lengths, WrongLength};

/// A MAC under one key, fed the message in pieces; how it is split makes no difference.
///
/// The object is used up by [`finalize`](Self::finalize) or [`verify`](Self::verify), and wiped.
/// It can be neither copied nor printed.
pub trait Mac: Sized + sealed::Sealed {
    /// `[u8; N]`, N the length of the tag.
    type Tag: AsRef<[u8]> + Copy;

    /// The lengths of key that the MAC takes.
    const KEY_LEN: Lengths;

    /// Length of the tag in bytes.
    const TAG_LEN: usize;

    /// Begin a message under `key`.
    ///
    /// # Errors
    /// [`WrongLength`] unless `key` has one of [`KEY_LEN`](Self::KEY_LEN).
    fn new(key: &[u8]) -> Result<Self, WrongLength>;

    /// Append `data` to the message.
    fn update(&mut self, data: &[u8]);

    /// The tag of the whole message.
    fn finalize(self) -> Self::Tag;

    /// Compare the message's tag with `tag`, in time that depends on lengths alone.
    ///
    /// # Errors
    /// [`Forged`] unless `tag` is the whole tag, byte for byte; a shorter one never is.
    fn verify(self, tag: &[u8]) -> Result<(), Forged> {
        if bool::from(self.finalize().as_ref().ct_eq(tag)) {
            Ok(())
        } else {
            Err(Forged)
        }
    }
}

/// A MAC of which a second one can be had that stands where this one stands: under the same key, with
/// the same message so far. Inside the crate only: elsewhere a key is where its owner has put it.
pub(crate) trait Fork: Mac {
    /// The second one.
    fn fork(&self) -> Self;
}

mod sealed {
    pub trait Sealed {}
}
