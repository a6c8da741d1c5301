//! The rounds, over any words of 16 bits.

use super::schedule::{RoundKeys, Transformation};

/// One word of 16 bits, or many side by side. Nothing here takes time that depends on a value.
pub(super) trait Words: Copy {
    /// Proof that the CPU has the instructions.
    type Isa: Copy;

    /// `word` in each place.
    fn splat(isa: Self::Isa, word: u16) -> Self;

    /// Exclusive or.
    fn xor(self, other: Self) -> Self;

    /// The sum modulo 2^16.
    fn add(self, other: Self) -> Self;

    /// The product modulo 2^16 + 1, where 0 stands for 2^16.
    fn multiply(self, other: Self) -> Self;
}

impl Words for u16 {
    type Isa = ();

    #[inline(always)]
    fn splat((): (), word: u16) -> Self {
        word
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    /// With the product as 2^16 h + l, and 2^16 = -1, it is l - h, or one more if that is negative.
    /// If a factor is 0, which stands for -1, then h = l = 0, and the result 1 - a - b.
    #[inline(always)]
    fn multiply(self, other: Self) -> Self {
        let product = u32::from(self) * u32::from(other);
        let [l0, l1, h0, h1] = product.to_le_bytes();
        let (l, h) = (u16::from_le_bytes([l0, l1]), u16::from_le_bytes([h0, h1]));
        let borrow = (u32::from(l).wrapping_sub(u32::from(h)) >> 31).to_le_bytes();
        let [zero, ..] = (product.wrapping_sub(1) >> 31 & !product >> 31).to_le_bytes();
        let if_zero = 1_u16.wrapping_sub(self).wrapping_sub(other) & u16::from(zero).wrapping_neg();
        l.wrapping_sub(h)
            .wrapping_add(u16::from(borrow[0]))
            .wrapping_add(if_zero)
    }
}

/// All rounds, on the four words of a block each.
#[inline(always)]
pub(super) fn crypt<W: Words>(isa: W::Isa, keys: &RoundKeys, mut words: [W; 4]) -> [W; 4] {
    for round in &keys.rounds {
        let [a, b, c, d] = transform(isa, &round.transformation, words);
        let [e, f] = round.multiply_add;
        let (e, f) = (W::splat(isa, e), W::splat(isa, f));
        let product = a.xor(c).multiply(e);
        let first = product.add(b.xor(d)).multiply(f);
        let second = product.add(first);
        words = [a.xor(first), c.xor(first), b.xor(second), d.xor(second)];
    }
    // The last round's middle words do not change places.
    let [a, b, c, d] = words;
    transform(isa, &keys.output, [a, c, b, d])
}

#[inline(always)]
fn transform<W: Words>(isa: W::Isa, keys: &Transformation, [a, b, c, d]: [W; 4]) -> [W; 4] {
    let [k1, k2, k3, k4] = *keys;
    [
        a.multiply(W::splat(isa, k1)),
        b.add(W::splat(isa, k2)),
        c.add(W::splat(isa, k3)),
        d.multiply(W::splat(isa, k4)),
    ]
}

/// All rounds on one block.
pub(super) fn one_block(keys: &RoundKeys, block: &mut [u8; 8]) {
    let [a, b, c, d, e, f, g, h] = *block;
    let words = [[a, b], [c, d], [e, f], [g, h]].map(u16::from_be_bytes);
    let [[a, b], [c, d], [e, f], [g, h]] = crypt((), keys, words).map(u16::to_be_bytes);
    *block = [a, b, c, d, e, f, g, h];
}
