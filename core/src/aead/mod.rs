//! Authenticated encryption with associated data, one message a call: AES-GCM (SP 800-38D) and
//! ChaCha20-Poly1305 (RFC 8439).
//!
//! Here the caller gives the nonce and answers for it: two messages under one key and nonce give
//! away the difference of their plaintexts, and GCM's authentication with it. Packets never ask for
//! one; see the sealer of a packet profile.
//!
//! ```
//! use secpvm_core::aead::{Aead, Aes256Gcm, Nonce};
//! let aead = Aes256Gcm::new(&[7; 32])?;
//! let mut message = *b"hello";
//! let tag = aead.seal_in_place(Nonce::assume_unique([0; 12]), b"header", &mut message)?;
//! assert!(aead.open_in_place(&[0; 12], b"hedaer", &mut message, &tag).is_err());
//! assert!(aead.open_in_place(&[0; 12], b"header", &mut message, &tag).is_ok());
//! assert_eq!(&message, b"hello");
//! # Ok::<(), secpvm_core::length::WrongLength>(())
//! ```
//!
//! An AEAD carries no other MAC:
//! ```compile_fail,E0277
//! use secpvm_core::{aead::Aes256Gcm, mac::{Mac, Truncated}};
//! let _ = Truncated::<Aes256Gcm, 12>::new(&[7; 32]);
//! ```
//! and its keys can be neither copied nor printed:
//! ```compile_fail,E0599
//! use secpvm_core::aead::{Aead, Aes256Gcm};
//! let twin = Aes256Gcm::new(&[7; 32]).unwrap().clone();
//! ```
//! ```compile_fail,E0277
//! use secpvm_core::aead::{Aead, Aes256Gcm};
//! println!("{:?}", Aes256Gcm::new(&[7; 32]).ok());
//! ```
//! A nonce serves once:
//! ```compile_fail,E0382
//! use secpvm_core::aead::{Aead, Aes256Gcm, Nonce};
//! let (aead, nonce) = (Aes256Gcm::new(&[7; 32]).unwrap(), Nonce::assume_unique([0; 12]));
//! let _ = aead.seal_in_place(nonce, b"", &mut [1]);
//! let _ = aead.seal_in_place(nonce, b"", &mut [2]);
//! ```

#[cfg(any(feature = "aes", feature = "chacha20"))]
mod backend;

use crate::algorithm::{Algorithm, AlgorithmId, Kind, Strength, specs};
use crate::error::Forged;
use crate::length::{Lengths, Part, WrongLength};

#[cfg(any(feature = "aes", feature = "chacha20"))]
use self::backend::Backend;
#[cfg(any(feature = "aes", feature = "chacha20"))]
use crate::wide::aead as wide;
#[cfg(feature = "aes")]
use aes_gcm::aead as aead_traits;
#[cfg(all(feature = "chacha20", not(feature = "aes")))]
use chacha20poly1305::aead as aead_traits;

/// Length of a nonce in bytes.
pub const NONCE_LEN: usize = 12;

/// Length of a tag in bytes.
pub const TAG_LEN: usize = 16;

/// The longest message in bytes: GCM's limit of 2^36 - 32, which ChaCha20-Poly1305 keeps too, or
/// whatever the machine can address.
pub const DATA_LEN_MAX: usize = if usize::BITS < 64 {
    usize::MAX
} else {
    (usize::MAX >> (64 - 36)) - 31
};

const DATA_LEN: Lengths = Lengths::between(0, DATA_LEN_MAX);

/// An AEAD under one key, which is wiped on drop.
pub trait Aead: Sized + sealed::Sealed {
    /// The length of key, in bytes.
    const KEY_LEN: Lengths;

    /// Expand `key`.
    ///
    /// # Errors
    /// [`WrongLength`] unless `key` has [`KEY_LEN`](Self::KEY_LEN).
    fn new(key: &[u8]) -> Result<Self, WrongLength>;

    /// Encrypt `data` in place, and give the tag over it and `associated_data`.
    ///
    /// # Errors
    /// [`WrongLength`] of more than [`DATA_LEN_MAX`] bytes of data.
    fn seal_in_place(
        &self,
        nonce: Nonce,
        associated_data: &[u8],
        data: &mut [u8],
    ) -> Result<[u8; TAG_LEN], WrongLength>;

    /// Verify `tag`, and only then decrypt `data` in place.
    ///
    /// # Errors
    /// [`Forged`]; `data` is then as before.
    fn open_in_place(
        &self,
        nonce: &[u8; NONCE_LEN],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8],
    ) -> Result<(), Forged>;
}

mod sealed {
    pub trait Sealed {}
}

/// The nonce of a message about to be sealed. It can be neither copied nor used twice.
pub struct Nonce([u8; NONCE_LEN]);

impl Nonce {
    /// The caller's promise that these bytes never serve another message under the same key.
    pub const fn assume_unique(bytes: [u8; NONCE_LEN]) -> Self {
        Self(bytes)
    }
}

