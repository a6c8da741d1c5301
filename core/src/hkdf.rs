//! HKDF (RFC 5869): keys from a secret that is not one, such as a shared secret.
//!
//! ```
//! use secpvm_core::hkdf::KdfSpec;
//! let mut key = [0; 24];
//! KdfSpec::from_name("hkdf-sha256")?.derive(b"salt", &[7; 32], b"what it is for", &mut key)?;
//! # Ok::<(), secpvm_core::Error>(())
//! ```

use crate::algorithm::{Algorithm, AlgorithmId, Kind, Strength, specs};
use crate::length::{Lengths, Part, WrongLength};

specs! {
    /// A key derivation, by name or wire id.
    KdfSpec;
    HkdfSha256 = 0x0701 "hkdf-sha256" []
        ROW, Some(Strength::Modern), "RFC 5869";
}

const ROW: Algorithm = Algorithm {
    kind: Kind::KeyDerivation,
    name: "",
    aliases: &[],
    id: AlgorithmId(0),
    key_len: Lengths::between(0, usize::MAX),
    block_len: 0,
    iv_len: 0,
    output_len: 0,
    strength: None,
    source: "",
};

impl KdfSpec {
    /// How much it derives from one secret and `info`, in bytes: 255 digests (RFC 5869 section 2.3).
    pub const fn out_len(self) -> Lengths {
        match self {
            Self::HkdfSha256 => Lengths::between(0, 255 * 32),
        }
    }

    /// Extract from `secret` with `salt`, which need not be secret and may be empty, and expand to
    /// `out`; different `info` give independent keys.
    ///
    /// # Errors
    /// [`WrongLength`] unless `out` has one of [`out_len`](Self::out_len).
    pub fn derive(
        self,
        salt: &[u8],
        secret: &[u8],
        info: &[u8],
        out: &mut [u8],
    ) -> Result<(), WrongLength> {
        let (expected, actual) = (self.out_len(), out.len());
        let expanded = match self {
            Self::HkdfSha256 => {
                hkdf::Hkdf::<sha2::Sha256>::new(Some(salt), secret).expand(info, out)
            }
        };
        expanded.map_err(|_| WrongLength {
            part: Part::Output,
            expected,
            actual,
        })
    }
}
