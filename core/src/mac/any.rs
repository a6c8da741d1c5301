//! MACs that are selected at run time.

use subtle::ConstantTimeEq;

use super::truncated::truncated_len;
use super::{DigestFill, Hmac, Keyed, Mac};
use crate::algorithm::{Algorithm, AlgorithmId, Kind, Strength, specs};
#[allow(
    clippy::wildcard_imports,
    reason = "which types there are depends on the features"
)]
use crate::digest::*;
use crate::error::Forged;
use crate::length::{Lengths, Part, WrongLength};

/// The one list of MACs, handed to `$with`.
macro_rules! macs {
    ($with:ident) => {
        $with! {
            #[cfg(feature = "md5")] KeyedMd5 = 0x0501 "keyed-md5" []
                Keyed<Md5>, Legacy, "the 1997 report: RFC 1828 with zero fill";
            #[cfg(feature = "sha1")] KeyedSha1 = 0x0502 "keyed-sha1" []
                Keyed<Sha1>, Legacy, "as keyed-md5: RFC 1852 with zero fill";
            #[cfg(feature = "md5")] KeyedMd5Rfc1828 = 0x0503 "keyed-md5-rfc1828" []
                Keyed<Md5, DigestFill>, Legacy, "RFC 1828";
            #[cfg(feature = "sha1")] KeyedSha1Rfc1852 = 0x0504 "keyed-sha1-rfc1852" []
                Keyed<Sha1, DigestFill>, Legacy, "RFC 1852";
            #[cfg(feature = "md5")] HmacMd5 = 0x0511 "hmac-md5" ["md5-hmac"]
                Hmac<Md5>, Legacy, "RFC 2104";
            #[cfg(feature = "sha1")] HmacSha1 = 0x0512 "hmac-sha1" ["hmacWithSHA1"]
                Hmac<Sha1>, Legacy, "RFC 2104";
            #[cfg(feature = "sha2")] HmacSha256 = 0x0513 "hmac-sha256" ["hmacWithSHA256"]
                Hmac<Sha256>, Modern, "RFC 2104";
        }
    };
}

macro_rules! mac_specs {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $type:ty, $strength:ident, $source:literal;)*) => {
        specs! {
            /// A MAC, by name or wire id.
            MacSpec;
            $($(#[$cfg])* $variant = $id $name $aliases
                row::<$type>(), Some(Strength::$strength), $source;)*
        }
    };
}

macs!(mac_specs);

const fn row<M: Mac>() -> Algorithm {
    Algorithm {
        kind: Kind::Mac,
        name: "",
        aliases: &[],
        id: AlgorithmId(0),
        key_len: M::KEY_LEN,
        block_len: 0,
        iv_len: 0,
        output_len: M::TAG_LEN,
        strength: None,
        source: "",
    }
}

impl MacSpec {
    /// The lengths that a tag may be cut to: not less than half, nor than 10 bytes (RFC 2104
    /// section 5).
    pub const fn tag_len(self) -> Lengths {
        truncated_len(self.algorithm().output_len)
    }
}

/// A MAC that is selected at run time.
///
/// ```
/// use secpvm_core::mac::{AnyMac, MacSpec};
/// let spec = MacSpec::from_name("hmac-sha1")?;
/// let new = || AnyMac::with_tag_len(spec, b"key", 12);
/// let mut mac = new()?;
/// mac.update(b"message");
/// let tag = mac.finalize();
/// assert_eq!(tag.as_ref().len(), 12);
///
/// let mut mac = new()?;
/// mac.update(b"message");
/// assert!(mac.verify(tag.as_ref()).is_ok());
/// # Ok::<(), secpvm_core::Error>(())
/// ```
pub struct AnyMac {
    inner: Inner,
    tag_len: usize,
}

macro_rules! any_mac {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $type:ty, $strength:ident, $source:literal;)*) => {
        enum Inner {
            $($(#[$cfg])* $variant($type),)*
        }

        impl Inner {
            fn new(spec: MacSpec, key: &[u8]) -> Result<Self, WrongLength> {
                match spec {
                    $($(#[$cfg])* MacSpec::$variant => <$type>::new(key).map(Inner::$variant),)*
                }
            }

            fn update(&mut self, data: &[u8]) {
                match *self {
                    $($(#[$cfg])* Inner::$variant(ref mut mac) => mac.update(data),)*
                }
            }

            fn finalize(self) -> Output {
                match self {
                    $($(#[$cfg])* Inner::$variant(mac) => Output::new(mac.finalize().as_ref()),)*
                }
            }
        }
    };
}

macs!(any_mac);

impl AnyMac {
    /// Begin a message; the tag is left at its full length.
    ///
    /// # Errors
    /// [`WrongLength`] of the key.
    pub fn new(spec: MacSpec, key: &[u8]) -> Result<Self, WrongLength> {
        Self::with_tag_len(spec, key, spec.algorithm().output_len)
    }

    /// Begin a message whose tag is cut to its first `tag_len` bytes.
    ///
    /// # Errors
    /// [`WrongLength`] of the key, or of the tag unless [`MacSpec::tag_len`] has it.
    pub fn with_tag_len(spec: MacSpec, key: &[u8], tag_len: usize) -> Result<Self, WrongLength> {
        spec.tag_len().check(Part::Tag, tag_len)?;
        Ok(Self {
            inner: Inner::new(spec, key)?,
            tag_len,
        })
    }

    /// Append `data` to the message.
    pub fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    /// The tag of the whole message.
    pub fn finalize(self) -> Output {
        self.inner.finalize().truncated(self.tag_len)
    }

    /// Compare the message's tag with `tag`, in time that depends on lengths alone.
    ///
    /// # Errors
    /// [`Forged`] unless they are the same and `tag` has the length that was stated.
    pub fn verify(self, tag: &[u8]) -> Result<(), Forged> {
        let same = self.finalize().as_ref().ct_eq(tag);
        if bool::from(same) {
            Ok(())
        } else {
            Err(Forged)
        }
    }
}
