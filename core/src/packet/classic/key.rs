//! The session key: one for all members, for every cipher and for the digest.

use super::{DIGEST_LEN, PvmHeader};
use crate::Error;
use crate::cipher::TdesEde3;
use crate::digest::Md5;
use crate::error::Forged;
use crate::length::WrongLength;
use crate::mac::{Keyed, Mac};
use crate::secret::Secret;

/// Length of a session key in bytes: that of SSH 1.x.
pub const SESSION_KEY_LEN: usize = 32;

/// The session key. DES takes its first 8 bytes, IDEA and RC4 the first 16, 3DES the first 24, and
/// keyed MD5 all 32.
pub struct SessionKey(Secret<SESSION_KEY_LEN>);

impl SessionKey {
    /// From entropy of the operating system. A key that is refused is drawn anew.
    ///
    /// # Errors
    /// [`Error::WeakKey`] if one of the three DES keys in it is weak or semi-weak, or two of them
    /// are the same: 3DES and DES are not to be used with it. Of random keys about one in 2^50.
    pub fn new(entropy: Secret<SESSION_KEY_LEN>) -> Result<Self, Error> {
        match entropy.expose().first_chunk() {
            Some(key) if !TdesEde3::is_weak_key(key) => Ok(Self(entropy)),
            _ => Err(Error::WeakKey),
        }
    }

    /// The bytes. The caller promises not to branch on them, index by them, print or keep them.
    pub fn expose(&self) -> &[u8; SESSION_KEY_LEN] {
        self.0.expose()
    }

    pub(crate) fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }

    /// The digest of a packet: keyed MD5 over source, destination, sequence number and what stands
    /// behind the header. The report's form, key, zero fill, fields and key again.
    pub(super) fn digest(
        &self,
        pvm: &PvmHeader,
        data: &[u8],
    ) -> Result<[u8; DIGEST_LEN], WrongLength> {
        Ok(self.mac(pvm, data)?.finalize())
    }

    /// Compare a packet's digest, in constant time.
    pub(super) fn verify(
        &self,
        pvm: &PvmHeader,
        data: &[u8],
        digest: &[u8; DIGEST_LEN],
    ) -> Result<(), Forged> {
        self.mac(pvm, data).map_err(|_| Forged)?.verify(digest)
    }

    fn mac(&self, pvm: &PvmHeader, data: &[u8]) -> Result<Keyed<Md5>, WrongLength> {
        let mut mac = Keyed::new(self.expose())?;
        mac.update(&pvm.src.to_be_bytes());
        mac.update(&pvm.dst.to_be_bytes());
        mac.update(&pvm.seq.to_be_bytes());
        mac.update(data);
        Ok(mac)
    }
}