macro_rules! aead {
    ($feature:literal, $name:ident, $portable:ty, $key_len:literal, $doc:literal) => {
        #[doc = $doc]
        #[cfg(feature = $feature)]
        pub struct $name(Backend<wide::$name, $portable>);

        #[cfg(feature = $feature)]
        impl sealed::Sealed for $name {}

        #[cfg(feature = $feature)]
        impl Aead for $name {
            const KEY_LEN: Lengths = Lengths::exactly($key_len);

            fn new(key: &[u8]) -> Result<Self, WrongLength> {
                let expected = Self::KEY_LEN;
                let wrong = WrongLength {
                    part: Part::Key,
                    expected,
                    actual: key.len(),
                };
                Backend::new(key).map(Self).ok_or(wrong)
            }

            #[inline]
            fn seal_in_place(
                &self,
                nonce: Nonce,
                associated_data: &[u8],
                data: &mut [u8],
            ) -> Result<[u8; TAG_LEN], WrongLength> {
                let mut tag = [0; TAG_LEN];
                self.seal_to(nonce, associated_data, data, &mut tag)?;
                Ok(tag)
            }

            #[inline]
            fn open_in_place(
                &self,
                nonce: &[u8; NONCE_LEN],
                associated_data: &[u8],
                data: &mut [u8],
                tag: &[u8],
            ) -> Result<(), Forged> {
                DATA_LEN.check(Part::Data, data.len()).map_err(|_| Forged)?;
                let tag = tag.try_into().map_err(|_| Forged)?;
                self.0.open_in_place(*nonce, associated_data, data, tag)
            }
        }

        #[cfg(feature = $feature)]
        impl $name {
            /// As [`seal_in_place`](Aead::seal_in_place), with the tag to `tag`.
            #[inline]
            pub(crate) fn seal_to(
                &self,
                nonce: Nonce,
                associated_data: &[u8],
                data: &mut [u8],
                tag: &mut [u8; TAG_LEN],
            ) -> Result<(), WrongLength> {
                let actual = data.len();
                DATA_LEN.check(Part::Data, actual)?;
                self.0
                    .seal_in_place(nonce.0, associated_data, data, tag)
                    .map_err(|_| WrongLength {
                        part: Part::Data,
                        expected: DATA_LEN,
                        actual,
                    })
            }
        }
    };
}

aead!(
    "aes",
    Aes128Gcm,
    aes_gcm::Aes128Gcm,
    16,
    "AES-128-GCM (SP 800-38D): 16-byte key."
);
aead!(
    "aes",
    Aes256Gcm,
    aes_gcm::Aes256Gcm,
    32,
    "AES-256-GCM (SP 800-38D): 32-byte key."
);
aead!(
    "chacha20",
    ChaCha20Poly1305,
    chacha20poly1305::ChaCha20Poly1305,
    32,
    "ChaCha20-Poly1305 (RFC 8439 section 2.8): 32-byte key."
);

/// The one list of AEADs, handed to `$with`.
macro_rules! aeads {
    ($with:ident) => {
        $with! {
            #[cfg(feature = "aes")] Aes128Gcm = 0x0201 "aes-128-gcm" ["id-aes128-GCM"]
                16, "SP 800-38D";
            #[cfg(feature = "aes")] Aes256Gcm = 0x0202 "aes-256-gcm" ["id-aes256-GCM"]
                32, "SP 800-38D";
            #[cfg(feature = "chacha20")] ChaCha20Poly1305 = 0x0203 "chacha20-poly1305" []
                32, "RFC 8439";
        }
    };
}

macro_rules! aead_specs {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $key_len:literal, $source:literal;)*) => {
        specs! {
            /// An AEAD, by name or wire id.
            AeadSpec;
            $($(#[$cfg])* $variant = $id $name $aliases
                row($key_len), Some(Strength::Modern), $source;)*
        }
    };
}

aeads!(aead_specs);

const fn row(key_len: usize) -> Algorithm {
    Algorithm {
        kind: Kind::Aead,
        name: "",
        aliases: &[],
        id: AlgorithmId(0),
        key_len: Lengths::exactly(key_len),
        block_len: 1,
        iv_len: NONCE_LEN,
        output_len: TAG_LEN,
        strength: None,
        source: "",
    }
}

macro_rules! any_aead {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $key_len:literal, $source:literal;)*) => {
        enum Inner {
            $($(#[$cfg])* $variant($variant),)*
        }

        impl AnyAead {
            /// Expand `key`.
            ///
            /// # Errors
            /// [`WrongLength`] of the key.
            pub fn new(spec: AeadSpec, key: &[u8]) -> Result<Self, WrongLength> {
                match spec {
                    $($(#[$cfg])* AeadSpec::$variant => {
                        $variant::new(key).map(Inner::$variant).map(Self)
                    })*
                }
            }

            /// As [`Aead::seal_in_place`].
            ///
            /// # Errors
            /// [`WrongLength`] of more than [`DATA_LEN_MAX`] bytes of data.
            pub fn seal_in_place(
                &self,
                nonce: Nonce,
                associated_data: &[u8],
                data: &mut [u8],
            ) -> Result<[u8; TAG_LEN], WrongLength> {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(ref aead) => {
                        aead.seal_in_place(nonce, associated_data, data)
                    })*
                }
            }

            /// As [`Aead::open_in_place`].
            ///
            /// # Errors
            /// [`Forged`]; `data` is then as before.
            pub fn open_in_place(
                &self,
                nonce: &[u8; NONCE_LEN],
                associated_data: &[u8],
                data: &mut [u8],
                tag: &[u8],
            ) -> Result<(), Forged> {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(ref aead) => {
                        aead.open_in_place(nonce, associated_data, data, tag)
                    })*
                }
            }
        }
    };
}

/// An AEAD that is selected at run time.
pub struct AnyAead(Inner);

aeads!(any_aead);
