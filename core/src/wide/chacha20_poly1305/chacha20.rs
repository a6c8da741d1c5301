//! ChaCha20 (RFC 8439 section 2.3): one block a lane, or one block alone.

use core::ops::BitXor;

use super::{BLOCK_LEN, BLOCKS_MAX};
use crate::wide::lanes::{Lanes, LanesKernel};

/// "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// Which word of the state counts the blocks.
const COUNTER: usize = 12;

/// 20 rounds, two by two.
const DOUBLE_ROUNDS: usize = 10;

/// Some blocks of key stream, which are overwritten when dropped.
pub(super) struct KeyStream<const BLOCKS: usize>(pub(super) [[u8; BLOCK_LEN]; BLOCKS]);

impl<const BLOCKS: usize> KeyStream<BLOCKS> {
    pub(super) const fn new() -> Self {
        Self([[0; BLOCK_LEN]; BLOCKS])
    }
}

impl<const BLOCKS: usize> Drop for KeyStream<BLOCKS> {
    fn drop(&mut self) {
        self.0 = [[0; BLOCK_LEN]; BLOCKS];
        zeroize::optimization_barrier(&self.0);
    }
}

/// What else is done while lanes work on blocks: each of their steps waits for the one before, and the
/// CPU has time for it. A step of it comes after each double round. As all that lanes are handed to,
/// it must be `#[inline(always)]`, which a closure can't be.
pub(super) trait Meanwhile<V: Lanes> {
    /// One step.
    fn step(&mut self, isa: V::Isa);
}

/// Nothing else.
impl<V: Lanes> Meanwhile<V> for () {
    #[inline(always)]
    fn step(&mut self, _: V::Isa) {}
}

/// What the blocks of one message have in common: the key and the nonce.
#[derive(Clone, Copy)]
pub(super) struct Message<'k> {
    pub(super) key: &'k [u32; 8],
    pub(super) nonce: [u32; 3],
}

impl Message<'_> {
    /// The state that block `counter` starts from.
    #[inline(always)]
    fn state(&self, counter: u32) -> [u32; 16] {
        let [c0, c1, c2, c3] = CONSTANTS;
        let [k0, k1, k2, k3, k4, k5, k6, k7] = *self.key;
        let [n0, n1, n2] = self.nonce;
        [
            c0, c1, c2, c3, k0, k1, k2, k3, k4, k5, k6, k7, counter, n0, n1, n2,
        ]
    }

    /// The blocks from `counter` on, as many as there are lanes, one behind the other.
    #[inline(always)]
    pub(super) fn blocks<V: Lanes>(
        &self,
        isa: V::Isa,
        counter: u32,
        meanwhile: &mut impl Meanwhile<V>,
    ) -> [V; 16] {
        let mut counters = V::ZERO;
        for (counter_of_lane, i) in counters.as_mut().iter_mut().zip(0..) {
            *counter_of_lane = counter.wrapping_add(i);
        }
        let counters = V::from_words(isa, &counters);
        let mut initial = [counters; 16];
        for (i, (lanes, word)) in initial.iter_mut().zip(self.state(counter)).enumerate() {
            if i != COUNTER {
                *lanes = V::splat(isa, word);
            }
        }
        let mut state = initial;
        for _ in 0..DOUBLE_ROUNDS {
            double_round(&mut state);
            meanwhile.step(isa);
        }
        for (word, initial) in state.iter_mut().zip(initial) {
            *word = word.add32(initial);
        }
        in_order(state)
    }

    /// Begin to make block `counter` alone.
    #[inline(always)]
    pub(super) fn begin(&self, counter: u32) -> Alone {
        let initial = self.state(counter);
        Alone {
            initial,
            state: initial,
        }
    }
}

/// A block that integers make, while lanes make others. It is overwritten when dropped.
pub(super) struct Alone {
    initial: [u32; 16],
    state: [u32; 16],
}

impl Drop for Alone {
    fn drop(&mut self) {
        (self.initial, self.state) = ([0; 16], [0; 16]);
        zeroize::optimization_barrier(self);
    }
}

impl<V: Lanes> Meanwhile<V> for Alone {
    #[inline(always)]
    fn step(&mut self, _: V::Isa) {
        double_round(&mut self.state);
    }
}

impl Alone {
    /// The block, after all steps.
    #[inline(always)]
    pub(super) fn finish(self) -> KeyStream<1> {
        let mut block = KeyStream::new();
        let words = self.state.into_iter().zip(self.initial);
        let (bytes, _) = block.0.as_flattened_mut().as_chunks_mut();
        for (to, (word, initial)) in bytes.iter_mut().zip(words) {
            *to = word.add(initial).to_le_bytes();
        }
        block
    }
}

