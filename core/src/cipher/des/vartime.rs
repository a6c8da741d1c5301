//! DES and triple DES by tables, for one stream as fast as it goes. In variable time, as their names say.

use zeroize::DefaultIsZeroes;

use super::schedule::RoundKeyForm;
use super::{ROUNDS, RoundKeys};
use crate::cipher::{BlockCipher, Halves, KeyInit, halves, joined, sealed};
use crate::length::{Lengths, Part, WrongLength};

/// Blocks that a mode hands over at once. They are worked on one after the other.
const BATCH: usize = 32;

/// S1 to S8 (FIPS 46-3, appendix 1): the four rows of each, 16 digits each.
const S: [[u64; 4]; 8] = [
    [
        0xe4d1_2fb8_3a6c_5907,
        0x0f74_e2d1_a6cb_9538,
        0x41e8_d62b_fc97_3a50,
        0xfc82_4917_5b3e_a06d,
    ],
    [
        0xf18e_6b34_972d_c05a,
        0x3d47_f28e_c01a_69b5,
        0x0e7b_a4d1_58c6_932f,
        0xd8a1_3f42_b67c_05e9,
    ],
    [
        0xa09e_63f5_1dc7_b428,
        0xd709_346a_285e_cbf1,
        0xd649_8f30_b12c_5ae7,
        0x1ad0_6987_4fe3_b52c,
    ],
    [
        0x7de3_069a_1285_bc4f,
        0xd8b5_6f03_472c_1ae9,
        0xa690_cb7d_f13e_5284,
        0x3f06_a1d8_945b_c72e,
    ],
    [
        0x2c41_7ab6_853f_d0e9,
        0xeb2c_47d1_50fa_3986,
        0x421b_ad78_f9c5_630e,
        0xb8c7_1e2d_6f09_a453,
    ],
    [
        0xc1af_9268_0d34_e75b,
        0xaf42_7c95_61de_0b38,
        0x9ef5_28c3_704a_1db6,
        0x432c_95fa_be17_608d,
    ],
    [
        0x4b2e_f08d_3c97_5a61,
        0xd0b7_491a_e35c_2f86,
        0x14bd_c37e_af68_0592,
        0x6bd8_14a7_950f_e23c,
    ],
    [
        0xd284_6fb1_a93e_50c7,
        0x1fd8_a374_c56b_0e92,
        0x7b41_9ce2_06ad_f358,
        0x21e7_4a8d_fc90_356b,
    ],
];

/// Permutation P: which bit of what the S-boxes give, from 1, stands at each place.
const P: [u32; 32] = [
    16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, //
    2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
];

/// Each S-box and P in one table. Halves are kept rotated to the left by one place, so that the six
/// bits that go into an S-box stand together.
static SP: [[u32; 64]; 8] = sp();

#[allow(
    clippy::indexing_slicing,
    reason = "the compiler runs it: what is out of bounds does not compile"
)]
const fn sp() -> [[u32; 64]; 8] {
    let mut sp = [[0; 64]; 8];
    let mut entry = 0;
    while entry < 8 * 64 {
        let (sbox, input) = (entry / 64, entry % 64);
        let (row, column) = ((input >> 4 & 2) | (input & 1), input >> 1 & 15);
        let digit = S[sbox][row] >> (60 - 4 * column) & 15;
        let bits = (digit as u32) << (28 - 4 * sbox);
        let mut place = 0;
        while place < 32 {
            sp[sbox][input] = sp[sbox][input] << 1 | bits >> (32 - P[place]) & 1;
            place += 1;
        }
        sp[sbox][input] = sp[sbox][input].rotate_left(1);
        entry += 1;
    }
    sp
}

/// The lower six bits of each byte: for S1, S3, S5 and S7, and for S2, S4, S6 and S8.
#[derive(Clone, Copy, Default)]
struct RoundKey {
    odd: u32,
    even: u32,
}

impl DefaultIsZeroes for RoundKey {}

impl RoundKeyForm for RoundKey {
    fn from_bits(bits: u64) -> Self {
        let six = |sbox: u32| {
            let [low, ..] = (bits >> (48 - 6 * sbox)).to_le_bytes();
            low & 63
        };
        Self {
            odd: u32::from_be_bytes([1, 3, 5, 7].map(six)),
            even: u32::from_be_bytes([2, 4, 6, 8].map(six)),
        }
    }
}

impl<const N: usize> RoundKeys<RoundKey, N> {
    fn encrypt(&self, block: [u8; 8]) -> [u8; 8] {
        crypt(self.0.as_chunks().0.iter().copied(), N / ROUNDS, block)
    }

    fn decrypt(&self, block: [u8; 8]) -> [u8; 8] {
        let pairs = self.0.as_chunks().0.iter().rev().map(|[a, b]| [*b, *a]);
        crypt(pairs, N / ROUNDS, block)
    }
}

