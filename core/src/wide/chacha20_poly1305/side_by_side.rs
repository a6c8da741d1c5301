//! Poly1305 of many blocks side by side: lane i takes every Lth block, L being the number of lanes,
//! and multiplies by r^L; in the end, by the power that it is behind.
//!
//! Numbers have five limbs of 26 bits (Bernstein and Schwabe, "NEON crypto", 2012), each in a lane
//! of 64.

use super::poly1305::Number;
use crate::wide::lanes::{Lanes, LanesKernel};

const MASK: u32 = (1 << 26) - 1;

/// 64-bit lanes of the widest registers.
const LANES_MAX: usize = 8;

/// Absorb as many of `bytes` as fill all lanes.
pub(super) struct Absorb<'b> {
    pub(super) h: Number,
    pub(super) r: [u64; 2],
    pub(super) bytes: &'b [u8],
}

impl<'b> LanesKernel for Absorb<'b> {
    type Output = (Number, &'b [u8]);

    #[inline(always)]
    fn run<V: Lanes>(self, isa: V::Isa) -> Self::Output {
        let (pairs, rest) = pairs::<V>(self.bytes);
        let [first, others @ ..] = pairs else {
            return (self.h, self.bytes);
        };
        let mut sum = Sum::<V>::new(isa, self.h, self.r, first);
        for pair in others {
            sum.absorb(isa, pair);
        }
        (sum.finish(isa), rest)
    }
}

/// As many whole pairs of registers as there are in `bytes`, and the rest.
#[inline(always)]
pub(super) fn pairs<V: Lanes>(bytes: &[u8]) -> (&[[V::Bytes; 2]], &[u8]) {
    let (registers, _) = V::registers(bytes);
    let (pairs, _) = registers.as_chunks::<2>();
    let rest = bytes.get(size_of_val(pairs)..).unwrap_or_default();
    (pairs, rest)
}

/// What has been absorbed, in lanes: at least a pair of registers.
pub(super) struct Sum<V> {
    lanes: [V; 5],
    powers: Powers<V>,
}

impl<V: Lanes> Sum<V> {
    /// `h` goes on with the blocks of `first`.
    #[inline(always)]
    pub(super) fn new(isa: V::Isa, h: Number, r: [u64; 2], first: &[V::Bytes; 2]) -> Self {
        let mut lanes = limbs_of_blocks::<V>(isa, first);
        let h = numbers_to_limbs::<V>(isa, &[h]);
        for (limb, h) in lanes.iter_mut().zip(h) {
            *limb = limb.add64(h);
        }
        let powers = Powers::new(isa, r);
        Self { lanes, powers }
    }

    #[inline(always)]
    pub(super) fn absorb(&mut self, isa: V::Isa, pair: &[V::Bytes; 2]) {
        let Powers {
            highest,
            highest_times_5,
            ..
        } = self.powers;
        self.lanes = multiply(isa, self.lanes, highest, highest_times_5);
        for (limb, m) in self.lanes.iter_mut().zip(limbs_of_blocks::<V>(isa, pair)) {
            *limb = limb.add64(m);
        }
    }