/// Blocks as they are in memory, of blocks in lanes, word by word.
#[inline(always)]
fn in_order<V: Lanes>(words: [V; 16]) -> [V; 16] {
    let mut ordered = words;
    let (fours, _) = words.as_chunks::<4>();
    let [a, b, c, d] = fours else {
        return words;
    };
    // Four words of block 4 i + k are in part i of register k.
    let quarters = [
        V::transpose(*a),
        V::transpose(*b),
        V::transpose(*c),
        V::transpose(*d),
    ];
    let [a, b, c, d] = quarters;
    for (k, (((a, b), c), d)) in a.into_iter().zip(b).zip(c).zip(d).enumerate() {
        let per_block = BLOCK_LEN / size_of::<V>();
        for (i, joined) in V::join([a, b, c, d]).into_iter().enumerate() {
            let (quad, half) = (i / per_block, i % per_block);
            if let Some(to) = ordered.get_mut((4 * quad + k) * per_block + half) {
                *to = joined;
            }
        }
    }
    ordered
}

/// Put the blocks from 0 on, as many as there are lanes, into a key stream.
pub(super) struct FirstBlocks<'a> {
    pub(super) message: Message<'a>,
    pub(super) into: &'a mut KeyStream<BLOCKS_MAX>,
}

impl LanesKernel for FirstBlocks<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Lanes>(self, isa: V::Isa) {
        store(&mut self.into.0, self.message.blocks::<V>(isa, 0, &mut ()));
    }
}

/// Encrypt or decrypt `data`. Some of the key stream is here, from block 1 on.
pub(super) struct Apply<'a> {
    pub(super) message: Message<'a>,
    pub(super) key_stream: &'a [[u8; BLOCK_LEN]],
    pub(super) data: &'a mut [u8],
}

impl LanesKernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Lanes>(self, isa: V::Isa) {
        let lanes = V::ZERO.as_ref().len();
        let here = self.key_stream.as_flattened();
        let (head, tail) = self.data.split_at_mut(here.len().min(self.data.len()));
        xor_bytes::<V>(isa, head, here);
        let counters = (1..).skip(self.key_stream.len()).step_by(lanes);
        for (piece, counter) in tail.chunks_mut(BLOCK_LEN * lanes).zip(counters) {
            xor(isa, piece, self.message.blocks::<V>(isa, counter, &mut ()));
        }
    }
}

/// Exclusive-or `blocks` into a piece, which may be shorter.
#[inline(always)]
pub(super) fn xor<V: Lanes>(isa: V::Isa, piece: &mut [u8], blocks: [V; 16]) {
    if let Some(registers) = V::registers_mut(piece).first_chunk_mut::<16>() {
        for (bytes, block) in registers.iter_mut().zip(blocks) {
            *bytes = (V::from_bytes(isa, bytes) ^ block).to_bytes();
        }
    } else {
        let mut stream = KeyStream::<BLOCKS_MAX>::new();
        store(&mut stream.0, blocks);
        xor_bytes::<V>(isa, piece, stream.0.as_flattened());
    }
}

/// Exclusive-or `key` into `data`, as far as the shorter goes.
#[inline(always)]
fn xor_bytes<V: Lanes>(isa: V::Isa, data: &mut [u8], key: &[u8]) {
    let registers = V::registers_mut(data);
    let done = size_of_val(registers);
    for (bytes, key) in registers.iter_mut().zip(V::registers(key).0) {
        *bytes = (V::from_bytes(isa, bytes) ^ V::from_bytes(isa, key)).to_bytes();
    }
    let (data, key) = (data.get_mut(done..), key.get(done..));
    let (parts, rest) = data.unwrap_or_default().as_chunks_mut();
    let (keys, key) = key.unwrap_or_default().as_chunks();
    for (part, key) in parts.iter_mut().zip(keys) {
        *part = (u128::from_ne_bytes(*part) ^ u128::from_ne_bytes(*key)).to_ne_bytes();
    }
    let key = keys.get(parts.len()).map_or(key, <[u8; 16]>::as_slice);
    for (byte, key) in rest.iter_mut().zip(key) {
        *byte ^= *key;
    }
}

/// Write `blocks`, as far as there is room.
#[inline(always)]
pub(super) fn store<V: Lanes>(into: &mut [[u8; BLOCK_LEN]], blocks: [V; 16]) {
    let registers = V::registers_mut(into.as_flattened_mut());
    for (to, block) in registers.iter_mut().zip(blocks) {
        *to = block.to_bytes();
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
