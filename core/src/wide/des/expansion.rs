//! Expansion E, of round keys and of blocks, and back.

use core::arch::x86_64::*;

use super::{GROUP, Half, Key, Table};
use crate::cipher::des::{ROUNDS, RoundKey};
use crate::wide::registers::{load, store};

/// E, for S1 in the first byte to S8 in the last: six of the 32 bits that stand in a word of 64 bits
/// twice, and two bits above them.
#[inline]
#[target_feature(enable = "avx512f,avx512vbmi")]
fn expanded(twice: __m512i) -> __m512i {
    let places = i64::from_le_bytes([27, 23, 19, 15, 11, 7, 3, 63]);
    _mm512_multishift_epi64_epi8(_mm512_set1_epi64(places), twice)
}

/// The round keys of one DES.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(super) fn expand(round_keys: &[RoundKey; ROUNDS], keys: &mut [Key; ROUNDS]) {
    let (pairs, _) = keys.as_flattened_mut().as_chunks_mut();
    let mut pairs = pairs.iter_mut();
    for eight in round_keys.as_chunks().0 {
        let word = |key: RoundKey| u64::from(key.outer) << 32 | u64::from(key.inner);
        let [a, b, c, d, e, f, g, h] = eight.map(|key| word(key).cast_signed());
        let words = _mm512_setr_epi64(a, b, c, d, e, f, g, h);
        let inner = expanded(_mm512_shuffle_epi32::<0b10_10_00_00>(words));
        let outer = expanded(_mm512_shuffle_epi32::<0b11_11_01_01>(words));
        let keys = chosen(_mm512_set1_epi8(0x1e), inner, outer);
        for (pair, first) in pairs.by_ref().take(4).zip((0..).step_by(16)) {
            let places = _mm512_add_epi8(load(&FOUR_TIMES.0), _mm512_set1_epi8(first));
            store(pair, _mm512_permutexvar_epi8(places, keys));
        }
    }
}

/// L and R, after the initial permutation: its halves are the even and the odd bits of the bytes, with
/// the bits of each byte in as many bytes (FIPS 46-3, figure 1).
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
pub(super) fn load_halves(blocks: &[[u8; 8]; GROUP]) -> (Half, Half) {
    let (rows, _) = blocks.as_flattened().as_chunks();
    let (mut l, mut r) = ([_mm512_setzero_si512(); 8], [_mm512_setzero_si512(); 8]);
    for ((l, r), row) in l.iter_mut().zip(&mut r).zip(rows) {
        let row = load(row);
        *l = by_place(expanded(bits([0, 2, 4, 6, 0, 2, 4, 6], reversed(row))));
        *r = by_place(expanded(bits([1, 3, 5, 7, 1, 3, 5, 7], reversed(row))));
    }
    (transposed(l), transposed(r))
}

/// The inverse of [`load_halves`].
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
pub(super) fn store_halves(l: &Half, r: &Half, blocks: &mut [[u8; 8]; GROUP]) {
    let ([l0, l1, l2, l3], [r0, r1, r2, r3]) = (contracted(l), contracted(r));
    let rows = transposed([r0, l0, r1, l1, r2, l2, r3, l3]);
    for (to, row) in blocks
        .as_flattened_mut()
        .as_chunks_mut()
        .0
        .iter_mut()
        .zip(rows)
    {
        store(to, bits([0, 1, 2, 3, 4, 5, 6, 7], by_place(row)));
    }
}

/// The inverse of expansion E: the four bytes of each half, the first of the standard first.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn contracted([a, b, c, d, e, f, g, h]: &Half) -> [__m512i; 4] {
    [
        joined(*a, *b),
        joined(*c, *d),
        joined(*e, *f),
        joined(*g, *h),
    ]
}

/// The inner four of two times six bits.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn joined(upper: __m512i, lower: __m512i) -> __m512i {
    let (upper, lower) = (_mm512_slli_epi16::<3>(upper), _mm512_srli_epi16::<1>(lower));
    chosen(_mm512_set1_epi8(0x0f), lower, upper)
}

/// Bit by bit, `one` where there is a one in `by`, else `zero`.
#[inline]
#[target_feature(enable = "avx512f")]
fn chosen(by: __m512i, one: __m512i, zero: __m512i) -> __m512i {
    _mm512_or_si512(_mm512_and_si512(by, one), _mm512_andnot_si512(by, zero))
}

/// In each word of 64 bits: byte `i` is made of the bits `places[i]` of all bytes, that of the last byte
/// the lowest. It is a product of matrices over GF(2), in which the bits to take make the other one.
#[inline]
#[target_feature(enable = "avx512f,gfni")]
fn bits(places: [u8; 8], words: __m512i) -> __m512i {
    let taken = i64::from_le_bytes(places.map(|place| 1 << place));
    _mm512_gf2p8affine_epi64_epi8::<0>(_mm512_set1_epi64(taken), words)
}

/// The bytes of each word of 64 bits in reverse.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn reversed(words: __m512i) -> __m512i {
    let places = _mm512_set4_epi32(0x0809_0a0b, 0x0c0d_0e0f, 0x0001_0203, 0x0405_0607);
    _mm512_shuffle_epi8(words, places)
}

/// Transpose the 8 x 8 bytes of a register.
#[inline]
#[target_feature(enable = "avx512f,avx512vbmi")]
fn by_place(words: __m512i) -> __m512i {
    _mm512_permutexvar_epi8(load(&TRANSPOSED.0), words)
}

/// Transpose 8 x 8 words of 64 bits.
#[inline]
#[target_feature(enable = "avx512f")]
fn transposed([a, b, c, d, e, f, g, h]: [__m512i; 8]) -> [__m512i; 8] {
    let even = |a, b| _mm512_unpacklo_epi64(a, b);
    let odd = |a, b| _mm512_unpackhi_epi64(a, b);
    let [w0, w2, w4, w6] = quarters_transposed([even(a, b), even(c, d), even(e, f), even(g, h)]);
    let [w1, w3, w5, w7] = quarters_transposed([odd(a, b), odd(c, d), odd(e, f), odd(g, h)]);
    [w0, w1, w2, w3, w4, w5, w6, w7]
}

/// Transpose 4 x 4 parts of 128 bits.
#[inline]
#[target_feature(enable = "avx512f")]
fn quarters_transposed([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let even = |a, b| _mm512_shuffle_i64x2::<0b10_00_10_00>(a, b);
    let odd = |a, b| _mm512_shuffle_i64x2::<0b11_01_11_01>(a, b);
    let (ab_even, ab_odd, cd_even, cd_odd) = (even(a, b), odd(a, b), even(c, d), odd(c, d));
    [
        even(ab_even, cd_even),
        even(ab_odd, cd_odd),
        odd(ab_even, cd_even),
        odd(ab_odd, cd_odd),
    ]
}

/// The places of the bytes of an 8 x 8 matrix in its transposition.
#[allow(
    clippy::indexing_slicing,
    reason = "the compiler runs it: what is out of bounds does not compile"
)]
static TRANSPOSED: Table = {
    let mut places = Table([0; 64]);
    let mut place = 0;
    while place < 64 {
        places.0[place] = (place % 8 * 8 + place / 8).to_le_bytes()[0];
        place += 1;
    }
    places
};

/// 16 bytes, four times each.
#[allow(
    clippy::indexing_slicing,
    reason = "the compiler runs it: what is out of bounds does not compile"
)]
static FOUR_TIMES: Table = {
    let mut places = Table([0; 64]);
    let mut place = 0;
    while place < 64 {
        places.0[place] = (place / 4).to_le_bytes()[0];
        place += 1;
    }
    places
};
