//! ChaCha20 (RFC 8439 section 2.3): one block a lane, or one block alone.

use core::ops::BitXor;

use crate::wide::lanes::{Lanes, LanesKernel};

/// "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// Blocks of key stream that the widest registers make at once.
const BLOCKS_MAX: usize = 16;

/// A block: four parts of four words.
pub(super) type Block = [[u32; 4]; 4];

/// Some blocks of key stream, which are overwritten when dropped.
pub(super) struct KeyStream {
    blocks: [Block; BLOCKS_MAX],
    len: usize,
}

impl KeyStream {
    pub(super) const fn new() -> Self {
        Self {
            blocks: [[[0; 4]; 4]; BLOCKS_MAX],
            len: 0,
        }
    }

    /// As many as the registers have lanes.
    pub(super) fn blocks(&self) -> &[Block] {
        self.blocks.get(..self.len).unwrap_or(&self.blocks)
    }
}

impl Drop for KeyStream {
    fn drop(&mut self) {
        self.blocks = [[[0; 4]; 4]; BLOCKS_MAX];
        zeroize::optimization_barrier(&self.blocks);
    }
}

/// Fill `into` with the blocks from `counter` on.
pub(super) struct Blocks<'a> {
    pub(super) key: &'a [u32; 8],
    pub(super) counter: u32,
    pub(super) nonce: [u32; 3],
    pub(super) into: &'a mut KeyStream,
}

impl LanesKernel for Blocks<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Lanes>(self, isa: V::Isa) {
        let mut counters = V::ZERO;
        for (counter, i) in counters.as_mut().iter_mut().zip(0..) {
            *counter = self.counter.wrapping_add(i);
        }
        let first = V::from_words(isa, &counters);
        let mut initial = [first; 16];
        let [constants @ .., _, _, _, _] = &mut initial;
        for (lanes, word) in constants.iter_mut().zip(CONSTANTS.iter().chain(self.key)) {
            *lanes = V::splat(isa, *word);
        }
        let [.., n0, n1, n2] = &mut initial;
        for (lanes, word) in [n0, n1, n2].into_iter().zip(self.nonce) {
            *lanes = V::splat(isa, word);
        }
        let mut state = initial;
        for _ in 0..10 {
            double_round(&mut state);
        }
        for (word, initial) in state.iter_mut().zip(initial) {
            *word = word.add32(initial);
        }
        let (parts, _) = state.as_chunks::<4>();
        for (part, words) in parts.iter().enumerate() {
            // Four words of block 4 i + k are in part i of register k.
            for (first, transposed) in V::transpose(*words).into_iter().enumerate() {
                let words = transposed.to_words();
                let (quarters, _) = words.as_ref().as_chunks::<4>();
                let every_fourth = self.into.blocks.iter_mut().skip(first).step_by(4);
                for (block, words) in every_fourth.zip(quarters) {
                    if let Some(block) = block.get_mut(part) {
                        *block = *words;
                    }
                }
            }
        }
        self.into.len = counters.as_ref().len();
    }
}

impl Blocks<'_> {
    /// The first block only: integers have it in less than two thirds of the time that all lanes take,
    /// since an operation on registers of any width takes two cycles where one on integers takes one.
    pub(super) fn first(self) {
        let words = CONSTANTS.iter().chain(self.key);
        let words = words.chain([&self.counter]).chain(&self.nonce);
        let mut initial = [0; 16];
        for (to, word) in initial.iter_mut().zip(words) {
            *to = *word;
        }
        let mut state = initial;
        for _ in 0..10 {
            double_round(&mut state);
        }
        for (word, initial) in state.iter_mut().zip(initial) {
            *word = word.add(initial);
        }
        for (block, parts) in self.into.blocks.iter_mut().zip([state.as_chunks().0]) {
            for (to, part) in block.iter_mut().zip(parts) {
                *to = *part;
            }
        }
        self.into.len = 1;
    }
}

/// A word of one block, or of several side by side.
trait Word: Copy + BitXor<Output = Self> {
    /// The sum modulo 2^32.
    fn add(self, other: Self) -> Self;

    /// Rotated to the left.
    fn rotated<const BITS: i32>(self) -> Self;
}

impl<V: Lanes> Word for V {
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.add32(other)
    }

    #[inline(always)]
    fn rotated<const BITS: i32>(self) -> Self {
        self.rotate_left::<BITS>()
    }
}

impl Word for u32 {
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    #[inline(always)]
    fn rotated<const BITS: i32>(self) -> Self {
        self.rotate_left(BITS.cast_unsigned())
    }
}

#[inline(always)]
fn double_round<W: Word>(state: &mut [W; 16]) {
    let [
        a0,
        a1,
        a2,
        a3,
        b0,
        b1,
        b2,
        b3,
        c0,
        c1,
        c2,
        c3,
        d0,
        d1,
        d2,
        d3,
    ] = state;
    quarter_round(a0, b0, c0, d0);
    quarter_round(a1, b1, c1, d1);
    quarter_round(a2, b2, c2, d2);
    quarter_round(a3, b3, c3, d3);
    quarter_round(a0, b1, c2, d3);
    quarter_round(a1, b2, c3, d0);
    quarter_round(a2, b3, c0, d1);
    quarter_round(a3, b0, c1, d2);
}

#[inline(always)]
fn quarter_round<W: Word>(a: &mut W, b: &mut W, c: &mut W, d: &mut W) {
    *a = a.add(*b);
    *d = (*d ^ *a).rotated::<16>();
    *c = c.add(*d);
    *b = (*b ^ *c).rotated::<12>();
    *a = a.add(*b);
    *d = (*d ^ *a).rotated::<8>();
    *c = c.add(*d);
    *b = (*b ^ *c).rotated::<7>();
}
