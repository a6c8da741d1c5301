//! The keyed digests that came before HMAC: digest of (key, key fill, data, key).
//!
//! The key is filled to the digest's next 64-byte block, the data follow, and then the key again,
//! without fill. Two ways to fill are in use:
//!
//! - [`ZeroFill`]: zeros, none if the key already ends a block. The 1997 report on secure PVM says so.
//! - [`DigestFill`]: 0x80, zeros and the key's length in bits, as the digest itself pads a message.
//!   RFC 1828 section 2 (MD5) and RFC 1852 section 2 (SHA-1) say so.
//!
//! The tags differ. Neither construction has HMAC's proof: Preneel and van Oorschot ("On the security
//! of two MAC algorithms", Eurocrypt 1996) recover MD5's trailing key from some 2^67 tags.

use core::marker::PhantomData;

use super::{Fork, Mac, sealed};
use crate::digest::Digest;
use crate::length::{Lengths, Part, WrongLength};

/// The longest key, in bytes: one block of MD5, SHA-1 or SHA-256.
const KEY_LEN_MAX: usize = 64;

/// A keyed digest over `D`: tags of [`Digest::OUTPUT_LEN`] bytes, keys of 1 to 64.
///
/// ```
/// use secpvm_core::{digest::Md5, mac::{Keyed, Mac}};
/// let mut mac = Keyed::<Md5>::new(b"a key of 16 byte")?;
/// mac.update(b"message");
/// let tag = mac.finalize();
///
/// let mut mac = Keyed::<Md5>::new(b"a key of 16 byte")?;
/// mac.update(b"massage");
/// assert!(mac.verify(&tag).is_err());
/// # Ok::<(), secpvm_core::length::WrongLength>(())
/// ```
pub struct Keyed<D: Digest, F: KeyFill = ZeroFill> {
    digest: D,
    /// The key, which is needed once more after the data, in the first `key_len` bytes.
    key: [u8; KEY_LEN_MAX],
    key_len: usize,
    fill: PhantomData<F>,
}

impl<D: Digest, F: KeyFill> Keyed<D, F> {
    /// 1 to 64 bytes.
    pub(crate) fn key(&self) -> &[u8] {
        self.key.get(..self.key_len).unwrap_or(&self.key)
    }
}

impl<D: Digest, F: KeyFill> Mac for Keyed<D, F> {
    type Tag = D::Output;
    const KEY_LEN: Lengths = Lengths::between(1, KEY_LEN_MAX);
    const TAG_LEN: usize = D::OUTPUT_LEN;

    fn new(key: &[u8]) -> Result<Self, WrongLength> {
        Self::KEY_LEN.check(Part::Key, key.len())?;
        let mut digest = D::new();
        digest.update(key);
        F::fill(&mut digest, key.len());
        let mut mac = Self {
            digest,
            key: [0; KEY_LEN_MAX],
            key_len: key.len(),
            fill: PhantomData,
        };
        for (kept, given) in mac.key.iter_mut().zip(key) {
            *kept = *given;
        }
        Ok(mac)
    }

    fn update(&mut self, data: &[u8]) {
        self.digest.update(data);
    }

    fn finalize(mut self) -> Self::Tag {
        let key = self.key.get(..self.key_len).unwrap_or(&self.key);
        self.digest.update(key);
        core::mem::replace(&mut self.digest, D::new()).finalize()
    }
}

impl<D: Digest + Clone, F: KeyFill> Fork for Keyed<D, F> {
    fn fork(&self) -> Self {
        Self {
            digest: self.digest.clone(),
            ..*self
        }
    }
}

impl<D: Digest, F: KeyFill> sealed::Sealed for Keyed<D, F> {}

impl<D: Digest, F: KeyFill> Drop for Keyed<D, F> {
    fn drop(&mut self) {
        (self.key, self.key_len) = ([0; KEY_LEN_MAX], 0);
        zeroize::optimization_barrier(&self.key);
    }
}

/// How a key is filled to the end of a block.
pub trait KeyFill: sealed::Sealed {
    /// Feed the fill for a key of `key_len` bytes to `digest`.
    #[doc(hidden)]
    fn fill<D: Digest>(digest: &mut D, key_len: usize);
}

/// Zeros to the end of the block, as in the 1997 report.
pub enum ZeroFill {}

/// The digest's own padding, as in RFC 1828 and RFC 1852.
pub enum DigestFill {}

impl sealed::Sealed for ZeroFill {}
impl sealed::Sealed for DigestFill {}

impl KeyFill for ZeroFill {
    fn fill<D: Digest>(digest: &mut D, key_len: usize) {
        feed_zeros(digest, key_len.next_multiple_of(D::BLOCK_LEN) - key_len);
    }
}

impl KeyFill for DigestFill {
    fn fill<D: Digest>(digest: &mut D, key_len: usize) {
        // 0x80 and 8 bytes of length: 9 bytes at the least.
        digest.update(&[0x80]);
        feed_zeros(
            digest,
            (key_len + 9).next_multiple_of(D::BLOCK_LEN) - (key_len + 9),
        );
        let bits = key_len as u64 * 8;
        digest.update(&if D::BIG_ENDIAN {
            bits.to_be_bytes()
        } else {
            bits.to_le_bytes()
        });
    }
}

/// At most a block less one byte.
fn feed_zeros<D: Digest>(digest: &mut D, count: usize) {
    digest.update([0; 64].get(..count).unwrap_or(&[]));
}

#[cfg(test)]
#[cfg(all(feature = "md5", feature = "sha1"))]
mod tests {
    use super::*;
    use crate::digest::{Md5, Sha1};

    fn tag<M: Mac>(key: &[u8], data: &[u8]) -> M::Tag {
        let mut mac = M::new(key).unwrap();
        mac.update(data);
        mac.finalize()
    }

    /// The definition, spelt out on the digest alone, for key lengths around both fills' corners.
    #[test]
    fn follows_the_definition() {
        let data = b"The relevant fields of the packet, and its data";
        for key_len in [1, 8, 16, 55, 56, 63, 64] {
            let key = &[0xa5; 64][..key_len];
            let zeros = &[0; 64][..64 - key_len];
            let message = [key, zeros, data, key]
                .map(<[u8]>::iter)
                .into_iter()
                .flatten();
            let mut md5 = Md5::new();
            message.for_each(|byte| md5.update(&[*byte]));
            assert_eq!(tag::<Keyed<Md5>>(key, data), md5.finalize());

            let zeros = &[0; 64][..if key_len < 56 {
                55 - key_len
            } else {
                119 - key_len
            }];
            let bits = (key_len as u64 * 8).to_be_bytes();
            let message = [key, &[0x80], zeros, &bits, data, key]
                .map(<[u8]>::iter)
                .into_iter()
                .flatten();
            let mut sha1 = Sha1::new();
            message.for_each(|byte| sha1.update(&[*byte]));
            assert_eq!(tag::<Keyed<Sha1, DigestFill>>(key, data), sha1.finalize());
        }
    }

    #[test]
    fn refuses_other_key_lengths() {
        for actual in [0, 65] {
            let error = Keyed::<Md5>::new(&[0; 65][..actual]).err();
            let expected = Lengths::between(1, 64);
            assert_eq!(
                error,
                Some(WrongLength {
                    part: Part::Key,
                    expected,
                    actual
                })
            );
        }
    }
}
