//! DES and triple DES by tables, for one stream as fast as it goes. In variable time, as their names say.

use zeroize::DefaultIsZeroes;

use super::schedule::RoundKeyForm;
use super::tables::sbox;
use super::{P, ROUNDS, RoundKeys};
use crate::cipher::{BlockCipher, Halves, KeyInit, halves, joined, sealed};
use crate::length::{Lengths, Part, WrongLength};

/// Blocks that a mode hands over at once. They are worked on one after the other.
const BATCH: usize = 32;

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
        let (index, input) = (entry / 64, entry % 64);
        let bits = (sbox(index, input) as u32) << (28 - 4 * index);
        let mut place = 0;
        while place < 32 {
            sp[index][input] = sp[index][input] << 1 | bits >> (32 - P[place]) & 1;
            place += 1;
        }
        sp[index][input] = sp[index][input].rotate_left(1);
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
