//! The suites that are not AEADs: a key stream over the datagram, or none, and a MAC over the
//! ciphertext (encrypt-then-MAC, separate keys).

use subtle::ConstantTimeEq;

use super::TAG_LEN;
use super::keystream::Keystream;
use crate::Error;
use crate::digest::{Md5, Sha256};
use crate::error::Forged;
use crate::kdf::{self, Key};
use crate::mac::{Fork, Hmac, Keyed, Mac, Truncated};
use crate::secret::Secret;

/// `K`, then keyed MD5.
pub(super) type KeyedMd5Over<K> = EncryptThenMac<K, Keyed<Md5>, 16>;

/// `K`, then HMAC-SHA-256 with its tag cut to 16 bytes.
pub(super) type HmacSha256Over<K> = EncryptThenMac<K, Truncated<Hmac<Sha256>, TAG_LEN>, 32>;

/// The longest packet key: RC4's secret, 32 bytes, or the MAC key of HMAC, 32; and 16 of keyed MD5.
const KEY_LEN_MAX: usize = 48;

/// How many weak keys in a row are skipped. Not one is expected in the life of the universe.
const ATTEMPTS: u8 = 4;

/// One packet key: that of the cipher, then that of the MAC.
pub(super) struct EncryptThenMac<K, M, const MAC_KEY_LEN: usize> {
    cipher: K,
    /// Fed nothing but its key: keying costs a digest's block or two, which is not paid again
    /// for each packet.
    mac: M,
}

impl<K, M, const MAC_KEY_LEN: usize> EncryptThenMac<K, M, MAC_KEY_LEN>
where
    K: Keystream,
    M: Fork<Tag = [u8; TAG_LEN]>,
{
    pub(super) fn derive(sender_secret: &Key, generation: u64) -> Result<Self, Error> {
        (0..ATTEMPTS)
            .find_map(|attempt| Self::new(&kdf::packet_key(sender_secret, generation, attempt)))
            .ok_or(Error::WeakKey)
    }

    /// From the first bytes of `key`: what HKDF-Expand gives does not depend on how much is asked
    /// for. `None` if the cipher must not be given its part.
    fn new(key: &Secret<KEY_LEN_MAX>) -> Option<Self> {
        const { assert!(K::KEY_LEN + MAC_KEY_LEN <= KEY_LEN_MAX) };
        let (cipher_key, rest) = key.expose().split_at_checked(K::KEY_LEN)?;
        let mac_key = rest.first_chunk::<MAC_KEY_LEN>()?;
        Some(Self {
            cipher: K::new(cipher_key)?,
            mac: M::new(mac_key).ok()?,
        })
    }

    pub(super) fn seal(
        &self,
        packet_number: u64,
        associated_data: &[u8],
        data: &mut [u8],
        tag: &mut [u8; TAG_LEN],
    ) -> Result<(), Error> {
        let mac = self.mac(associated_data);
        self.apply_keystream(packet_number, data)?;
        *tag = over(mac, data).finalize();
        Ok(())
    }

    /// `computed` is the tag as it should be, if it is known already.
    pub(super) fn open(
        &self,
        packet_number: u64,
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; TAG_LEN],
        computed: Option<[u8; TAG_LEN]>,
    ) -> Result<(), Forged> {
        let expected = computed.unwrap_or_else(|| over(self.mac(associated_data), data).finalize());
        if !bool::from(expected.ct_eq(tag)) {
            return Err(Forged);
        }
        self.apply_keystream(packet_number, data)
            .map_err(|_| Forged)
    }

    /// Encrypt `data`, or decrypt it, without a tag.
    pub(super) fn apply_keystream(&self, packet_number: u64, data: &mut [u8]) -> Result<(), Error> {
        self.cipher.apply(packet_number, data)
    }

    /// The MAC, fed the associated data with its length, so that it cannot be confused with the
    /// ciphertext behind it.
    fn mac(&self, associated_data: &[u8]) -> M {
        let mut mac = self.mac.fork();
        mac.update(&(associated_data.len() as u64).to_be_bytes());
        mac.update(associated_data);
        mac
    }
}

impl<K> KeyedMd5Over<K> {
    pub(super) fn mac_key(&self) -> &[u8] {
        self.mac.key()
    }
}

fn over<M: Mac>(mut mac: M, ciphertext: &[u8]) -> M {
    mac.update(ciphertext);
    mac
}
