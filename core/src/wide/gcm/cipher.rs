//! AES (FIPS 197) on four blocks a register, and its counter mode (SP 800-38D section 6.5).

use core::arch::x86_64::*;

use zeroize::Zeroize;

use super::block::{first_bytes, load_block};
use crate::wide::registers::{load, load_part, store, store_part};

/// The round keys, columns as little-endian words: 11 for AES-128, 15 for AES-256.
pub(super) type RoundKeys<const N: usize> = [[u32; 4]; N];

/// Expand a key of `WORDS` columns (section 5.2).
#[target_feature(enable = "sse2,aes")]
pub(super) fn expand<const N: usize, const WORDS: usize>(key: &[u8]) -> RoundKeys<N> {
    let mut round_keys = [[0; 4]; N];
    let mut recent = [0; WORDS];
    let (columns, _) = key.as_chunks();
    for (word, column) in recent.iter_mut().zip(columns) {
        *word = u32::from_le_bytes(*column);
    }
    let mut round_constant: u32 = 1;
    for some in round_keys.as_flattened_mut().chunks_mut(WORDS) {
        for (to, from) in some.iter_mut().zip(recent) {
            *to = from;
        }
        let mut last = recent.last().copied().unwrap_or(0);
        last = sub_word(last).rotate_right(8) ^ round_constant;
        for (i, word) in recent.iter_mut().enumerate() {
            if WORDS > 6 && i == 4 {
                last = sub_word(last);
            }
            *word ^= last;
            last = *word;
        }
        // Times x, in AES's field.
        round_constant = (round_constant << 1) ^ ((round_constant >> 7) * 0x11b);
    }
    recent.zeroize();
    round_keys
}

/// The S-box on each byte: in a round of four equal columns, ShiftRows moves nothing.
#[inline]
#[target_feature(enable = "sse2,aes")]
fn sub_word(word: u32) -> u32 {
    let columns = _mm_set1_epi32(word.cast_signed());
    _mm_cvtsi128_si32(_mm_aesenclast_si128(columns, _mm_setzero_si128())).cast_unsigned()
}

/// A round key four times, once for each block of a register.
#[inline]
#[target_feature(enable = "avx512f")]
fn broadcast(round_key: &[u32; 4]) -> __m512i {
    let [a, b, c, d] = round_key.map(u32::cast_signed);
    _mm512_broadcast_i32x4(_mm_setr_epi32(a, b, c, d))
}

/// Encrypt `4 W` blocks. `between` is called after each round but the last, with its number from
/// 0: there is room for other work while the rounds wait for each other.
#[inline]
#[target_feature(enable = "avx512f,vaes")]
pub(super) fn encrypt<const N: usize, const W: usize>(
    round_keys: &RoundKeys<N>,
    mut blocks: [__m512i; W],
    mut between: impl FnMut(usize),
) -> [__m512i; W] {
    let [first, middle @ .., last] = round_keys.as_slice() else {
        return blocks;
    };
    let key = broadcast(first);
    for block in &mut blocks {
        *block = _mm512_xor_si512(*block, key);
    }
    for (round, key) in middle.iter().enumerate() {
        let key = broadcast(key);
        for block in &mut blocks {
            *block = _mm512_aesenc_epi128(*block, key);
        }
        between(round);
    }
    let key = broadcast(last);
    for block in &mut blocks {
        *block = _mm512_aesenclast_epi128(*block, key);
    }
    blocks
}

/// Counter blocks, four in a row: nonce and counter, whose bytes are turned round to count.
pub(super) struct Counter(__m512i);

impl Counter {
    /// The first block of each message, four times, which is kept for the tag; and the counter
    /// blocks behind it.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn new(nonce: [u8; 12]) -> (__m512i, Self) {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = nonce;
        let first = load_block(&[a, b, c, d, e, f, g, h, i, j, k, l, 1, 0, 0, 0]);
        let first = _mm512_broadcast_i32x4(first);
        let steps = _mm512_set_epi32(4, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0);
        (turned(first), Self(_mm512_add_epi32(first, steps)))
    }

    /// The next `4 W` blocks.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn next<const W: usize>(&mut self) -> [__m512i; W] {
        let four = _mm512_set_epi32(4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0);
        let mut blocks = [self.0; W];
        for block in &mut blocks {
            *block = turned(self.0);
            self.0 = _mm512_add_epi32(self.0, four);
        }
        blocks
    }
}

/// The counter's bytes in the order of the standard: the highest first.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn turned(counters: __m512i) -> __m512i {
    let order = _mm_set_epi8(12, 13, 14, 15, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    _mm512_shuffle_epi8(counters, _mm512_broadcast_i32x4(order))
}

/// Exclusive-or key stream into whole registers of data.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn xor(data: &mut [u8; 512], keystream: &[__m512i; 8]) {
    let (parts, _) = data.as_chunks_mut();
    for (part, key) in parts.iter_mut().zip(keystream) {
        store(part, _mm512_xor_si512(load(part), *key));
    }
}

/// Encrypt or decrypt the last of a message, of any length; `each` is called with the result, four
/// blocks at a time and zeros for what is not there.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vaes")]
pub(super) fn apply_keystream<const N: usize>(
    round_keys: &RoundKeys<N>,
    mut counter: Counter,
    data: &mut [u8],
    mut each: impl FnMut(__m512i),
) {
    for piece in data.chunks_mut(256) {
        let keystream: [_; 4] = encrypt(round_keys, counter.next(), |_| ());
        for (part, key) in piece.chunks_mut(64).zip(keystream) {
            let blocks = _mm512_xor_si512(load_part(part), key);
            store_part(part, blocks);
            each(first_bytes(blocks, part.len()));
        }
    }
}
