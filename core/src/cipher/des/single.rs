//! DES on one block, for modes that chain: all eight S-boxes at once, as one choice among 64 words,
//! one bit of the input after the other. No table is indexed by secrets.

use super::ROUNDS;
use super::sboxes::CHOICES;
use super::schedule::{RoundKey, low};

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
    let first = choose_by(outer.rotate_right(4));
    let (fourth, fifth) = (choose_by(inner.rotate_right(1)), choose_by(inner));
    let words = CHOICES.map(|four| {
        let four = four.map(|(zero, difference)| zero ^ difference & first);
        one_of_four(four, fourth, fifth)
    });
    let (second, third) = (
        choose_by(inner.rotate_right(3)),
        choose_by(inner.rotate_right(2)),
    );
    let word = one_of_four(words, second, third);
    let last = choose_by(outer.rotate_left(1));
    p(low(word ^ (word ^ word >> 32) & last))
}

/// The lowest bit of each four as a mask of four, twice.
#[inline(always)]
fn choose_by(bits: u32) -> u64 {
    u64::from(bits & 0x1111_1111) * 0x0000_000f_0000_000f
}

/// Bit by bit, the word whose number has its upper bit in `upper` and its lower in `lower`.
#[inline(always)]
fn one_of_four([a, b, c, d]: [u64; 4], upper: u64, lower: u64) -> u64 {
    let zero = a ^ (a ^ c) & upper;
    let one = b ^ (b ^ d) & upper;
    zero ^ (zero ^ one) & lower
}

/// Permutation P (FIPS 46-3, table P): the bits that go as many places to the left, together.
#[inline(always)]
fn p(s: u32) -> u32 {
    s.rotate_left(3) & 0x0000_0020
        | s.rotate_left(4) & 0x0004_0000
        | s.rotate_left(5) & 0x4040_2402
        | s.rotate_left(6) & 0x0400_0000
        | s.rotate_left(9) & 0x0100_0000
        | s.rotate_left(10) & 0x0000_0010
        | s.rotate_left(11) & 0x0000_0800
        | s.rotate_left(12) & 0x0020_0200
        | s.rotate_left(13) & 0x0000_0004
        | s.rotate_left(14) & 0x0010_0000
        | s.rotate_left(15) & 0x8000_0000
        | s.rotate_left(16) & 0x0002_0000
        | s.rotate_left(17) & 0x3000_8100
        | s.rotate_left(19) & 0x0000_0040
        | s.rotate_left(21) & 0x0200_0000
        | s.rotate_left(22) & 0x0000_4000
        | s.rotate_left(24) & 0x0888_0000
        | s.rotate_left(25) & 0x0000_0009
        | s.rotate_left(26) & 0x0001_1080
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
