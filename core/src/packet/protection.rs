//! The keyed form of a suite: one packet key, and the two things done with it.

use super::TAG_LEN;
use super::tdes_md5::TdesCtrKeyedMd5;
use crate::aead::{Aead, Aes256Gcm, ChaCha20Poly1305, Nonce};
use crate::error::Forged;
use crate::kdf::{self, Key};
use crate::nonce::counter_nonce;
use crate::secret::Secret;
use crate::suite::Suite;
use crate::{Error, Rejected};

/// One packet key of one suite, ready for use.
#[allow(
    clippy::large_enum_variant,
    reason = "without an allocator there is nothing to box with"
)]
pub(super) enum Protection {
    Aes256Gcm(Aes256Gcm),
    ChaCha20Poly1305(ChaCha20Poly1305),
    TdesCtrKeyedMd5(TdesCtrKeyedMd5),
}

impl Protection {
    pub(super) fn derive(
        suite: Suite,
        sender_secret: &Key,
        generation: u64,
    ) -> Result<Self, Error> {
        let key = || -> Secret<32> { kdf::packet_key(sender_secret, generation, 0) };
        Ok(match suite {
            Suite::Aes256Gcm => Self::Aes256Gcm(Aes256Gcm::new(key().expose())?),
            Suite::ChaCha20Poly1305 => {
                Self::ChaCha20Poly1305(ChaCha20Poly1305::new(key().expose())?)
            }
            Suite::TdesCtrKeyedMd5 => {
                Self::TdesCtrKeyedMd5(TdesCtrKeyedMd5::derive(sender_secret, generation)?)
            }
        })
    }

    /// Encrypt `data` in place and write the tag over it and `associated_data` to `tag`. The caller
    /// ([`Sealer`](super::Sealer)) gives each packet number once.
    pub(super) fn seal(
        &self,
        packet_number: u64,
        associated_data: &[u8],
        data: &mut [u8],
        tag: &mut [u8; TAG_LEN],
    ) -> Result<(), Error> {
        // Unique under this key: see the generations of packet keys in `kdf`.
        let nonce = Nonce::assume_unique(aead_nonce(packet_number));
        match self {
            Self::Aes256Gcm(aead) => aead.seal_to(nonce, associated_data, data, tag)?,
            Self::ChaCha20Poly1305(aead) => aead.seal_to(nonce, associated_data, data, tag)?,
            Self::TdesCtrKeyedMd5(keys) => {
                *tag = keys.seal(packet_number, associated_data, data)?;
            }
        }
        Ok(())
    }

    /// Verify the tag, then decrypt `data` in place. `computed` is the tag as it should be, where
    /// it came out of [`TdesCtrKeyedMd5::tags`].
    pub(super) fn open(
        &self,
        packet_number: u64,
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; TAG_LEN],
        computed: Option<[u8; TAG_LEN]>,
    ) -> Result<(), Rejected> {
        let nonce = aead_nonce(packet_number);
        match self {
            Self::Aes256Gcm(aead) => aead.open_in_place(&nonce, associated_data, data, tag),
            Self::ChaCha20Poly1305(aead) => aead.open_in_place(&nonce, associated_data, data, tag),
            Self::TdesCtrKeyedMd5(keys) => {
                keys.open(packet_number, associated_data, data, tag, computed)
            }
        }
        .map_err(|Forged| Rejected::Forged)
    }
}

impl Protection {
    /// The legacy suite, for what it does with many records at once.
    pub(super) fn legacy(&self) -> Option<&TdesCtrKeyedMd5> {
        match self {
            Self::TdesCtrKeyedMd5(keys) => Some(keys),
            Self::Aes256Gcm(_) | Self::ChaCha20Poly1305(_) => None,
        }
    }
}

/// The packet number, big-endian. It never repeats under a packet key, which belongs to one
/// sender and one run of packet numbers.
fn aead_nonce(packet_number: u64) -> [u8; 12] {
    counter_nonce(packet_number.to_be_bytes())
}
