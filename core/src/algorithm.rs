//! Every algorithm of this build, as data: what help texts, bindings and `docs/algorithms.md` are
//! made from.
//!
//! A name is the same in every language of the project; OpenSSL's spellings are its aliases, and
//! case makes no difference. Wire ids are frozen: a retired one is never given to another algorithm.
//! Suites, which combine algorithms, have numbers of their own.
//!
//! Each family has a type of legal values, [`CipherSpec`](crate::hazmat::CipherSpec) for one, which
//! is made from a name or an id:
//!
//! ```
//! use secpvm_core::{algorithm::Strength, hazmat::CipherSpec};
//! let spec = CipherSpec::from_name("DES-EDE3-CBC")?;
//! assert_eq!(spec, CipherSpec::TdesCbc);
//! assert_eq!(spec.algorithm().name, "3des-cbc");
//! assert_eq!(spec.algorithm().key_len.to_string(), "24");
//! assert_eq!(spec.algorithm().strength, Some(Strength::Legacy));
//! # Ok::<(), secpvm_core::Error>(())
//! ```

use core::fmt;

use crate::length::Lengths;

/// One algorithm. Lengths are in bytes, and 0 where there is no such thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// What it does.
    pub kind: Kind,
    /// Its name, in lower case.
    pub name: &'static str,
    /// Other names that are accepted.
    pub aliases: &'static [&'static str],
    /// Its number on the wire.
    pub id: AlgorithmId,
    /// The lengths of key; of the private key, for a key agreement.
    pub key_len: Lengths,
    /// The block of a block cipher or of a digest; 1 for a stream cipher.
    pub block_len: usize,
    /// The IV or nonce.
    pub iv_len: usize,
    /// What comes out beside the data: the tag, the digest or the shared secret.
    pub output_len: usize,
    /// How well it holds; `None` where the question makes no sense (padding).
    pub strength: Option<Strength>,
    /// Where it is specified.
    pub source: &'static str,
}

/// A number that stands for an algorithm, big-endian on the wire. The high byte is the kind:
///
/// | ids | kind |
/// |---|---|
/// | 0x01cm | cipher c in mode m (1 ECB, 2 CBC, 3 CFB, 4 OFB, 5 CTR; 0 for a stream cipher) |
/// | 0x02.. | AEAD |
/// | 0x03.. | padding |
/// | 0x04.. | digest |
/// | 0x05.. | MAC |
/// | 0x06.. | key agreement |
/// | 0x07.. | key derivation |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlgorithmId(pub u16);

/// What an algorithm does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A block cipher in a mode: secrecy alone.
    BlockCipherMode,
    /// A stream cipher: secrecy alone.
    StreamCipher,
    /// Authenticated encryption with associated data.
    Aead,
    /// What fills the last block of a message.
    Padding,
    /// A message digest.
    Digest,
    /// A message authentication code.
    Mac,
    /// A key agreement.
    KeyAgreement,
    /// A key derivation.
    KeyDerivation,
}

/// How well an algorithm holds today. Printed wherever it is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// No known attack better than exhaustive search.
    Modern,
    /// Holds within stated limits; for old peers and for comparison.
    Legacy,
    /// Known attacks; for reproduction only.
    Broken,
}

impl Strength {
    /// The word printed beside an algorithm's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Legacy => "legacy",
            Self::Broken => "broken",
        }
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Algorithm {
    /// Whether `name` is its name or an alias, in upper or lower case.
    pub fn is_called(&self, name: &str) -> bool {
        let mut names = core::iter::once(&self.name).chain(self.aliases);
        names.any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// Every algorithm of this build, kind by kind.
pub fn all() -> impl Iterator<Item = &'static Algorithm> {
    let rows = crate::hazmat::CipherSpec::rows()
        .chain(crate::aead::AeadSpec::rows())
        .chain(crate::padding::Padding::rows())
        .chain(crate::digest::DigestSpec::rows())
        .chain(crate::mac::MacSpec::rows())
        .chain(crate::agreement::AgreementSpec::rows());
    #[cfg(feature = "sha2")]
    let rows = rows.chain(crate::hkdf::KdfSpec::rows());
    rows
}

/// A type of legal values, one for each algorithm of a kind, and its rows of the table.
macro_rules! specs {
    (
        $(#[$meta:meta])* $spec:ident;
        $($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
            $row:expr, $strength:expr, $source:literal;)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $spec {
            $($(#[$cfg])* #[doc = concat!("`", $name, "`: ", $source, ".")] $variant,)*
        }

        impl $spec {
            /// All that are in this build.
            pub const ALL: &'static [Self] = &[$($(#[$cfg])* Self::$variant),*];

            /// Their rows in the table.
            pub fn rows() -> impl Iterator<Item = &'static $crate::algorithm::Algorithm> {
                Self::ALL.iter().map(|spec| spec.algorithm())
            }

            /// Its row in the table.
            pub const fn algorithm(self) -> &'static $crate::algorithm::Algorithm {
                match self {
                    $($(#[$cfg])* Self::$variant => const {
                        &$crate::algorithm::Algorithm {
                            name: $name,
                            aliases: &$aliases,
                            id: $crate::algorithm::AlgorithmId($id),
                            strength: $strength,
                            source: $source,
                            ..$row
                        }
                    },)*
                }
            }

            /// The one called `name`, or having it for an alias, in upper or lower case.
            ///
            /// # Errors
            /// [`Error::UnknownAlgorithm`](crate::Error::UnknownAlgorithm).
            pub fn from_name(name: &str) -> Result<Self, $crate::Error> {
                let mut specs = Self::ALL.iter().copied();
                let found = specs.find(|spec| spec.algorithm().is_called(name));
                found.ok_or($crate::Error::UnknownAlgorithm)
            }

            /// The one with wire id `id`.
            ///
            /// # Errors
            /// [`Error::UnknownAlgorithm`](crate::Error::UnknownAlgorithm).
            pub fn from_id(id: $crate::algorithm::AlgorithmId) -> Result<Self, $crate::Error> {
                let mut specs = Self::ALL.iter().copied();
                let found = specs.find(|spec| spec.algorithm().id == id);
                found.ok_or($crate::Error::UnknownAlgorithm)
            }
        }
    };
}
pub(crate) use specs;
