//! The keyed form of a suite: one packet key, and the two things done with it.

use super::TAG_LEN;
use super::encrypt_then_mac::{HmacSha256Over, KeyedMd5Over};
use super::keystream::{Counter, InClear, Rc4PerPacket};
use crate::aead::{Aead, Aes256Gcm, ChaCha20Poly1305, Nonce};
use crate::error::Forged;
use crate::hazmat::{Des, Idea, TdesEde3};
use crate::kdf::{self, Key};
use crate::mac::keyed_md5;
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
    TdesCtrKeyedMd5(KeyedMd5Over<Counter<TdesEde3>>),
    IdeaCtrKeyedMd5(KeyedMd5Over<Counter<Idea>>),
    DesCtrKeyedMd5(KeyedMd5Over<Counter<Des>>),
    Rc4KeyedMd5(KeyedMd5Over<Rc4PerPacket>),
    HmacSha256(HmacSha256Over<InClear>),
    KeyedMd5(KeyedMd5Over<InClear>),
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
                Self::TdesCtrKeyedMd5(KeyedMd5Over::derive(sender_secret, generation)?)
            }
            Suite::IdeaCtrKeyedMd5 => {
                Self::IdeaCtrKeyedMd5(KeyedMd5Over::derive(sender_secret, generation)?)
            }
            Suite::DesCtrKeyedMd5 => {
                Self::DesCtrKeyedMd5(KeyedMd5Over::derive(sender_secret, generation)?)
            }
            Suite::Rc4KeyedMd5 => {
                Self::Rc4KeyedMd5(KeyedMd5Over::derive(sender_secret, generation)?)
            }
            Suite::HmacSha256 => {
                Self::HmacSha256(HmacSha256Over::derive(sender_secret, generation)?)
            }
            Suite::KeyedMd5 => Self::KeyedMd5(KeyedMd5Over::derive(sender_secret, generation)?),
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
            Self::TdesCtrKeyedMd5(keys) => keys.seal(packet_number, associated_data, data, tag)?,
            Self::IdeaCtrKeyedMd5(keys) => keys.seal(packet_number, associated_data, data, tag)?,
            Self::DesCtrKeyedMd5(keys) => keys.seal(packet_number, associated_data, data, tag)?,
            Self::Rc4KeyedMd5(keys) => keys.seal(packet_number, associated_data, data, tag)?,
            Self::HmacSha256(keys) => keys.seal(packet_number, associated_data, data, tag)?,
            Self::KeyedMd5(keys) => keys.seal(packet_number, associated_data, data, tag)?,
        }
        Ok(())
    }

    /// Verify the tag, then decrypt `data` in place. `computed` is the tag as it should be, where
    /// it came out of [`tags`](Self::tags).
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
            Self::IdeaCtrKeyedMd5(keys) => {
                keys.open(packet_number, associated_data, data, tag, computed)
            }
            Self::DesCtrKeyedMd5(keys) => {
                keys.open(packet_number, associated_data, data, tag, computed)
            }
            Self::Rc4KeyedMd5(keys) => {
                keys.open(packet_number, associated_data, data, tag, computed)
            }
            Self::HmacSha256(keys) => {
                keys.open(packet_number, associated_data, data, tag, computed)
            }
            Self::KeyedMd5(keys) => keys.open(packet_number, associated_data, data, tag, computed),
        }
        .map_err(|Forged| Rejected::Forged)
    }
}

/// What the suites with keyed MD5 do with many records at once.
impl Protection {
    /// The key of keyed MD5; `None` if the suite has another MAC.
    fn keyed_md5_key(&self) -> Option<&[u8]> {
        match self {
            Self::Aes256Gcm(_) | Self::ChaCha20Poly1305(_) | Self::HmacSha256(_) => None,
            Self::TdesCtrKeyedMd5(keys) => Some(keys.mac_key()),
            Self::IdeaCtrKeyedMd5(keys) => Some(keys.mac_key()),
            Self::DesCtrKeyedMd5(keys) => Some(keys.mac_key()),
            Self::Rc4KeyedMd5(keys) => Some(keys.mac_key()),
            Self::KeyedMd5(keys) => Some(keys.mac_key()),
        }
    }

    /// Whether [`apply_keystream`](Self::apply_keystream) and [`tags`](Self::tags) are for it.
    pub(super) fn has_keyed_md5(&self) -> bool {
        self.keyed_md5_key().is_some()
    }

    /// Encrypt `data`, or decrypt it, without a tag.
    pub(super) fn apply_keystream(&self, packet_number: u64, data: &mut [u8]) -> Result<(), Error> {
        match self {
            Self::Aes256Gcm(_) | Self::ChaCha20Poly1305(_) | Self::HmacSha256(_) => {
                Err(Error::OutOfOrder)
            }
            Self::TdesCtrKeyedMd5(keys) => keys.apply_keystream(packet_number, data),
            Self::IdeaCtrKeyedMd5(keys) => keys.apply_keystream(packet_number, data),
            Self::DesCtrKeyedMd5(keys) => keys.apply_keystream(packet_number, data),
            Self::Rc4KeyedMd5(keys) => keys.apply_keystream(packet_number, data),
            Self::KeyedMd5(keys) => keys.apply_keystream(packet_number, data),
        }
    }

    /// The tags of many records, each to the place beside what is authenticated: the length of
    /// header and caller's associated data (8, big-endian), both of them, and the ciphertext.
    pub(super) fn tags<'r, 't>(
        &'r self,
        records: impl Iterator<Item = ([&'r [u8]; 4], &'t mut [u8; TAG_LEN])>,
    ) -> Result<(), Error> {
        let key = self.keyed_md5_key().ok_or(Error::OutOfOrder)?;
        Ok(keyed_md5(key, records)?)
    }
}

/// The packet number, big-endian. It never repeats under a packet key, which belongs to one
/// sender and one run of packet numbers.
fn aead_nonce(packet_number: u64) -> [u8; 12] {
    counter_nonce(packet_number.to_be_bytes())
}
