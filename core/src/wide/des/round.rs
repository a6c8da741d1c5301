//! A round: P and E send each bit that an S-box gives to one place of another S-box's input, or to two,
//! so that a look-up gives one bit, in its place.

use core::arch::x86_64::*;

use super::{Half, Key, Table};
use crate::cipher::des::P;
use crate::cipher::des::tables::sbox;
use crate::wide::registers::load;

/// L xor P(S(E(R) xor key)), see FIPS 46-3, figure 2.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(super) fn round(l: &Half, r: &Half, key: &Key) -> Half {
    let mut inputs = *r;
    for (input, six) in inputs.iter_mut().zip(key.as_chunks().0) {
        *input = xor(*input, _mm512_set1_epi32(i32::from_le_bytes(*six)));
    }
    let [a, b, c, d, e, f, g, h] = *l;
    [
        with_outputs::<0>(a, &inputs),
        with_outputs::<1>(b, &inputs),
        with_outputs::<2>(c, &inputs),
        with_outputs::<3>(d, &inputs),
        with_outputs::<4>(e, &inputs),
        with_outputs::<5>(f, &inputs),
        with_outputs::<6>(g, &inputs),
        with_outputs::<7>(h, &inputs),
    ]
}

/// The six bits for S-box `TO` of L, and of what goes to the same places. P and E send it a bit of six
/// S-boxes each.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn with_outputs<const TO: usize>(l: __m512i, inputs: &Half) -> __m512i {
    let (a, b) = (output::<TO, 0>(inputs), output::<TO, 1>(inputs));
    let (c, d) = (output::<TO, 2>(inputs), output::<TO, 3>(inputs));
    let (e, f) = (output::<TO, 4>(inputs), output::<TO, 5>(inputs));
    xor(xor(xor(l, a), b), xor(xor(xor(c, d), e), f))
}

/// What goes to bit `BIT`, from 0, the first of the standard, of the input of S-box `TO`; in its place.
#[inline]
#[target_feature(enable = "avx512f,avx512vbmi")]
fn output<const TO: usize, const BIT: usize>(inputs: &Half) -> __m512i {
    let input = inputs[const { output_for(TO, BIT) / 4 }];
    _mm512_permutexvar_epi8(input, load(const { &table(TO, BIT).0 }))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn xor(a: __m512i, b: __m512i) -> __m512i {
    _mm512_xor_si512(a, b)
}

/// What [`output`] gives, for all 64 inputs of the S-box that it comes from.
#[allow(
    clippy::indexing_slicing,
    reason = "the compiler runs it: what is out of bounds does not compile"
)]
const fn table(to: usize, bit: usize) -> Table {
    let (mut table, output) = (Table([0; 64]), output_for(to, bit));
    let mut input = 0;
    while input < 64 {
        table.0[input] = (sbox(output / 4, input) >> (3 - output % 4) & 1) << (5 - bit);
        input += 1;
    }
    table
}

/// Which of the 32 bits that the S-boxes give, from 0, goes to bit `bit` of the input of S-box `to`.
#[allow(
    clippy::indexing_slicing,
    reason = "the compiler runs it: what is out of bounds does not compile"
)]
const fn output_for(to: usize, bit: usize) -> usize {
    P[(4 * to + 31 + bit) % 32] as usize - 1
}
