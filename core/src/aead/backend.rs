//! What computes an AEAD: the wide back end where this CPU has one, and RustCrypto's code elsewhere.

use super::aead_traits::consts::{U12, U16};
use super::aead_traits::{AeadInOut, KeyInit};
use super::{NONCE_LEN, TAG_LEN};
use crate::error::Forged;
use crate::wide::aead::WideAead;

#[allow(
    clippy::large_enum_variant,
    reason = "without an allocator there is nothing to box with"
)]
pub(super) enum Backend<W, P> {
    Wide(W),
    Portable(P),
}

/// More data than the AEAD takes.
pub(super) struct TooLong;

impl<W: WideAead, P: AeadInOut<NonceSize = U12, TagSize = U16> + KeyInit> Backend<W, P> {
    /// `None` if `key` has a wrong length.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        W::detect(key)
            .map(Self::Wide)
            .or_else(|| Self::portable(key))
    }

    /// The code for every CPU.
    pub(super) fn portable(key: &[u8]) -> Option<Self> {
        P::new_from_slice(key).ok().map(Self::Portable)
    }

    /// The tag goes to where it is needed: a copy of it would wait for the store before it.
    #[inline]
    pub(super) fn seal_in_place(
        &self,
        nonce: [u8; NONCE_LEN],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &mut [u8; TAG_LEN],
    ) -> Result<(), TooLong> {
        match self {
            Self::Wide(aead) => aead.seal_in_place(nonce, associated_data, data, tag),
            Self::Portable(aead) => {
                *tag = aead
                    .encrypt_inout_detached(&nonce.into(), associated_data, data.into())
                    .map_err(|_| TooLong)?
                    .into();
            }
        }
        Ok(())
    }

    #[inline]
    pub(super) fn open_in_place(
        &self,
        nonce: [u8; NONCE_LEN],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Forged> {
        match self {
            Self::Wide(aead) => aead.open_in_place(nonce, associated_data, data, tag),
            Self::Portable(aead) => aead
                .decrypt_inout_detached(&nonce.into(), associated_data, data.into(), tag.into())
                .map_err(|_| Forged),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use proptest::prelude::*;
    use std::vec::Vec;

    use super::*;
    use crate::wide::aead as wide;

    fn bytes(len: usize, seed: usize) -> Vec<u8> {
        let byte = |i: usize| {
            i.wrapping_mul(0x9e37_79b1)
                .wrapping_add(seed * 77)
                .to_be_bytes()[5]
        };
        (0..len).map(byte).collect()
    }

    /// Both seal to the same bytes, and each opens what the other one sealed.
    fn agree<W: WideAead, P: AeadInOut<NonceSize = U12, TagSize = U16> + KeyInit>(
        key: &[u8],
        nonce: &[u8; 12],
        associated_data: &[u8],
        message: &[u8],
    ) {
        let this_cpus = Backend::<W, P>::new(key).unwrap();
        let portable = Backend::<W, P>::portable(key).unwrap();
        let mut expected = message.to_vec();
        let (mut tag, mut actual) = ([0; TAG_LEN], [0; TAG_LEN]);
        let done = portable.seal_in_place(*nonce, associated_data, &mut expected, &mut tag);
        assert!(done.is_ok());
        let mut sealed = message.to_vec();
        let done = this_cpus.seal_in_place(*nonce, associated_data, &mut sealed, &mut actual);
        assert!(done.is_ok());
        let lengths = (associated_data.len(), message.len());
        assert!(sealed == expected && actual == tag, "{lengths:?}");

        tag[message.len() % 16] ^= 0x10;
        let refused = this_cpus.open_in_place(*nonce, associated_data, &mut sealed, &tag);
        assert!(refused.is_err() && sealed == expected, "{lengths:?}");
        tag[message.len() % 16] ^= 0x10;
        let opened = this_cpus.open_in_place(*nonce, associated_data, &mut sealed, &tag);
        assert!(opened.is_ok() && sealed == message, "{lengths:?}");
    }

    fn agree_at_every_length<W: WideAead, P>(key_len: usize)
    where
        P: AeadInOut<NonceSize = U12, TagSize = U16> + KeyInit,
    {
        let key = bytes(key_len, 1);
        std::println!("a wide back end: {}", W::detect(&key).is_some());
        for len in (0..1100).chain([4096, 65_507, 100_001]) {
            agree::<W, P>(&key, &[9; 12], &bytes(len % 47, 2), &bytes(len, 3));
        }
        for len in [0, 1, 16, 17, 64, 256, 500, 511, 512, 513, 1025] {
            for associated_data_len in 0..90 {
                let associated_data = bytes(associated_data_len, 4);
                agree::<W, P>(&key, &[8; 12], &associated_data, &bytes(len, 5));
            }
            agree::<W, P>(&key, &[7; 12], &bytes(2000 + len, 6), &bytes(len, 7));
        }
    }

    macro_rules! twins {
        ($feature:literal, $each:ident, $random:ident, $wide:ty, $portable:ty, $key_len:literal) => {
            #[cfg(feature = $feature)]
            #[test]
            fn $each() {
                agree_at_every_length::<$wide, $portable>($key_len);
            }

            #[cfg(feature = $feature)]
            proptest! {
                #[test]
                fn $random(
                    key in any::<[u8; $key_len]>(),
                    nonce in any::<[u8; 12]>(),
                    associated_data in prop::collection::vec(any::<u8>(), 0..600),
                    message in prop::collection::vec(any::<u8>(), 0..3000),
                ) {
                    agree::<$wide, $portable>(&key, &nonce, &associated_data, &message);
                }
            }
        };
    }

    twins!(
        "aes",
        aes_128_gcm,
        aes_128_gcm_random,
        wide::Aes128Gcm,
        aes_gcm::Aes128Gcm,
        16
    );
    twins!(
        "aes",
        aes_256_gcm,
        aes_256_gcm_random,
        wide::Aes256Gcm,
        aes_gcm::Aes256Gcm,
        32
    );
    twins!(
        "chacha20",
        chacha20_poly1305,
        chacha20_poly1305_random,
        wide::ChaCha20Poly1305,
        chacha20poly1305::ChaCha20Poly1305,
        32
    );
}
