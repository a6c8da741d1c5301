//! One block after the other: the sixteen bytes of a block are substituted at once, by look-ups in
//! tables of sixteen bytes (Hamburg, "Accelerating AES with Vector Permute Instructions", 2009).
//! Such a look-up is one instruction, `swizzle`, whose time depends on nothing: no memory is
//! indexed by secrets.

use core::arch::wasm32::{
    i8x16_splat, i8x16_swizzle, u16x8_shr, u32x4_extract_lane, u32x4_splat, v128, v128_and,
    v128_xor,
};
use core::hint::black_box;

use super::tables::{CONSTANT, TABLES};
use super::{Words, from_bytes, from_words, to_bytes};

/// The tables in registers.
pub(super) struct Vectors {
    in_low: v128,
    in_high: v128,
    inverse: v128,
    a_over: v128,
    byte: [v128; 2],
    once: [v128; 2],
    twice: [v128; 2],
    nibble: v128,
    rows: [v128; 4],
}

/// Encrypt each block. `split` are the keys that [`Vectors::split_key`] made of `plain`.
pub(super) fn encrypt<const KEYS: usize>(
    plain: &[Words; KEYS],
    split: &[Words; KEYS],
    blocks: &mut [[u8; 16]],
) {
    let by = Vectors::load();
    for block in blocks {
        *block = to_bytes(by.encrypt(plain, split, from_bytes(block)));
    }
}

/// The same, each block after adding the one before it, encrypted.
pub(super) fn encrypt_chained<const KEYS: usize>(
    plain: &[Words; KEYS],
    split: &[Words; KEYS],
    previous: &mut [u8; 16],
    blocks: &mut [[u8; 16]],
) {
    let by = Vectors::load();
    let mut state = from_bytes(previous);
    for block in blocks {
        state = by.encrypt(plain, split, v128_xor(state, from_bytes(block)));
        *block = to_bytes(state);
    }
    *previous = to_bytes(state);
}

impl Vectors {
    pub(super) fn load() -> Self {
        // Seen through, each table would be built anew from constants wherever it is used.
        let tables = black_box(&TABLES);
        Self {
            in_low: from_bytes(&tables.in_low),
            in_high: from_bytes(&tables.in_high),
            inverse: from_bytes(&tables.inverse),
            a_over: from_bytes(&tables.a_over),
            byte: tables.byte.each_ref().map(from_bytes),
            once: tables.once.each_ref().map(from_bytes),
            twice: tables.twice.each_ref().map(from_bytes),
            nibble: from_bytes(&tables.nibble),
            rows: tables.rows.each_ref().map(from_bytes),
        }
    }

    /// Encrypt one block.
    fn encrypt<const KEYS: usize>(
        &self,
        plain: &[Words; KEYS],
        split: &[Words; KEYS],
        block: v128,
    ) -> v128 {
        let ([first, .., last], [_, middle @ .., _]) = (&plain[..], &split[..]) else {
            return block;
        };
        let mut state = self.split(v128_xor(block, from_words(first)));
        for key in middle {
            state = self.round(state, from_words(key));
        }
        let [own, ..] = self.rows;
        let substituted = Self::together(self.invert(state), self.byte);
        let constant = i8x16_splat(CONSTANT.cast_signed());
        let last = v128_xor(from_words(last), constant);
        v128_xor(i8x16_swizzle(substituted, own), last)
    }

    /// The S-box, on each byte of a word.
    pub(super) fn substitute_word(&self, word: u32) -> u32 {
        let parts = self.invert(self.split(u32x4_splat(word)));
        u32x4_extract_lane::<0>(Self::together(parts, self.byte))
            ^ (u32::from(CONSTANT) * 0x0101_0101)
    }

    /// The key of a round as it is added to a split state, with the constant that the tables
    /// leave out.
    pub(super) fn split_key(&self, key: &Words) -> Words {
        let constant = i8x16_splat(CONSTANT.cast_signed());
        let split = to_bytes(self.split(v128_xor(from_words(key), constant)));
        let mut words = [0; 4];
        let (bytes, _) = split.as_chunks();
        for (word, bytes) in words.iter_mut().zip(bytes) {
            *word = u32::from_le_bytes(*bytes);
        }
        words
    }

    /// A round: a column a, b, c, d begins with 2a + 3b + c + d (section 5.1.3).
    fn round(&self, state: v128, key: v128) -> v128 {
        let parts = self.invert(state);
        let once = Self::together(parts, self.once);
        let twice = Self::together(parts, self.twice);
        let [own, next, second, third] = self.rows;
        let far = v128_xor(i8x16_swizzle(once, second), i8x16_swizzle(once, third));
        let early = v128_xor(v128_xor(i8x16_swizzle(twice, own), key), far);
        // What takes longest is added last: the blocks of CBC wait for each other.
        v128_xor(early, i8x16_swizzle(v128_xor(once, twice), next))
    }

    /// i and k of each byte.
    fn split(&self, bytes: v128) -> v128 {
        let (low, high) = self.nibbles(bytes);
        v128_xor(
            i8x16_swizzle(self.in_low, low),
            i8x16_swizzle(self.in_high, high),
        )
    }

    /// io and jo of each byte.
    fn invert(&self, split: v128) -> [v128; 2] {
        let (k, i) = self.nibbles(split);
        let j = v128_xor(i, k);
        let inverse = |x| i8x16_swizzle(self.inverse, x);
        let a_over_k = i8x16_swizzle(self.a_over, k);
        [
            v128_xor(inverse(v128_xor(inverse(i), a_over_k)), j),
            v128_xor(inverse(v128_xor(inverse(j), a_over_k)), i),
        ]
    }

    /// The sum of what the two tables have for io and jo.
    fn together([io, jo]: [v128; 2], [of_io, of_jo]: [v128; 2]) -> v128 {
        v128_xor(i8x16_swizzle(of_io, io), i8x16_swizzle(of_jo, jo))
    }

    /// The lower and the upper half of each byte.
    fn nibbles(&self, bytes: v128) -> (v128, v128) {
        let high = u16x8_shr(bytes, 4);
        (v128_and(bytes, self.nibble), v128_and(high, self.nibble))
    }
}
