//! The legacy suite: Triple DES in CTR mode, then keyed MD5 over the ciphertext
//! (encrypt-then-MAC, separate keys).

use subtle::ConstantTimeEq;

use super::TAG_LEN;
use crate::Error;
use crate::digest::Md5;
use crate::error::Forged;
use crate::hazmat::{Cipher, Ctr, KeyInit, TdesEde3};
use crate::kdf::{self, Key};
use crate::mac::{Keyed, Mac, keyed_md5};
use crate::secret::Secret;

const CIPHER_KEY_LEN: usize = 24;
const MAC_KEY_LEN: usize = 16;
const KEY_LEN: usize = CIPHER_KEY_LEN + MAC_KEY_LEN;

/// How many weak keys in a row are skipped. Not one is expected in the life of the universe.
const ATTEMPTS: u8 = 4;

pub(super) struct TdesCtrKeyedMd5 {
    cipher: TdesEde3,
    mac_key: Secret<MAC_KEY_LEN>,
}

impl TdesCtrKeyedMd5 {
    pub(super) fn derive(sender_secret: &Key, generation: u64) -> Result<Self, Error> {
        (0..ATTEMPTS)
            .find_map(|attempt| Self::new(&kdf::packet_key(sender_secret, generation, attempt)))
            .ok_or(Error::WeakKey)
    }

    /// `None` if the cipher key is weak, semi-weak or degenerate (two equal parts).
    fn new(key: &Secret<KEY_LEN>) -> Option<Self> {
        let (cipher_key, mac_key) = key.expose().split_first_chunk::<CIPHER_KEY_LEN>()?;
        if TdesEde3::is_weak_key(cipher_key) {
            return None;
        }
        Some(Self {
            cipher: TdesEde3::new(cipher_key).ok()?,
            mac_key: Secret::from(*mac_key.first_chunk()?),
        })
    }

    pub(super) fn seal(
        &self,
        packet_number: u64,
        associated_data: &[u8],
        data: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Error> {
        self.apply_keystream(packet_number, data)?;
        Ok(self.mac(associated_data, data)?.finalize())
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
        let mac = || self.mac(associated_data, data).map(Keyed::finalize);
        let expected = computed.map_or_else(mac, Ok).map_err(|_| Forged)?;
        if !bool::from(expected.ct_eq(tag)) {
            return Err(Forged);
        }
        self.apply_keystream(packet_number, data)
            .map_err(|_| Forged)
    }

    /// The tags of many records at once, each to the place beside what is authenticated: the length
    /// of header and caller's associated data (8, big-endian), both of them, and the ciphertext.
    pub(super) fn tags<'r, 't>(
        &'r self,
        records: impl Iterator<Item = ([&'r [u8]; 4], &'t mut [u8; TAG_LEN])>,
    ) -> Result<(), Error> {
        Ok(keyed_md5(self.mac_key.expose(), records)?)
    }

    /// The counter block is the packet number's low 48 bits, then a block number of 16 bits.
    /// A record has under 2^13 blocks, and the packets of one key are 2^7 numbers in a row, so no
    /// counter block is used twice under a key.
    pub(super) fn apply_keystream(&self, packet_number: u64, data: &mut [u8]) -> Result<(), Error> {
        let counter_block = (packet_number << 16).to_be_bytes();
        let mut ctr = Ctr::with_cipher(&self.cipher, &counter_block)?;
        // In CTR, encryption and decryption are the same. It takes pieces of any length.
        ctr.encrypt_in_place(data).map_err(|_| Error::Exhausted)
    }

    /// The associated data goes in with its length, so that it cannot be confused with the
    /// ciphertext behind it.
    fn mac(&self, associated_data: &[u8], ciphertext: &[u8]) -> Result<Keyed<Md5>, Error> {
        let mut mac = Keyed::new(self.mac_key.expose())?;
        mac.update(&(associated_data.len() as u64).to_be_bytes());
        mac.update(associated_data);
        mac.update(ciphertext);
        Ok(mac)
    }
}
