//! The key schedule (FIPS 46-3, appendix 1): permuted choices and rotations, no table indexed by
//! secrets.

use zeroize::{DefaultIsZeroes, Zeroize};

/// PC-1: which bit of the key, from 1, the highest, stands at each place of C and then of D.
const PC1: [u8; 56] = [
    57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, //
    10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, //
    63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, //
    14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];

/// PC-2: which bit of C and D, from 1, stands at each place of a round key.
const PC2: [u8; 48] = [
    14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, //
    23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, //
    41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, //
    44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

/// The rounds that rotate C and D by one place only; the others do by two.
const ROTATED_BY_ONE: [usize; 4] = [0, 1, 8, 15];

/// Half of C and D together, 28 bits.
const HALF: u64 = 0x0fff_ffff;

/// A round key in the form that suits the code that uses it.
pub(super) trait RoundKeyForm: Copy + Default + Zeroize {
    /// From 48 bits, six for each S-box.
    fn from_bits(bits: u64) -> Self;
}

/// A round key: its 48 bits at the places of R that they meet after expansion E, in two words since
/// E takes half of R twice. An S-box's inner four bits are at `inner`, its outer two at `outer`,
/// which is zero elsewhere.
#[derive(Clone, Copy, Default)]
pub(crate) struct RoundKey {
    pub(crate) inner: u32,
    pub(crate) outer: u32,
}

impl DefaultIsZeroes for RoundKey {}

impl RoundKeyForm for RoundKey {
    fn from_bits(key: u64) -> Self {
        let (mut inner, mut outer) = (0, 0);
        for sbox in 0..8 {
            let bits = key >> (42 - 6 * sbox);
            inner = inner << 4 | bits >> 1 & 15;
            outer |= (bits >> 5 & 1) << ((32 - 4 * sbox) % 32);
            outer |= (bits & 1) << ((59 - 4 * sbox) % 32);
        }
        Self {
            inner: low(inner),
            outer: low(outer),
        }
    }
}

/// The sixteen round keys of one DES. Not inlined: it is called for each part of a key of 3DES.
#[inline(never)]
pub(super) fn round_keys<K: RoundKeyForm>(key: [u8; 8]) -> [K; 16] {
    let key = u64::from_be_bytes(key);
    let cd = PC1
        .iter()
        .fold(0, |cd, bit| cd << 1 | key >> (64 - bit) & 1);
    let (mut c, mut d) = (cd >> 28, cd & HALF);
    core::array::from_fn(|round| {
        let places = if ROTATED_BY_ONE.contains(&round) {
            1
        } else {
            2
        };
        c = (c << places | c >> (28 - places)) & HALF;
        d = (d << places | d >> (28 - places)) & HALF;
        let cd = c << 28 | d;
        K::from_bits(
            PC2.iter()
                .fold(0, |key, bit| key << 1 | cd >> (56 - bit) & 1),
        )
    })
}

/// The lower half.
#[inline(always)]
pub(super) fn low(word: u64) -> u32 {
    let [a, b, c, d, ..] = word.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
