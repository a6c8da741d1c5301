//! Sealing and opening one message (SP 800-38D sections 7.1 and 7.2).

use core::arch::x86_64::*;

use super::AesGcm;
use super::block::{load_block, to_bytes};
use super::cipher::{Counter, apply_keystream, encrypt, expand, xor};
use super::ghash::{GROUP_LEN, Ghash, powers_of};
use crate::error::Forged;
use crate::wide::registers::load_part;

impl<const N: usize> AesGcm<N> {
    /// From a key of `4 WORDS` bytes.
    #[target_feature(enable = "avx512f,avx512bw,aes,vaes,pclmulqdq,vpclmulqdq")]
    pub(super) fn with_key<const WORDS: usize>(key: &[u8]) -> Self {
        let round_keys = expand::<N, WORDS>(key);
        let [h] = encrypt(&round_keys, [_mm512_setzero_si512()], |_| ());
        Self {
            round_keys,
            powers: powers_of(_mm512_castsi512_si128(h)),
        }
    }

    /// One pass: each group of blocks is encrypted while the one before it is hashed.
    #[target_feature(enable = "avx512f,avx512bw,aes,vaes,pclmulqdq,vpclmulqdq")]
    pub(super) fn seal(
        &self,
        nonce: [u8; 12],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &mut [u8; 16],
    ) {
        let round_keys = &self.round_keys;
        let (first, mut counter) = Counter::new(nonce);
        let bits = [associated_data, data].map(bit_len);
        let mut ghash = Ghash::new(&self.powers, associated_data, data.len());

        let (groups, rest) = data.as_chunks_mut::<GROUP_LEN>();
        let mut groups = groups.iter_mut();
        if let Some(mut previous) = groups.next() {
            xor(previous, &encrypt(round_keys, counter.next(), |_| ()));
            for group in groups {
                let hash = |round| ghash.absorb_step(previous, round);
                let keystream = encrypt(round_keys, counter.next(), hash);
                ghash.reduce();
                xor(group, &keystream);
                previous = group;
            }
            ghash.absorb_group(previous);
        }
        let [mask] = encrypt(round_keys, [first], |_| ());
        ghash.expect_last(rest.len());
        apply_keystream(round_keys, counter, rest, |blocks| ghash.absorb(blocks));
        let hash = ghash.finish(bits);
        *tag = to_bytes(_mm_xor_si128(hash, _mm512_castsi512_si128(mask)));
    }

    /// Two passes, since nothing may be decrypted before all of it has been hashed.
    #[target_feature(enable = "avx512f,avx512bw,aes,vaes,pclmulqdq,vpclmulqdq")]
    pub(super) fn open(
        &self,
        nonce: [u8; 12],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; 16],
    ) -> Result<(), Forged> {
        let round_keys = &self.round_keys;
        let (first, mut counter) = Counter::new(nonce);
        let bits = [associated_data, data].map(bit_len);
        let mut ghash = Ghash::new(&self.powers, associated_data, data.len());

        let (groups, rest) = data.as_chunks_mut::<GROUP_LEN>();
        for group in &*groups {
            ghash.absorb_group(group);
        }
        let [mask] = encrypt(round_keys, [first], |_| ());
        ghash.expect_last(rest.len());
        for part in rest.chunks(64) {
            ghash.absorb(load_part(part));
        }
        let expected = _mm_xor_si128(ghash.finish(bits), _mm512_castsi512_si128(mask));
        let difference = _mm_xor_si128(expected, load_block(tag));
        if _mm_testz_si128(difference, difference) == 0 {
            return Err(Forged);
        }
        for group in groups {
            xor(group, &encrypt(round_keys, counter.next(), |_| ()));
        }
        apply_keystream(round_keys, counter, rest, |_| ());
        Ok(())
    }
}

/// Lengths are under 2^61 bytes: no more can be addressed.
fn bit_len(bytes: &[u8]) -> u64 {
    (bytes.len() as u64) << 3
}
