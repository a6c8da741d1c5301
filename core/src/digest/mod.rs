//! Message digests: MD5 (RFC 1321), SHA-1 and SHA-256 (FIPS 180-4).
//!
//! A digest authenticates nothing by itself: see [`mac`](crate::mac). MD5 and SHA-1 are broken as
//! digests, since collisions can be made for either; they are here for the MACs of the 1990s.
//!
//! ```
//! use secpvm_core::digest::{Digest, Md5};
//! let mut md5 = Md5::new();
//! md5.update(b"a");
//! md5.update(b"bc");
//! assert_eq!(md5.finalize()[..4], [0x90, 0x01, 0x50, 0x98]);
//! ```

#[cfg(feature = "md5")]
mod batch;
#[cfg(feature = "md5")]
pub(crate) mod md5;

use zeroize::Zeroize;

#[cfg(feature = "md5")]
pub use self::md5::Md5;
#[cfg(feature = "md5")]
pub use batch::md5_batch;
#[cfg(feature = "md5")]
pub(crate) use batch::{Parts, md5_of_parts};

use crate::algorithm::{Algorithm, AlgorithmId, Kind, Strength, specs};
use crate::length::Lengths;

/// The longest digest, in bytes: SHA-256's.
pub const OUTPUT_LEN_MAX: usize = 32;

/// The one list of digests, handed to `$with`.
macro_rules! digests {
    ($with:ident) => {
        $with! {
            #[cfg(feature = "md5")] Md5 = 0x0401 "md5" [] Broken, "RFC 1321";
            #[cfg(feature = "sha1")] Sha1 = 0x0402 "sha1" ["sha-1"] Broken, "FIPS 180-4";
            #[cfg(feature = "sha2")] Sha256 = 0x0403 "sha256" ["sha-256", "sha2-256"]
                Modern, "FIPS 180-4";
        }
    };
}

macro_rules! digest_specs {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $strength:ident, $source:literal;)*) => {
        specs! {
            /// A digest, by name or wire id.
            DigestSpec;
            $($(#[$cfg])* $variant = $id $name $aliases
                row::<$variant>(), Some(Strength::$strength), $source;)*
        }
    };
}

digests!(digest_specs);

const fn row<D: Digest>() -> Algorithm {
    Algorithm {
        kind: Kind::Digest,
        name: "",
        aliases: &[],
        id: AlgorithmId(0),
        key_len: Lengths::exactly(0),
        block_len: D::BLOCK_LEN,
        iv_len: 0,
        output_len: D::OUTPUT_LEN,
        strength: None,
        source: "",
    }
}

/// A digest that takes its message in pieces; how it is split makes no difference.
pub trait Digest: Sized + sealed::Sealed {
    /// `[u8; N]`, N the length of the digest.
    type Output: AsRef<[u8]> + AsMut<[u8]> + Copy + Zeroize;

    /// Length of the digest in bytes.
    const OUTPUT_LEN: usize;

    /// Length in bytes of the blocks that the compression function takes.
    const BLOCK_LEN: usize;

    /// Whether the length that ends the padding is big-endian (SHA) or little-endian (MD5).
    const BIG_ENDIAN: bool;

    /// The digest of nothing yet.
    fn new() -> Self;

    /// Append `data` to the message.
    fn update(&mut self, data: &[u8]);

    /// The digest of the whole message.
    fn finalize(self) -> Self::Output;

    /// The digest of one message.
    fn digest(data: &[u8]) -> Self::Output {
        let mut state = Self::new();
        state.update(data);
        state.finalize()
    }
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! digest {
    ($feature:literal, $name:ident, $inner:ty, $output_len:literal, $big_endian:literal, $doc:literal) => {
        #[doc = $doc]
        #[cfg(feature = $feature)]
        #[derive(Clone)]
        pub struct $name($inner);

        #[cfg(feature = $feature)]
        impl sealed::Sealed for $name {}

        #[cfg(feature = $feature)]
        impl Digest for $name {
            type Output = [u8; $output_len];
            const OUTPUT_LEN: usize = $output_len;
            const BLOCK_LEN: usize = 64;
            const BIG_ENDIAN: bool = $big_endian;

            fn new() -> Self {
                Self(digest::Digest::new())
            }

            fn update(&mut self, data: &[u8]) {
                digest::Digest::update(&mut self.0, data);
            }

            fn finalize(self) -> Self::Output {
                digest::Digest::finalize(self.0).into()
            }
        }
    };
}

digest!(
    "sha1",
    Sha1,
    sha1::Sha1,
    20,
    true,
    "SHA-1 (FIPS 180-4): 20 bytes. Broken: collisions have been made."
);
digest!(
    "sha2",
    Sha256,
    sha2::Sha256,
    32,
    true,
    "SHA-256 (FIPS 180-4): 32 bytes."
);

macro_rules! any_digest {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $strength:ident, $source:literal;)*) => {
        #[derive(Clone)]
        enum Inner {
            $($(#[$cfg])* $variant($variant),)*
        }

        impl AnyDigest {
            /// The digest of nothing yet.
            pub fn new(spec: DigestSpec) -> Self {
                match spec {
                    $($(#[$cfg])* DigestSpec::$variant => Self(Inner::$variant($variant::new())),)*
                }
            }

            /// Append `data` to the message.
            pub fn update(&mut self, data: &[u8]) {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(ref mut digest) => digest.update(data),)*
                }
            }

            /// The digest of the whole message.
            pub fn finalize(self) -> Output {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(digest) => Output::new(&digest.finalize()),)*
                }
            }
        }
    };
}

/// A digest that is selected at run time. It has no key, and so, other than a MAC, can be copied.
///
/// ```
/// use secpvm_core::digest::{AnyDigest, DigestSpec};
/// let mut sha1 = AnyDigest::new(DigestSpec::from_name("SHA-1")?);
/// sha1.update(b"abc");
/// assert_eq!(sha1.finalize().as_ref().len(), 20);
/// # Ok::<(), secpvm_core::Error>(())
/// ```
#[derive(Clone)]
pub struct AnyDigest(Inner);

digests!(any_digest);

/// A digest or tag whose length is known at run time: at most [`OUTPUT_LEN_MAX`] bytes.
pub struct Output {
    bytes: [u8; OUTPUT_LEN_MAX],
    len: usize,
}

impl Output {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut output = Self {
            bytes: [0; OUTPUT_LEN_MAX],
            len: bytes.len().min(OUTPUT_LEN_MAX),
        };
        for (to, from) in output.bytes.iter_mut().zip(bytes) {
            *to = *from;
        }
        output
    }

    /// The first `len` bytes only.
    pub(crate) fn truncated(mut self, len: usize) -> Self {
        self.len = self.len.min(len);
        self
    }
}

impl AsRef<[u8]> for Output {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&self.bytes)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
