//! Blowfish (Schneier, "Description of a new variable-length key, 64-bit block cipher", 1993).

#![allow(
    clippy::inline_always,
    reason = "code of its own would be compiled without the instruction that it is for"
)]

mod pi;

use zeroize::Zeroize;

use super::{BlockCipher, Halves, KeyInit, halves, joined, sealed};
use crate::length::{Lengths, Part, WrongLength};
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
use crate::wide::bmi::{Bmi, BytesKernel};

/// Blocks that are worked on together: while one waits for its tables, the others go on.
const LANES: usize = 4;

/// Blocks that a mode hands over at once.
const BATCH: usize = 8 * LANES;

/// Blowfish (Schneier, 1993): 64-bit block, keys of 32 to 448 bits. Its tables are indexed by
/// secrets: timing may leak them.
pub struct Blowfish {
    p: [u32; 18],
    s: [[u32; 256]; 4],
}

impl Blowfish {
    #[inline(always)]
    fn encrypt<const N: usize>(&self, bytes: impl Bytes, blocks: [Halves; N]) -> [Halves; N] {
        let [first, middle @ .., last] = &self.p;
        let middle = middle.as_chunks().0.iter().copied();
        self.rounds(bytes, *first, middle, *last, blocks)
    }

    #[inline(always)]
    fn decrypt<const N: usize>(&self, blocks: [Halves; N]) -> [Halves; N] {
        let [last, middle @ .., first] = &self.p;
        let middle = middle.as_chunks().0.iter().rev().map(|[a, b]| [*b, *a]);
        self.rounds(Shifted, *first, middle, *last, blocks)
    }

    /// The 16 rounds on each block by itself, under the round keys in the order given.
    ///
    /// A key is added to a half before the result of F, which is waited for.
    #[inline(always)]
    fn rounds<const N: usize>(
        &self,
        bytes: impl Bytes,
        first: u32,
        middle: impl Iterator<Item = [u32; 2]>,
        last: u32,
        mut blocks: [Halves; N],
    ) -> [Halves; N] {
        for [left, _] in &mut blocks {
            *left ^= first;
        }
        for [right_key, left_key] in middle {
            for [left, right] in &mut blocks {
                *right = (*right ^ right_key) ^ self.f(bytes, *left);
                *left = (*left ^ left_key) ^ self.f(bytes, *right);
            }
        }
        blocks.map(|[left, right]| [right ^ last, left])
    }

    #[inline(always)]
    fn f(&self, bytes: impl Bytes, half: u32) -> u32 {
        let [s0, s1, s2, s3] = &self.s;
        let [d, c, _, a] = half.to_le_bytes();
        let sum = at(s0, a).wrapping_add(at(s1, bytes.third(half)));
        (sum ^ at(s2, c)).wrapping_add(at(s3, d))
    }
}

/// How the byte is taken out of a half that takes longest.
trait Bytes: Copy {
    /// Bits 16 to 23.
    fn third(self, half: u32) -> u8;
}

/// By a shift and a mask.
#[derive(Clone, Copy)]
struct Shifted;

impl Bytes for Shifted {
    #[inline(always)]
    fn third(self, half: u32) -> u8 {
        let [_, _, third, _] = half.to_le_bytes();
        third
    }
}

#[cfg(all(feature = "wide", target_arch = "x86_64"))]
impl Bytes for Bmi {
    #[inline(always)]
    fn third(self, half: u32) -> u8 {
        self.third_byte(half)
    }
}

/// CBC: each block waits for the one before.
struct Chain<'a> {
    cipher: &'a Blowfish,
    previous: &'a mut [u8; 8],
    blocks: &'a mut [[u8; 8]],
}

impl Chain<'_> {
    #[inline(always)]
    fn encrypt(self, bytes: impl Bytes) {
        let [mut left, mut right] = halves(*self.previous);
        for block in self.blocks {
            let [next_left, next_right] = halves(*block);
            let blocks = [[left ^ next_left, right ^ next_right]];
            [[left, right]] = self.cipher.encrypt(bytes, blocks);
            *block = joined([left, right]);
        }
        *self.previous = joined([left, right]);
    }
}

#[cfg(all(feature = "wide", target_arch = "x86_64"))]
impl BytesKernel for Chain<'_> {
    #[inline(always)]
    fn run(self, bmi: Bmi) {
        self.encrypt(bmi);
    }
}

fn at(table: &[u32; 256], index: u8) -> u32 {
    table.get(usize::from(index)).copied().unwrap_or(0)
}

/// Put a block in the place of the words' pair of that number.
fn replace(words: &mut [u32], pair: usize, block: Halves) {
    if let Some(words) = words.as_chunks_mut().0.get_mut(pair) {
        *words = block;
    }
}

/// Give the blocks to `work`, as many at a time as it is made for.
fn in_lanes(
    blocks: &mut [[u8; 8]],
    together: impl Fn([Halves; LANES]) -> [Halves; LANES],
    alone: impl Fn([Halves; 1]) -> [Halves; 1],
) {
    let (groups, rest) = blocks.as_chunks_mut();
    for group in groups {
        on_halves(group, &together);
    }
    for block in rest {
        on_halves(core::array::from_mut(block), &alone);
    }
}

fn on_halves<const N: usize>(blocks: &mut [[u8; 8]; N], work: impl Fn([Halves; N]) -> [Halves; N]) {
    *blocks = work(blocks.map(halves)).map(joined);
}

impl sealed::Sealed for Blowfish {}

impl BlockCipher for Blowfish {
    type Block = [u8; 8];
    type Batch = [[u8; 8]; BATCH];
    const ZERO_BATCH: Self::Batch = [[0; 8]; BATCH];

