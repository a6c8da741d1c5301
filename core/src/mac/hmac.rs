//! HMAC (RFC 2104): H(key xor opad, H(key xor ipad, data)).

use zeroize::Zeroize;

use super::{Fork, Mac, sealed};
use crate::digest::Digest;
use crate::length::{Lengths, WrongLength};

/// One block of any digest here, in bytes.
const BLOCK_LEN: usize = 64;

/// HMAC over `D`: tags of [`Digest::OUTPUT_LEN`] bytes, keys of any length.
///
/// A key longer than a block, 64 bytes, is hashed first (RFC 2104 section 2). RFC 2104 section 3 wants
/// keys as long as the digest.
pub struct Hmac<D: Digest> {
    inner: D,
    outer: D,
}

impl<D: Digest> sealed::Sealed for Hmac<D> {}

impl<D: Digest> Mac for Hmac<D> {
    type Tag = D::Output;
    const KEY_LEN: Lengths = Lengths::between(0, usize::MAX);
    const TAG_LEN: usize = D::OUTPUT_LEN;

    fn new(key: &[u8]) -> Result<Self, WrongLength> {
        const { assert!(D::BLOCK_LEN == BLOCK_LEN && D::OUTPUT_LEN <= BLOCK_LEN) };
        let mut block = [0; BLOCK_LEN];
        if key.len() > BLOCK_LEN {
            let mut digest = D::digest(key);
            xor_into(&mut block, digest.as_ref());
            digest.zeroize();
        } else {
            xor_into(&mut block, key);
        }
        let mut hmac = Self {
            inner: D::new(),
            outer: D::new(),
        };
        xor_into(&mut block, &[0x36; BLOCK_LEN]);
        hmac.inner.update(&block);
        xor_into(&mut block, &[0x36 ^ 0x5c; BLOCK_LEN]);
        hmac.outer.update(&block);
        block.zeroize();
        Ok(hmac)
    }

    fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    fn finalize(mut self) -> Self::Tag {
        self.outer.update(self.inner.finalize().as_ref());
        self.outer.finalize()
    }
}

impl<D: Digest + Clone> Fork for Hmac<D> {
    fn fork(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            outer: self.outer.clone(),
        }
    }
}

fn xor_into(block: &mut [u8; BLOCK_LEN], other: &[u8]) {
    for (byte, other) in block.iter_mut().zip(other) {
        *byte ^= other;
    }
}
