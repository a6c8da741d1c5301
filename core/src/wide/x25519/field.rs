//! Four numbers modulo 2^255 - 19 side by side: limb i of each, 51 bits and a little more, in lane
//! 0 to 3 of register i. Products come from AVX-512 IFMA, 52 bits at a time.

use core::arch::x86_64::*;

const MASK: i64 = (1 << 51) - 1;

/// Four numbers, whose limbs are below 2^52.
pub(super) type Four = [__m256i; 5];

/// One number.
pub(super) type Limbs = [u64; 5];

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn four([a, b, c, d]: [Limbs; 4]) -> Four {
    let mut four = [_mm256_setzero_si256(); 5];
    let lanes = a.into_iter().zip(b).zip(c.into_iter().zip(d));
    for (register, ((a, b), (c, d))) in four.iter_mut().zip(lanes) {
        let [a, b, c, d] = [a, b, c, d].map(u64::cast_signed);
        *register = _mm256_setr_epi64x(a, b, c, d);
    }
    four
}

/// The number in lane 0.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn first(four: &Four) -> Limbs {
    let mut limbs = [0; 5];
    for (limb, register) in limbs.iter_mut().zip(four) {
        *limb = _mm256_extract_epi64::<0>(*register).cast_unsigned();
    }
    limbs
}

/// The lanes in another order: `ORDER` has two bits for each.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn permuted<const ORDER: i32>(four: &Four) -> Four {
    let mut result = *four;
    for register in &mut result {
        *register = _mm256_permute4x64_epi64::<ORDER>(*register);
    }
    result
}

/// Lanes of `b` where `LANES` has bits for 32-bit halves, else of `a`.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn blended<const LANES: i32>(a: &Four, b: &Four) -> Four {
    let mut result = *a;
    for (register, b) in result.iter_mut().zip(b) {
        *register = _mm256_blend_epi32::<LANES>(*register, *b);
    }
    result
}

/// Exchange lanes 0 and 1 with 2 and 3 where `mask` is all ones; do nothing where it is zero.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn swap_halves(four: &mut Four, mask: __m256i) {
    for register in four {
        let swapped = _mm256_permute4x64_epi64::<0b01_00_11_10>(*register);
        let difference = _mm256_and_si256(_mm256_xor_si256(*register, swapped), mask);
        *register = _mm256_xor_si256(*register, difference);
    }
}

/// Of lanes a, b, c, d: a + b, a - b, c + d, c - d.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn sums_and_differences(four: &Four) -> Four {
    let mut result = *four;
    let multiple = MULTIPLE_OF_P.into_iter();
    for (register, multiple) in result.iter_mut().zip(multiple) {
        let left = _mm256_permute4x64_epi64::<0b10_10_00_00>(*register);
        let right = _mm256_permute4x64_epi64::<0b11_11_01_01>(*register);
        let negative = _mm256_sub_epi64(_mm256_set1_epi64x(multiple), right);
        let right = _mm256_blend_epi32::<0b1100_1100>(right, negative);
        *register = _mm256_add_epi64(left, right);
    }
    carried(result)
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn added(a: &Four, b: &Four) -> Four {
    let mut result = *a;
    for (register, b) in result.iter_mut().zip(b) {
        *register = _mm256_add_epi64(*register, *b);
    }
    carried(result)
}

/// 4 p: each limb is above any that is subtracted from it.
const MULTIPLE_OF_P: [i64; 5] = [4 * (MASK - 18), 4 * MASK, 4 * MASK, 4 * MASK, 4 * MASK];

/// Every limb's bits from 51 on go to the next one, once: limbs below 2^63 come below 2^52.
#[inline]
#[target_feature(enable = "avx2")]
fn carried([a, b, c, d, e]: Four) -> Four {
    let mask = _mm256_set1_epi64x(MASK);
    let low = |x| _mm256_and_si256(x, mask);
    let high = |x| _mm256_srli_epi64::<51>(x);
    [
        _mm256_add_epi64(low(a), times_19(high(e))),
        _mm256_add_epi64(low(b), high(a)),
        _mm256_add_epi64(low(c), high(b)),
        _mm256_add_epi64(low(d), high(c)),
        _mm256_add_epi64(low(e), high(d)),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn times_19(x: __m256i) -> __m256i {
    let twice = _mm256_add_epi64(x, x);
    _mm256_add_epi64(_mm256_add_epi64(x, twice), _mm256_slli_epi64::<4>(x))
}

/// `a b`, lane by lane. The product of limbs i and j is cut at bit 52: its upper part counts twice
/// at limb i + j + 1. Sums stay below 20 * 5 * 3 * 2^52 < 2^61.
#[inline]
#[target_feature(enable = "avx2,avx512ifma,avx512vl")]
pub(super) fn product(a: &Four, b: &Four) -> Four {
    let zero = _mm256_setzero_si256();
    let (mut low, mut high) = ([zero; 10], [zero; 10]);
    for (i, a) in a.iter().enumerate() {
        let sums = low.iter_mut().zip(&mut high).skip(i);
        for ((low, high), b) in sums.zip(b) {
            *low = _mm256_madd52lo_epu64(*low, *a, *b);
            *high = _mm256_madd52hi_epu64(*high, *a, *b);
        }
    }
    let mut sums = low;
    for (sum, high) in sums.iter_mut().skip(1).zip(high) {
        *sum = _mm256_add_epi64(*sum, _mm256_add_epi64(high, high));
    }
    let [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9] = sums;
    let fold = |low, high| _mm256_add_epi64(low, times_19(high));
    carried([
        fold(s0, s5),
        fold(s1, s6),
        fold(s2, s7),
        fold(s3, s8),
        fold(s4, s9),
    ])
}

/// `a` squared, `times` times.
#[inline]
#[target_feature(enable = "avx2,avx512ifma,avx512vl")]
pub(super) fn squared(a: &Four, times: usize) -> Four {
    let mut square = *a;
    for _ in 0..times {
        square = product(&square, &square);
    }
    square
}
