//! Blocks to bits and back: a block's bit becomes one bit of a register, the same bit of another
//! block its neighbour.

use crate::wide::Vector;

/// One half of the cipher's state: register `k` has the bits of L or R that the initial permutation
/// takes from place `k`, see [`place`].
pub(super) type Half<V> = [V; 32];

/// Where bit `n` of L or R, from 0, the first of the standard, stands in a [`Half`]. The initial
/// permutation puts the even bits of the block, from the last byte to the first, into L, and the
/// odd ones into R (FIPS 46-3, figure 1); bits are counted from the lowest here.
pub(super) const fn place(n: usize) -> usize {
    31 - 4 * (n % 8) - n / 8
}

/// The bits of `blocks`, with zeros for what is missing of 32 pairs: L and R.
#[inline(always)]
pub(super) fn load<V: Vector>(isa: V::Isa, blocks: &[[u8; 8]]) -> (Half<V>, Half<V>) {
    let zero = V::splat(isa, 0);
    let (mut first, mut last) = ([zero; 32], [zero; 32]);
    let (pairs, rest) = V::chunks(blocks);
    let mut rows = first.iter_mut().zip(&mut last);
    for (pair, (first, last)) in pairs.iter().zip(&mut rows) {
        (*first, *last) = V::load_halves(isa, pair);
    }
    if let (false, Some((first, last))) = (rest.is_empty(), rows.next()) {
        let mut pair = V::ZERO_PAIR;
        for (to, from) in pair.as_mut().iter_mut().zip(rest) {
            *to = *from;
        }
        (*first, *last) = V::load_halves(isa, &pair);
    }
    transpose(isa, &mut first);
    transpose(isa, &mut last);
    let bits = || first.as_chunks::<2>().0.iter().chain(last.as_chunks().0);
    let (mut l, mut r) = ([zero; 32], [zero; 32]);
    for ((l, r), [even, odd]) in l.iter_mut().zip(&mut r).zip(bits()) {
        (*l, *r) = (*even, *odd);
    }
    (l, r)
}

/// The inverse of [`load`], as far as there are `blocks`.
#[inline(always)]
pub(super) fn store<V: Vector>(isa: V::Isa, l: &Half<V>, r: &Half<V>, blocks: &mut [[u8; 8]]) {
    let zero = V::splat(isa, 0);
    let (mut first, mut last) = ([zero; 32], [zero; 32]);
    let bits = first.as_chunks_mut::<2>().0.iter_mut();
    for ((l, r), [even, odd]) in l.iter().zip(r).zip(bits.chain(last.as_chunks_mut().0)) {
        (*even, *odd) = (*l, *r);
    }
    transpose(isa, &mut first);
    transpose(isa, &mut last);
    let (pairs, rest) = V::chunks_mut(blocks);
    let mut rows = first.iter().zip(&last);
    for (pair, (first, last)) in pairs.iter_mut().zip(&mut rows) {
        first.store_halves(*last, pair);
    }
    if let (false, Some((first, last))) = (rest.is_empty(), rows.next()) {
        let mut pair = V::ZERO_PAIR;
        first.store_halves(*last, &mut pair);
        for (to, from) in rest.iter_mut().zip(pair.as_ref()) {
            *to = *from;
        }
    }
}

/// Transpose the 32 x 32 bits in each lane: bit `i` of row `k` and bit `k` of row `i` change places
/// (Warren, Hacker's Delight, section 7-3). Rows stay in registers for three steps, and then for two:
/// stores are what takes time.
#[inline(always)]
fn transpose<V: Vector>(isa: V::Isa, rows: &mut [V; 32]) {
    for first in 0..4 {
        let mut eight = [V::splat(isa, 0); 8];
        for (to, from) in eight.iter_mut().zip(rows.iter().skip(first).step_by(4)) {
            *to = *from;
        }
        exchange::<V, 16>(V::splat(isa, 0x0000_ffff), &mut eight, 4);
        exchange::<V, 8>(V::splat(isa, 0x00ff_00ff), &mut eight, 2);
        exchange::<V, 4>(V::splat(isa, 0x0f0f_0f0f), &mut eight, 1);
        for (to, from) in rows.iter_mut().skip(first).step_by(4).zip(eight) {
            *to = from;
        }
    }
    for four in rows.as_chunks_mut::<4>().0 {
        let mut rows = *four;
        exchange::<V, 2>(V::splat(isa, 0x3333_3333), &mut rows, 2);
        exchange::<V, 1>(V::splat(isa, 0x5555_5555), &mut rows, 1);
        *four = rows;
    }
}

/// Exchange the upper part of each group of `2 BITS` bits with the lower part of the same group
/// `distance` rows on; `lower` marks the lower parts.
#[inline(always)]
fn exchange<V: Vector, const BITS: i32>(lower: V, rows: &mut [V], distance: usize) {
    for group in rows.chunks_exact_mut(2 * distance) {
        let (upper_rows, lower_rows) = group.split_at_mut(distance);
        for (a, b) in upper_rows.iter_mut().zip(lower_rows) {
            let difference = (a.shr::<BITS>() ^ *b) & lower;
            *b = *b ^ difference;
            *a = *a ^ difference.shl::<BITS>();
        }
    }
}