/// `stages` times the 16 rounds, between the initial permutation and its inverse.
fn crypt(mut keys: impl Iterator<Item = [RoundKey; 2]>, stages: usize, block: [u8; 8]) -> [u8; 8] {
    let [mut left, mut right] = permuted(halves(block));
    for _ in 0..stages {
        for [first, second] in keys.by_ref().take(8) {
            left ^= f(right, first);
            right ^= f(left, second);
        }
        (left, right) = (right, left);
    }
    joined(permuted_back([left, right]))
}

fn f(half: u32, key: RoundKey) -> u32 {
    let odd = half.rotate_right(4) ^ key.odd;
    let even = half ^ key.even;
    let [i7, i5, i3, i1] = odd.to_le_bytes();
    let [i8, i6, i4, i2] = even.to_le_bytes();
    let [s1, s2, s3, s4, s5, s6, s7, s8] = &SP;
    // The results have no bit in common, so that these three operations come to the same. If they
    // were one, the compiler would make a chain of them, and each would wait for the one before.
    ((at(s1, i1) | at(s3, i3)).wrapping_add(at(s5, i5) | at(s7, i7)))
        ^ ((at(s2, i2) | at(s4, i4)).wrapping_add(at(s6, i6) | at(s8, i8)))
}

fn at(table: &[u32; 64], index: u8) -> u32 {
    table.get(usize::from(index & 63)).copied().unwrap_or(0)
}

/// The initial permutation, by exchanging bits of the halves, and the rotation of both.
fn permuted([left, right]: Halves) -> Halves {
    let (left, right) = exchange(left, right, 4, 0x0f0f_0f0f);
    let (left, right) = exchange(left, right, 16, 0x0000_ffff);
    let (right, left) = exchange(right, left, 2, 0x3333_3333);
    let (right, left) = exchange(right, left, 8, 0x00ff_00ff);
    let (left, right) = exchange(left, right.rotate_left(1), 0, 0xaaaa_aaaa);
    [left.rotate_left(1), right]
}

/// The inverse.
fn permuted_back([left, right]: Halves) -> Halves {
    let (left, right) = exchange(left.rotate_right(1), right, 0, 0xaaaa_aaaa);
    let (right, left) = exchange(right.rotate_right(1), left, 8, 0x00ff_00ff);
    let (right, left) = exchange(right, left, 2, 0x3333_3333);
    let (left, right) = exchange(left, right, 16, 0x0000_ffff);
    let (left, right) = exchange(left, right, 4, 0x0f0f_0f0f);
    [left, right]
}

/// Exchange the bits of `b` in `mask` with those of `a` that are `places` higher.
fn exchange(a: u32, b: u32, places: u32, mask: u32) -> (u32, u32) {
    let difference = (a >> places ^ b) & mask;
    (a ^ difference << places, b ^ difference)
}

macro_rules! des {
    ($name:ident, $key_len:literal, $round_keys:literal, $doc:literal) => {
        #[doc = $doc]
        ///
        /// In variable time: its tables are indexed by secrets, which timing may leak. It encrypts one
        /// message in a mode that chains faster than the type without `Vartime`, which does not leak,
        /// and is slower in everything else.
        pub struct $name(RoundKeys<RoundKey, $round_keys>);

        impl sealed::Sealed for $name {}

        impl BlockCipher for $name {
            type Block = [u8; 8];
            type Batch = [[u8; 8]; BATCH];
            const ZERO_BATCH: Self::Batch = [[0; 8]; BATCH];

            fn encrypt_blocks(&self, blocks: &mut [[u8; 8]]) {
                for block in blocks {
                    *block = self.0.encrypt(*block);
                }
            }

            fn decrypt_blocks(&self, blocks: &mut [[u8; 8]]) {
                for block in blocks {
                    *block = self.0.decrypt(*block);
                }
            }

            fn encrypt_block(&self, block: [u8; 8]) -> [u8; 8] {
                self.0.encrypt(block)
            }
        }

        impl KeyInit for $name {
            const KEY_LEN: Lengths = Lengths::exactly($key_len);

            fn new(key: &[u8]) -> Result<Self, WrongLength> {
                Self::KEY_LEN.check(Part::Key, key.len())?;
                Ok(Self(RoundKeys::new(key)))
            }
        }
    };
}

des!(DesVartime, 8, 16, "DES (FIPS 46-3) by tables.");
des!(
    TdesEde2Vartime,
    16,
    48,
    "Two-key triple DES (SP 800-67 keying option 2) by tables."
);
des!(
    TdesEde3Vartime,
    24,
    48,
    "Triple DES (SP 800-67 keying option 1) by tables."
);
