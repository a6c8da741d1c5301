//! Poly1305 (RFC 8439 section 2.5), a block at a time; long messages side by side.

use zeroize::Zeroize;

use super::side_by_side::Absorb;
use crate::wide::lanes::LanesWidth;

/// From so many bytes on, the powers of r that lanes need are worth their computation.
pub(super) const SIDE_BY_SIDE_FROM: usize = 384;

/// A number below 2^131: what the sum is modulo 2^130 - 5, not quite reduced.
#[derive(Clone, Copy)]
pub(super) struct Number {
    pub(super) low: u128,
    /// The bits from 128 on.
    pub(super) high: u64,
}

impl Number {
    /// `low + 2^128 high`, reduced: 2^130 is 5.
    pub(super) fn new(low: u128, high: u64) -> Self {
        let (low, carry) = low.overflowing_add(u128::from(high >> 2) * 5);
        Self {
            low,
            high: (high & 3) + u64::from(carry),
        }
    }

    /// Add a whole block.
    #[inline]
    fn add_block(&mut self, block: u128) {
        let (low, carry) = self.low.overflowing_add(block);
        self.low = low;
        self.high += 1 + u64::from(carry);
    }

    /// Multiply by `r`, whose clamping keeps the sums below 2^128, and divisible by four where a
    /// product goes beyond 2^130.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "halves are meant")]
    pub(super) fn times(self, r: [u64; 2]) -> Self {
        let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
        let ([r0, r1], [h0, h1]) = (r, [self.low as u64, (self.low >> 64) as u64]);
        let r1_folded = r1 + (r1 >> 2);
        let d0 = product(h0, r0) + product(h1, r1_folded);
        let d1 = product(h0, r1) + product(h1, r0) + product(self.high, r1_folded) + (d0 >> 64);
        let d2 = self.high * r0 + (d1 >> 64) as u64;
        Self::new((d1 << 64) | u128::from(d0 as u64), d2)
    }

    /// The number itself, modulo 2^128.
    fn reduced(self) -> u128 {
        let (less_p, carry) = self.low.overflowing_add(5);
        let is_over = u128::from((self.high + u64::from(carry)) >> 2);
        let mask = is_over.wrapping_neg();
        (self.low & !mask) | (less_p & mask)
    }
}

/// The state of a message.
pub(super) struct Poly1305 {
    pub(super) h: Number,
    pub(super) r: [u64; 2],
    s: u128,
}

impl Poly1305 {
    /// Begin a message under a key that serves no other: r, which is clamped here, and s.
    #[allow(clippy::cast_possible_truncation, reason = "halves are meant")]
    pub(super) fn new(r: u128, s: u128) -> Self {
        let r = r & 0x0fff_fffc_0fff_fffc_0fff_fffc_0fff_ffff;
        Self {
            h: Number { low: 0, high: 0 },
            r: [r as u64, (r >> 64) as u64],
            s,
        }
    }

    /// Absorb `bytes`, and zeros to the end of the last block.
    #[inline]
    pub(super) fn absorb(&mut self, width: LanesWidth, mut bytes: &[u8]) {
        if bytes.len() >= SIDE_BY_SIDE_FROM {
            (self.h, bytes) = width.run(Absorb {
                h: self.h,
                r: self.r,
                bytes,
            });
        }
        let (blocks, rest) = bytes.as_chunks();
        for block in blocks {
            self.absorb_block(u128::from_le_bytes(*block));
        }
        if !rest.is_empty() {
            let mut block = [0; 16];
            for (to, from) in block.iter_mut().zip(rest) {
                *to = *from;
            }
            self.absorb_block(u128::from_le_bytes(block));
        }
    }

    #[inline]
    pub(super) fn absorb_block(&mut self, block: u128) {
        self.h.add_block(block);
        self.h = self.h.times(self.r);
    }

    /// The tag.
    #[inline]
    pub(super) fn finish(self) -> u128 {
        self.h.reduced().wrapping_add(self.s)
    }
}

impl Drop for Poly1305 {
    fn drop(&mut self) {
        self.h.low.zeroize();
        self.r.zeroize();
        self.s.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(width: LanesWidth, r: u128, s: u128, message: &[u8]) -> u128 {
        let mut poly1305 = Poly1305::new(r, s);
        poly1305.absorb(width, message);
        poly1305.finish()
    }

    /// RFC 8439 appendix A.3, 7 to 9: sums around the prime.
    #[test]
    fn carries_as_the_rfc_says() {
        for width in LanesWidth::all() {
            assert_eq!(tag(width, 2, 0, &[0xff; 16]), 3);
            assert_eq!(tag(width, 2, u128::MAX, &2_u128.to_le_bytes()), 3);
            let message = (u128::MAX - 2).to_le_bytes();
            assert_eq!(tag(width, 2, 0, &message), u128::MAX - 5);
        }
    }

    /// Side by side or not, with the largest and smallest limbs there are.
    #[test]
    fn lanes_do_not_show() {
        for width in LanesWidth::all() {
            for r in [0, 1, 4 << 64, u128::MAX] {
                for byte in [0, 0xfb, 0xff] {
                    let message = [byte; 2048];
                    let mut one_by_one = Poly1305::new(r, 0);
                    let (blocks, _) = message.as_chunks();
                    for block in blocks {
                        one_by_one.absorb_block(u128::from_le_bytes(*block));
                    }
                    assert_eq!(tag(width, r, 0, &message), one_by_one.finish());
                }
            }
        }
    }
}
