//! X25519 (RFC 7748 section 5) with AVX-512 IFMA: the Montgomery ladder, whose steps are products
//! of four pairs of numbers side by side (Nath and Sarkar, "Efficient 4-way vectorizations of the
//! Montgomery ladder", 2020).
//!
//! Its twin is x25519-dalek's, which other CPUs use.
#![allow(unsafe_code, reason = "instructions that not every CPU has")]

#[allow(clippy::wildcard_imports, reason = "a table of instructions")]
mod field;

use core::arch::x86_64::_mm256_set1_epi64x;

use zeroize::Zeroize;

use self::field::{
    Four, Limbs, added, blended, first, four, permuted, product, squared, sums_and_differences,
    swap_halves,
};
use crate::secret::Secret;

cpufeatures::new!(cpu, "avx2", "avx512ifma", "avx512vl");

const ZERO: Limbs = [0; 5];
const ONE: Limbs = [1, 0, 0, 0, 0];

/// (A - 2) / 4 of Curve25519.
const A24: Limbs = [121_665, 0, 0, 0, 0];

/// `secret`, clamped, times the point of u-coordinate `u`; `None` if this CPU does not have the
/// instructions.
pub(crate) fn multiply(secret: &[u8; 32], u: &[u8; 32]) -> Option<Secret<32>> {
    // SAFETY: the CPU has the instructions.
    (super::AVX512 && cpu::get()).then(|| unsafe { ladder(secret, u) })
}

#[target_feature(enable = "avx2,avx512ifma,avx512vl")]
fn ladder(secret: &[u8; 32], u: &[u8; 32]) -> Secret<32> {
    let u = from_bytes(u);
    let point = four([ONE, ONE, ONE, u]);
    // x2, z2, x3, z3.
    let mut state = four([ONE, ZERO, u, ONE]);
    let mut previous = 0;
    for (i, byte) in secret.iter().enumerate().rev() {
        let byte = match i {
            0 => byte & 0xf8,
            31 => byte & 0x7f | 0x40,
            _ => *byte,
        };
        for shift in (0..8).rev() {
            let bit = (byte >> shift) & 1;
            swap_halves(&mut state, _mm256_set1_epi64x(-i64::from(bit ^ previous)));
            previous = bit;
            step(&mut state, &point);
        }
    }
    swap_halves(&mut state, _mm256_set1_epi64x(-i64::from(previous)));
    let mut z = permuted::<0b01_01_01_01>(&state);
    let mut inverse = inverse(&z);
    let result = to_bytes(first(&product(&state, &inverse)));
    // Coordinates that are not yet one number tell of the secret.
    state.zeroize();
    z.zeroize();
    inverse.zeroize();
    result
}

/// One step of the ladder, with the names of the RFC.
#[inline]
#[target_feature(enable = "avx2,avx512ifma,avx512vl")]
fn step(state: &mut Four, point: &Four) {
    // A, B, C, D.
    let sums = sums_and_differences(state);
    // AA, BB, DA, CB.
    let products = product(
        &permuted::<0b10_11_01_00>(&sums),
        &permuted::<0b01_00_01_00>(&sums),
    );
    // AA + BB, E, DA + CB, DA - CB.
    let sums = sums_and_differences(&products);
    // AA + a24 E, in lane 1.
    let factor = added(
        &permuted::<0b00_00_00_00>(&products),
        &product(&sums, &four([A24; 4])),
    );
    // x2 = AA BB, z2 = E (AA + a24 E), x3 = (DA + CB)^2, and (DA - CB)^2.
    let left = blended::<0b0000_0011>(&sums, &products);
    let right = blended::<0b0000_0011>(&sums, &permuted::<0b01_01_01_01>(&products));
    let right = blended::<0b0000_1100>(&right, &factor);
    // z3 = x1 (DA - CB)^2.
    *state = product(&product(&left, &right), point);
}

/// z^(p - 2). The powers that are kept on the way are wiped: each tells of z.
#[target_feature(enable = "avx2,avx512ifma,avx512vl")]
fn inverse(z: &Four) -> Four {
    let mut z2 = squared(z, 1);
    let mut z9 = product(&squared(&z2, 2), z);
    let mut z11 = product(&z9, &z2);
    // z to 2^n - 1.
    let mut ones_5 = product(&squared(&z11, 1), &z9);
    let mut ones_10 = product(&squared(&ones_5, 5), &ones_5);
    let mut ones_20 = product(&squared(&ones_10, 10), &ones_10);
    let mut ones_40 = product(&squared(&ones_20, 20), &ones_20);
    let mut ones_50 = product(&squared(&ones_40, 10), &ones_10);
    let mut ones_100 = product(&squared(&ones_50, 50), &ones_50);
    let mut ones_200 = product(&squared(&ones_100, 100), &ones_100);
    let mut ones_250 = product(&squared(&ones_200, 50), &ones_50);
    let inverse = product(&squared(&ones_250, 5), &z11);
    for power in [
        &mut z2,
        &mut z9,
        &mut z11,
        &mut ones_5,
        &mut ones_10,
        &mut ones_20,
        &mut ones_40,
        &mut ones_50,
        &mut ones_100,
        &mut ones_200,
        &mut ones_250,
    ] {
        power.zeroize();
    }
    inverse
}

const MASK: u64 = (1 << 51) - 1;

/// Little-endian; the highest bit is ignored.
fn from_bytes(bytes: &[u8; 32]) -> Limbs {
    let (words, _) = bytes.as_chunks();
    let mut low = [0; 4];
    for (to, from) in low.iter_mut().zip(words) {
        *to = u64::from_le_bytes(*from);
    }
    let [a, b, c, d] = low;
    [
        a & MASK,
        (a >> 51 | b << 13) & MASK,
        (b >> 38 | c << 26) & MASK,
        (c >> 25 | d << 39) & MASK,
        (d >> 12) & MASK,
    ]
}

/// The number below p, little-endian.
fn to_bytes(limbs: Limbs) -> Secret<32> {
    let [mut a, mut b, mut c, mut d, mut e] = limbs;
    // How often p is in it: limbs are below 2^52, so that 19 more overflow if it is.
    for _ in 0..2 {
        carry(&mut a, &mut b);
        carry(&mut b, &mut c);
        carry(&mut c, &mut d);
        carry(&mut d, &mut e);
        a += 19 * (e >> 51);
        e &= MASK;
    }
    let mut over = (a + 19) >> 51;
    for limb in [b, c, d, e] {
        over = (limb + over) >> 51;
    }
    a += 19 * over;
    carry(&mut a, &mut b);
    carry(&mut b, &mut c);
    carry(&mut c, &mut d);
    carry(&mut d, &mut e);
    e &= MASK;
    let words = [
        a | b << 51,
        b >> 13 | c << 38,
        c >> 26 | d << 25,
        d >> 39 | e << 12,
    ];
    let mut bytes = Secret::zero();
    let (to, _) = bytes.expose_mut().as_chunks_mut();
    for (to, word) in to.iter_mut().zip(words) {
        *to = word.to_le_bytes();
    }
    bytes
}

fn carry(from: &mut u64, to: &mut u64) {
    *to += *from >> 51;
    *from &= MASK;
}
