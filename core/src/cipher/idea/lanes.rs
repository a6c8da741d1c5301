//! Many blocks at once: the same word of all of them in the lanes of one register.

use super::rounds::{Words, crypt};
use super::schedule::RoundKeys;
use crate::wide::{Kernel, Vector};

/// Encrypts `blocks`, each by itself, or decrypts them: that is a matter of the keys.
pub(super) struct ManyBlocks<'a> {
    pub(super) keys: &'a RoundKeys,
    pub(super) blocks: &'a mut [[u8; 8]],
}

impl Kernel for ManyBlocks<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, isa: V::Isa) {
        let turn_len = 2 * V::ZERO_PAIR.as_ref().len();
        for blocks in self.blocks.chunks_mut(turn_len) {
            let mut pairs = [V::ZERO_PAIR; 2];
            if let ([first, second], []) = V::chunks_mut(blocks) {
                let words = crypt(isa, self.keys, load::<V>(isa, [first, second]));
                store(isa, words, [first, second]);
            } else {
                // Not a whole turn: zeros for what is missing.
                for (to, from) in each_block::<V>(&mut pairs).zip(blocks.iter()) {
                    *to = *from;
                }
                let [first, second] = &mut pairs;
                let words = crypt(isa, self.keys, load::<V>(isa, [first, second]));
                store(isa, words, [first, second]);
                for (to, from) in blocks.iter_mut().zip(each_block::<V>(&mut pairs)) {
                    *to = *from;
                }
            }
        }
    }
}

fn each_block<V: Vector>(pairs: &mut [V::Pair; 2]) -> impl Iterator<Item = &mut [u8; 8]> {
    pairs.iter_mut().flat_map(AsMut::as_mut)
}

/// 16-bit lanes of a register.
#[derive(Clone, Copy)]
struct Lanes<V: Vector>(V, V::Isa);

impl<V: Vector> Words for Lanes<V> {
    type Isa = V::Isa;

    #[inline(always)]
    fn splat(isa: V::Isa, word: u16) -> Self {
        Self(V::splat(isa, u32::from(word) << 16 | u32::from(word)), isa)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(self.0 ^ other.0, self.1)
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0.add_u16(other.0), self.1)
    }

    /// As for one word: l - h, one more if that is negative, and 1 - a - b more if a factor is 0.
    #[inline(always)]
    fn multiply(self, other: Self) -> Self {
        let Self(one, isa) = Self::splat(self.1, 1);
        let (a, b) = (self.0, other.0);
        let (l, h) = (a.mul_low_u16(b), a.mul_high_u16(b));
        let if_zero = one.sub_u16(a.add_u16(b)) & a.min_u16(b).zero_mask_u16();
        let product = l.sub_u16(h).add_u16(if_zero).add_u16(l.borrow_u16(h));
        Self(product, isa)
    }
}

/// The four words of each block: big-endian, so the first half of a block has the first word's
/// bytes, swapped, in its lower 16 bits.
#[inline(always)]
fn load<V: Vector>(isa: V::Isa, [first, second]: [&V::Pair; 2]) -> [Lanes<V>; 4] {
    let ((ab, cd), (also_ab, also_cd)) = (V::load_halves(isa, first), V::load_halves(isa, second));
    let ([a, b], [c, d]) = (exchange(isa, ab, also_ab), exchange(isa, cd, also_cd));
    [
        Lanes(swap_bytes(isa, a), isa),
        Lanes(swap_bytes(isa, b), isa),
        Lanes(swap_bytes(isa, c), isa),
        Lanes(swap_bytes(isa, d), isa),
    ]
}

/// The inverse of [`load`].
#[inline(always)]
fn store<V: Vector>(isa: V::Isa, words: [Lanes<V>; 4], [first, second]: [&mut V::Pair; 2]) {
    let [Lanes(a, _), Lanes(b, _), Lanes(c, _), Lanes(d, _)] = words;
    let [ab, also_ab] = exchange(isa, swap_bytes(isa, a), swap_bytes(isa, b));
    let [cd, also_cd] = exchange(isa, swap_bytes(isa, c), swap_bytes(isa, d));
    ab.store_halves(cd, first);
    also_ab.store_halves(also_cd, second);
}

/// The lower 16 bits of each lane of 32 in `x` and in `y`, side by side, and the upper ones. Its own
/// inverse.
#[inline(always)]
fn exchange<V: Vector>(isa: V::Isa, x: V, y: V) -> [V; 2] {
    let low = V::splat(isa, 0x0000_ffff);
    [
        x & low | (y & low).shl::<16>(),
        x.shr::<16>() & low | y.and_not(low),
    ]
}

#[inline(always)]
fn swap_bytes<V: Vector>(isa: V::Isa, words: V) -> V {
    let low = V::splat(isa, 0x00ff_00ff);
    (words & low).shl::<8>() | words.shr::<8>() & low
}
