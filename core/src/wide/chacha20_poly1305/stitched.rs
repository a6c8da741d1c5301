//! Long messages: while lanes make the key stream of one piece, they hash another. Either work alone
//! spends most of its time waiting for its own results.
//!
//! A piece is as long as the blocks that the lanes make at once.

use core::slice;

use super::chacha20::{KeyStream, Meanwhile, Message, store, xor};
use super::poly1305::Poly1305;
use super::side_by_side::{Sum, pairs};
use super::{BLOCK_LEN, begin};
use crate::wide::lanes::{Lanes, LanesKernel, LanesWidth};

/// Encrypt `data`, and absorb it behind the associated data: the lengths alone are left to absorb.
pub(super) struct Encrypt<'a> {
    pub(super) message: Message<'a>,
    pub(super) width: LanesWidth,
    pub(super) associated_data: &'a [u8],
    pub(super) data: &'a mut [u8],
}

impl LanesKernel for Encrypt<'_> {
    type Output = Poly1305;

    #[inline(always)]
    fn run<V: Lanes>(self, isa: V::Isa) -> Poly1305 {
        let lanes = V::ZERO.as_ref().len();
        let mut pieces = self.data.chunks_mut(BLOCK_LEN * lanes);

        // Beside the first piece, integers make the block that is Poly1305's key.
        let piece = pieces.next().unwrap_or_default();
        let mut key = self.message.begin(0);
        xor(isa, piece, self.message.blocks::<V>(isa, 1, &mut key));
        let KeyStream([key]) = &key.finish();
        let mut poly1305 = begin(key, self.width, self.associated_data);

        let (waiting, mut rest) = pairs::<V>(piece);
        if let [first, waiting @ ..] = waiting {
            let mut absorb = Absorb {
                sum: Sum::new(isa, poly1305.h, poly1305.r, first),
                waiting: waiting.iter(),
            };
            for (piece, counter) in pieces.zip((1..).step_by(lanes).skip(1)) {
                let blocks = self.message.blocks::<V>(isa, counter, &mut absorb);
                absorb.finish(isa);
                xor(isa, piece, blocks);
                let (waiting, behind) = pairs::<V>(piece);
                (absorb.waiting, rest) = (waiting.iter(), behind);
            }
            absorb.finish(isa);
            poly1305.h = absorb.sum.finish(isa);
        }
        poly1305.absorb(self.width, rest);
        poly1305
    }
}

/// Absorb ciphertext `data` behind the associated data, and make its key stream from block 1 on, as far
/// as there is room: nothing is decrypted before all has been hashed.
pub(super) struct HashAhead<'a> {
    pub(super) message: Message<'a>,
    pub(super) width: LanesWidth,
    pub(super) associated_data: &'a [u8],
    pub(super) data: &'a [u8],
    pub(super) into: &'a mut [[u8; BLOCK_LEN]],
}

impl LanesKernel for HashAhead<'_> {
    type Output = Poly1305;

    #[inline(always)]
    fn run<V: Lanes>(self, isa: V::Isa) -> Poly1305 {
        let lanes = V::ZERO.as_ref().len();
        let wanted = self.data.len().div_ceil(BLOCK_LEN);
        let (wanted, _) = self.into.split_at_mut(wanted.min(self.into.len()));
        let mut pieces = wanted.chunks_mut(lanes);

        let mut key = self.message.begin(0);
        let blocks = self.message.blocks::<V>(isa, 1, &mut key);
        store(pieces.next().unwrap_or_default(), blocks);
        let KeyStream([key]) = &key.finish();
        let mut poly1305 = begin(key, self.width, self.associated_data);

        let (waiting, rest) = pairs::<V>(self.data);
        if let [first, waiting @ ..] = waiting {
            let mut absorb = Absorb {
                sum: Sum::new(isa, poly1305.h, poly1305.r, first),
                waiting: waiting.iter(),
            };
            for (piece, counter) in pieces.zip((1..).step_by(lanes).skip(1)) {
                store(piece, self.message.blocks::<V>(isa, counter, &mut absorb));
            }
            absorb.finish(isa);
            poly1305.h = absorb.sum.finish(isa);
        }
        poly1305.absorb(self.width, rest);
        poly1305
    }
}

/// Absorb, step by step, what waits for it.
struct Absorb<'w, V: Lanes> {
    sum: Sum<V>,
    waiting: slice::Iter<'w, [V::Bytes; 2]>,
}

impl<V: Lanes> Meanwhile<V> for Absorb<'_, V> {
    #[inline(always)]
    fn step(&mut self, isa: V::Isa) {
        if let Some(pair) = self.waiting.next() {
            self.sum.absorb(isa, pair);
        }
    }
}

impl<V: Lanes> Absorb<'_, V> {
    /// All that still waits.
    #[inline(always)]
    fn finish(&mut self, isa: V::Isa) {
        for pair in &mut self.waiting {
            self.sum.absorb(isa, pair);
        }
    }
}
