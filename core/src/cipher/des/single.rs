//! DES on one block, for modes that chain: all eight S-boxes at once, as one choice among 64 words,
//! one bit of the input after the other. No table is indexed by secrets.

use super::ROUNDS;
use super::sboxes::CHOICES;
use super::schedule::{RoundKey, low};

/// Permutation P (FIPS 46-3, table P): the bits of the result that a rotation to the left by so many
/// places brings there.
const P: [(u32, u32); 19] = [
    (0x0000_0020, 3),
    (0x0004_0000, 4),
    (0x4040_2402, 5),
    (0x0400_0000, 6),
    (0x0100_0000, 9),
    (0x0000_0010, 10),
    (0x0000_0800, 11),
    (0x0020_0200, 12),
    (0x0000_0004, 13),
    (0x0010_0000, 14),
    (0x8000_0000, 15),
    (0x0002_0000, 16),
    (0x3000_8100, 17),
    (0x0000_0040, 19),
    (0x0200_0000, 21),
    (0x0000_4000, 22),
    (0x0888_0000, 24),
    (0x0000_0009, 25),
    (0x0001_1080, 26),
];

/// Encrypt `block`; or decrypt, with the round keys in reverse, sixteen for each DES.
pub(super) fn crypt(round_keys: &[RoundKey], block: &mut [u8; 8]) {
    let bits = transpose(u64::from_le_bytes(*block)).to_le_bytes();
    // The initial permutation is this transposition, and an order of its rows.
    let [l3, r3, l2, r2, l1, r1, l0, r0] = bits;
    let (mut l, mut r) = (
        u32::from_be_bytes([l0, l1, l2, l3]),
        u32::from_be_bytes([r0, r1, r2, r3]),
    );
    for round_keys in round_keys.chunks(ROUNDS) {
        for key in round_keys {
            (l, r) = (r, l ^ f(r, *key));
        }
        // The last round's halves do not change places.
        (l, r) = (r, l);
    }
    let ([l0, l1, l2, l3], [r0, r1, r2, r3]) = (l.to_be_bytes(), r.to_be_bytes());
    let bits = [l3, r3, l2, r2, l1, r1, l0, r0];
    *block = transpose(u64::from_le_bytes(bits)).to_le_bytes();
}

/// P(S(E(R) xor key)).
#[inline(always)]
fn f(r: u32, key: RoundKey) -> u32 {
    let (inner, outer) = (r ^ key.inner, r ^ key.outer);
    let masks = [
        choose_by(inner.rotate_right(3)),
        choose_by(inner.rotate_right(2)),
        choose_by(inner.rotate_right(1)),
        choose_by(inner),
    ];
    let first = choose_by(outer.rotate_right(4));
    let mut words = CHOICES.map(|(zero, difference)| zero ^ difference & first);
    let mut rest = words.as_mut_slice();
    for mask in masks {
        let (zeros, ones) = rest.split_at_mut(rest.len() / 2);
        for (zero, one) in zeros.iter_mut().zip(ones) {
            *zero ^= (*zero ^ *one) & mask;
        }
        rest = zeros;
    }
    let word = rest.first().copied().unwrap_or_default();
    let last = choose_by(outer.rotate_left(1));
    let s = low(word ^ (word ^ word >> 32) & last);
    P.iter()
        .fold(0, |f, &(bits, places)| f | s.rotate_left(places) & bits)
}

/// The lowest bit of each four as a mask of four, twice.
#[inline(always)]
fn choose_by(bits: u32) -> u64 {
    u64::from(bits & 0x1111_1111) * 0x0000_000f_0000_000f
}

/// Transpose 8 x 8 bits (Warren, Hacker's Delight, section 7-3).
fn transpose(mut bits: u64) -> u64 {
    for (places, mask) in [
        (7, 0x00aa_00aa_00aa_00aa),
        (14, 0x0000_cccc_0000_cccc),
        (28, 0x0000_0000_f0f0_f0f0),
    ] {
        let difference = (bits ^ bits >> places) & mask;
        bits ^= difference ^ difference << places;
    }
    bits
}