    fn encrypt_blocks(&self, blocks: &mut [[u8; 8]]) {
        in_lanes(
            blocks,
            |group| self.encrypt(Shifted, group),
            |block| self.encrypt(Shifted, block),
        );
    }

    fn decrypt_blocks(&self, blocks: &mut [[u8; 8]]) {
        in_lanes(
            blocks,
            |group| self.decrypt(group),
            |block| self.decrypt(block),
        );
    }

    fn encrypt_block(&self, block: [u8; 8]) -> [u8; 8] {
        let [block] = self.encrypt(Shifted, [halves(block)]);
        joined(block)
    }

    fn encrypt_chained(&self, previous: &mut [u8; 8], blocks: &mut [[u8; 8]]) {
        let chain = Chain {
            cipher: self,
            previous,
            blocks,
        };
        #[cfg(all(feature = "wide", target_arch = "x86_64"))]
        if let Some(bmi) = Bmi::detect() {
            return bmi.run(chain);
        }
        chain.encrypt(Shifted);
    }
}

impl KeyInit for Blowfish {
    const KEY_LEN: Lengths = Lengths::between(4, 56);

    fn new(key: &[u8]) -> Result<Self, WrongLength> {
        Self::KEY_LEN.check(Part::Key, key.len())?;
        let mut blowfish = Self { p: pi::P, s: pi::S };
        let mut key = key.iter().cycle();
        for word in &mut blowfish.p {
            let next: [u8; 4] = core::array::from_fn(|_| key.next().copied().unwrap_or(0));
            *word ^= u32::from_be_bytes(next);
        }
        let mut block = [0; 2];
        for pair in 0..9 {
            [block] = blowfish.encrypt(Shifted, [block]);
            replace(&mut blowfish.p, pair, block);
        }
        for table in 0..4 {
            for pair in 0..128 {
                [block] = blowfish.encrypt(Shifted, [block]);
                if let Some(table) = blowfish.s.get_mut(table) {
                    replace(table, pair, block);
                }
            }
        }
        block.zeroize();
        Ok(blowfish)
    }
}

impl Drop for Blowfish {
    fn drop(&mut self) {
        self.p.zeroize();
        self.s.zeroize();
    }
}

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    reason = "the low words of sums and quotients are meant"
)]
mod tests {
    use super::*;
    use crate::cipher::Block;

    /// A number from 0 to 2^32: its integral part, and words of its fraction, two of them to spare.
    type Fixed = [u32; 1 + 18 + 4 * 256 + 2];

    fn divide(number: &mut Fixed, divisor: u64) {
        let mut remainder = 0;
        for word in number {
            let dividend = remainder << 32 | u64::from(*word);
            *word = (dividend / divisor) as u32;
            remainder = dividend % divisor;
        }
    }

    fn add(number: &mut Fixed, other: &Fixed) {
        let mut carry = 0;
        for (word, other) in number.iter_mut().zip(other).rev() {
            let sum = u64::from(*word) + u64::from(*other) + carry;
            *word = sum as u32;
            carry = sum >> 32;
        }
    }

    fn negate(number: &mut Fixed) {
        for word in number.iter_mut() {
            *word = !*word;
        }
        let mut one = [0; _];
        *one.last_mut().unwrap() = 1;
        add(number, &one);
    }

    /// `factor` arctan(1/x) = factor (1/x - 1/(3 x^3) + 1/(5 x^5) - ...).
    fn arctan_of_one_over(x: u64, factor: u32) -> Fixed {
        let (mut power, mut sum) = ([0; _], [0; _]);
        power[0] = factor;
        divide(&mut power, x);
        for number in 0.. {
            let mut term = power;
            divide(&mut term, 2 * number + 1);
            if term.iter().all(|word| *word == 0) {
                break;
            }
            if number % 2 == 1 {
                negate(&mut term);
            }
            add(&mut sum, &term);
            divide(&mut power, x * x);
        }
        sum
    }

    /// A chain, each way to take bytes out, is one block after the other; and those are RustCrypto's.
    #[test]
    fn a_chain_is_one_block_after_the_other() {
        use ::cipher::{BlockCipherEncrypt, KeyInit as _};
        let ours = Blowfish::new(b"a key of Blowfish").unwrap();
        let theirs = <blowfish::Blowfish>::new_from_slice(b"a key of Blowfish").unwrap();
        let message: [[u8; 8]; 50] =
            core::array::from_fn(|i| (i as u64 * 0x9e37_79b9).to_le_bytes());
        let (mut expected, mut last) = (message, [7; 8]);
        for block in &mut expected {
            last.xor(block);
            theirs.encrypt_block((&mut last).into());
            *block = last;
        }
        let check = |work: &dyn Fn(Chain<'_>)| {
            let (mut blocks, mut previous) = (message, [7; 8]);
            work(Chain {
                cipher: &ours,
                previous: &mut previous,
                blocks: &mut blocks,
            });
            assert_eq!((blocks, previous), (expected, last));
        };
        check(&|chain| chain.encrypt(Shifted));
        check(&|chain| chain.cipher.encrypt_chained(chain.previous, chain.blocks));
    }

    /// Machin's formula: pi = 16 arctan(1/5) - 4 arctan(1/239).
    #[test]
    fn the_first_tables_are_the_fraction_of_pi() {
        let mut pi = arctan_of_one_over(239, 4);
        negate(&mut pi);
        add(&mut pi, &arctan_of_one_over(5, 16));
        assert_eq!(pi[0], 3);
        assert_eq!(pi[1..19], pi::P);
        assert_eq!(pi[19..1043], *pi::S.as_flattened());
    }
}
