//! Truncated tags: the leftmost bytes, their number agreed on beforehand.

use super::{Fork, Mac, sealed};
use crate::length::{Lengths, WrongLength};

/// `M` with tags of `N` bytes only.
///
/// RFC 2104 section 5: not less than half of the tag, nor than 80 bits. Other lengths do not compile.
///
/// ```
/// use secpvm_core::{digest::Sha1, mac::{Hmac, Mac, Truncated}};
/// type HmacSha1_96 = Truncated<Hmac<Sha1>, 12>; // RFC 2404
/// assert_eq!(HmacSha1_96::new(b"key")?.finalize().len(), 12);
/// # Ok::<(), secpvm_core::length::WrongLength>(())
/// ```
/// ```compile_fail,E0080
/// use secpvm_core::{digest::Sha1, mac::{Hmac, Mac, Truncated}};
/// let _ = Truncated::<Hmac<Sha1>, 8>::new(b"key").unwrap().finalize();
/// ```
pub struct Truncated<M: Mac, const N: usize>(M);

impl<M: Mac, const N: usize> sealed::Sealed for Truncated<M, N> {}

impl<M: Mac, const N: usize> Mac for Truncated<M, N> {
    type Tag = [u8; N];
    const KEY_LEN: Lengths = M::KEY_LEN;
    const TAG_LEN: usize = N;

    fn new(key: &[u8]) -> Result<Self, WrongLength> {
        const {
            assert!(
                truncated_len(M::TAG_LEN).contains(N),
                "too short, or longer than the tag"
            );
        };
        M::new(key).map(Self)
    }

    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finalize(self) -> [u8; N] {
        let mut tag = [0; N];
        for (kept, byte) in tag.iter_mut().zip(self.0.finalize().as_ref()) {
            *kept = *byte;
        }
        tag
    }
}

impl<M: Fork, const N: usize> Fork for Truncated<M, N> {
    fn fork(&self) -> Self {
        Self(self.0.fork())
    }
}

/// The lengths that a tag of `tag_len` bytes may be cut to, or left at.
pub(super) const fn truncated_len(tag_len: usize) -> Lengths {
    let half = tag_len.div_ceil(2);
    Lengths::between(if half < 10 { 10 } else { half }, tag_len)
}