    #[inline(always)]
    pub(super) fn finish(self, isa: V::Isa) -> Number {
        let last = self.powers.last;
        add_lanes(multiply(isa, self.lanes, last, times_5(last)))
    }
}

/// Powers of r: for the way, the highest in every lane; at the end, for each lane its own.
struct Powers<V> {
    highest: [V; 5],
    highest_times_5: [V; 5],
    last: [V; 5],
}

impl<V: Lanes> Powers<V> {
    #[inline(always)]
    fn new(isa: V::Isa, r: [u64; 2]) -> Self {
        let lanes = V::ZERO.as_ref().len() / 2;
        let mut power = Number { low: 1, high: 0 };
        let mut powers = [power; LANES_MAX];
        // Block k of a register pair is multiplied by r^(lanes - k); it is in lane 2 k in the first
        // half, and in the lanes between in the second.
        for k in (0..lanes).rev() {
            power = power.times(r);
            let lane = 2 * (k % (lanes / 2)) + k / (lanes / 2);
            if let Some(slot) = powers.get_mut(lane) {
                *slot = power;
            }
        }
        let [l0, l1, l2, l3, l4] = limbs(power);
        let splat = |limb| V::splat(isa, limb);
        let highest = [splat(l0), splat(l1), splat(l2), splat(l3), splat(l4)];
        Self {
            highest,
            highest_times_5: times_5(highest),
            last: numbers_to_limbs(isa, &powers),
        }
    }
}

/// Number i in lane i, and zeros.
#[inline(always)]
fn numbers_to_limbs<V: Lanes>(isa: V::Isa, numbers: &[Number]) -> [V; 5] {
    let mut words = [V::ZERO; 5];
    for (lane, number) in numbers.iter().enumerate() {
        for (words, limb) in words.iter_mut().zip(limbs(*number)) {
            if let Some(word) = words.as_mut().get_mut(2 * lane) {
                *word = limb;
            }
        }
    }
    let [l0, l1, l2, l3, l4] = words;
    let load = |words| V::from_words(isa, &words);
    [load(l0), load(l1), load(l2), load(l3), load(l4)]
}

#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "26 bits of it are meant")]
fn limbs(number: Number) -> [u32; 5] {
    let limb = |shift: u32| (number.low >> shift) as u32 & MASK;
    let highest = (number.low >> 104) as u32 | (number.high as u32) << 24;
    [limb(0), limb(26), limb(52), limb(78), highest]
}

/// The blocks of two registers, each with its final bit; block k of the first in lane 2 k, block k
/// of the second behind it.
#[inline(always)]
fn limbs_of_blocks<V: Lanes>(isa: V::Isa, [a, b]: &[V::Bytes; 2]) -> [V; 5] {
    let (a, b) = (V::from_bytes(isa, a), V::from_bytes(isa, b));
    let (low, high) = (a.unpack_low64(b), a.unpack_high64(b));
    let mask = lane_mask(isa);
    let final_bit = V::splat(isa, 1).shl64::<56>().shr64::<32>();
    [
        low & mask,
        low.shr64::<26>() & mask,
        (low.shr64::<52>() | high.shl64::<12>()) & mask,
        high.shr64::<14>() & mask,
        high.shr64::<40>() | final_bit,
    ]
}

/// 26 bits in each lane of 64.
#[inline(always)]
fn lane_mask<V: Lanes>(isa: V::Isa) -> V {
    V::splat(isa, MASK).shl64::<32>().shr64::<32>()
}

#[inline(always)]
fn times_5<V: Lanes>(mut limbs: [V; 5]) -> [V; 5] {
    for limb in &mut limbs {
        *limb = limb.add64(limb.shl64::<2>());
    }
    limbs
}

/// `a b`, reduced so far that limbs have little more than 26 bits. Below 5 * 2^28 * 2^29 all along.
#[inline(always)]
fn multiply<V: Lanes>(isa: V::Isa, a: [V; 5], b: [V; 5], b_times_5: [V; 5]) -> [V; 5] {
    let [a0, a1, a2, a3, a4] = a;
    let [b0, b1, b2, b3, b4] = b;
    let [_, f1, f2, f3, f4] = b_times_5;
    let dot = |b: [V; 5]| {
        let [p0, p1, p2, p3, p4] = b;
        let (x, y) = (
            a0.mul32(p0).add64(a1.mul32(p1)),
            a2.mul32(p2).add64(a3.mul32(p3)),
        );
        x.add64(y).add64(a4.mul32(p4))
    };
    let [d0, d1, d2, d3, d4] = [
        dot([b0, f4, f3, f2, f1]),
        dot([b1, b0, f4, f3, f2]),
        dot([b2, b1, b0, f4, f3]),
        dot([b3, b2, b1, b0, f4]),
        dot([b4, b3, b2, b1, b0]),
    ];
    let mask = lane_mask(isa);
    let carry = |from: V, to: V| (from & mask, to.add64(from.shr64::<26>()));
    // Two chains at a time; what leaves the highest limb comes back five times.
    let ((d0, d1), (d3, d4)) = (carry(d0, d1), carry(d3, d4));
    let (d1, d2) = carry(d1, d2);
    let over = d4.shr64::<26>();
    let (d4, d0) = (d4 & mask, d0.add64(over).add64(over.shl64::<2>()));
    let ((d2, d3), (d0, d1)) = (carry(d2, d3), carry(d0, d1));
    let (d3, d4) = carry(d3, d4);
    [d0, d1, d2, d3, d4]
}

/// The sum of all lanes.
#[inline(always)]
fn add_lanes<V: Lanes>(limbs: [V; 5]) -> Number {
    let [l0, l1, l2, l3, l4] = limbs.map(|limb| {
        let words = limb.to_words();
        let (lanes, _) = words.as_ref().as_chunks();
        let lane = |[low, high]: &[u32; 2]| u128::from(*low) | u128::from(*high) << 32;
        lanes.iter().map(lane).sum::<u128>()
    });
    let lower = l0 + (l1 << 26) + (l2 << 52);
    let upper = l3 + (l4 << 26);
    let (low, carry) = lower.overflowing_add(upper << 78);
    #[allow(clippy::cast_possible_truncation, reason = "below 2^10")]
    Number::new(low, (upper >> 50) as u64 + u64::from(carry))
}
