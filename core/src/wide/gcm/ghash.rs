//! GHASH (SP 800-38D section 6.4) by carry-less multiplication, four blocks a register.
//!
//! All is in the order of bits and bytes of POLYVAL (RFC 8452 appendix A), where a product needs no
//! shift: H is taken times x, and each block the other way round.

use core::arch::x86_64::*;

use super::block::to_bytes;
use crate::wide::registers::{load, load_part};

/// Bytes in the 32 blocks that the main loop takes at once.
pub(super) const GROUP_LEN: usize = 512;

/// So many blocks may be multiplied before one reduction: a group, or what is left of one with the
/// block of lengths and a little associated data.
const POWERS: usize = 34;

/// H^34 to H^1.
pub(super) type Powers = [[u8; 16]; POWERS];

/// The powers of the `h` of SP 800-38D.
#[target_feature(enable = "avx512f,avx512bw,pclmulqdq,vpclmulqdq")]
pub(super) fn powers_of(h: __m128i) -> Powers {
    let mut powers = [[0; 16]; POWERS];
    let h = multiplied_by_x(_mm_shuffle_epi8(h, byte_order()));
    let mut power = h;
    for bytes in powers.iter_mut().rev() {
        *bytes = to_bytes(power);
        let mut product = Product::zero();
        product.add(_mm512_zextsi128_si512(power), _mm512_zextsi128_si512(h));
        power = product.reduce();
    }
    powers
}

#[inline]
#[target_feature(enable = "sse2")]
fn multiplied_by_x(h: __m128i) -> __m128i {
    let carries = _mm_srli_epi64::<63>(h);
    let doubled = _mm_or_si128(_mm_slli_epi64::<1>(h), _mm_slli_si128::<8>(carries));
    // x^128 is x^127 + x^126 + x^121 + 1.
    let overflow = _mm_sub_epi64(_mm_setzero_si128(), _mm_srli_si128::<8>(carries));
    let overflow = _mm_unpacklo_epi64(overflow, overflow);
    let rest = _mm_set_epi64x(POLYNOMIAL, 1);
    _mm_xor_si128(doubled, _mm_and_si128(overflow, rest))
}

/// The upper half of x^127 + x^126 + x^121 + 1.
const POLYNOMIAL: i64 = 0xc200_0000_0000_0000_u64.cast_signed();

#[inline]
#[target_feature(enable = "sse2")]
fn byte_order() -> __m128i {
    _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
}

/// Each block the other way round.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn reversed(blocks: __m512i) -> __m512i {
    _mm512_shuffle_epi8(blocks, _mm512_broadcast_i32x4(byte_order()))
}

/// A sum of products of 256 bits, not reduced, in each lane.
pub(super) struct Product {
    low: __m512i,
    middle: __m512i,
    high: __m512i,
}

impl Product {
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub(super) fn zero() -> Self {
        let zero = _mm512_setzero_si512();
        Self {
            low: zero,
            middle: zero,
            high: zero,
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,vpclmulqdq")]
    fn add(&mut self, a: __m512i, b: __m512i) {
        self.low = _mm512_xor_si512(self.low, _mm512_clmulepi64_epi128::<0x00>(a, b));
        self.high = _mm512_xor_si512(self.high, _mm512_clmulepi64_epi128::<0x11>(a, b));
        let crosswise = [
            _mm512_clmulepi64_epi128::<0x01>(a, b),
            _mm512_clmulepi64_epi128::<0x10>(a, b),
        ];
        for half in crosswise {
            self.middle = _mm512_xor_si512(self.middle, half);
        }
    }

    /// The sum of the lanes modulo the polynomial: Montgomery's reduction by 64 bits, twice (Gueron
    /// and Kounavis, "Intel carry-less multiplication instruction and its usage for computing the
    /// GCM mode", 2014, in the order of bits of RFC 8452).
    #[inline]
    #[target_feature(enable = "avx512f,pclmulqdq")]
    pub(super) fn reduce(self) -> __m128i {
        let polynomial = _mm_set_epi64x(0, POLYNOMIAL);
        let by_64_bits = |x, above| {
            let swapped = _mm_shuffle_epi32::<0x4e>(x);
            let multiple = _mm_clmulepi64_si128::<0x00>(x, polynomial);
            _mm_xor_si128(_mm_xor_si128(above, swapped), multiple)
        };
        let middle = by_64_bits(lanes_added(self.low), lanes_added(self.middle));
        by_64_bits(middle, lanes_added(self.high))
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn lanes_added(x: __m512i) -> __m128i {
    let x = _mm256_xor_si256(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64::<1>(x));
    _mm_xor_si128(_mm256_castsi256_si128(x), _mm256_extracti128_si256::<1>(x))
}

/// The hash of `bytes`, the last block filled with zeros. Apart from the others, so that those keep
/// their state in registers.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,pclmulqdq,vpclmulqdq")]
fn hash(powers: &Powers, bytes: &[u8]) -> __m128i {
    let mut ghash = Ghash::empty(powers);
    let (groups, rest) = bytes.as_chunks();
    for group in groups {
        ghash.absorb_group(group);
    }
    if !rest.is_empty() {
        ghash.absorb_before(rest, 0);
        ghash.reduce();
    }
    ghash.y
}

/// The hash of a message so far: `y`, into which `pending` has still to be reduced.
pub(super) struct Ghash<'k> {
    powers: &'k Powers,
    y: __m128i,
    pending: Product,
    /// How many blocks go into `pending` from here on.
    ahead: usize,
}

impl<'k> Ghash<'k> {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn empty(powers: &'k Powers) -> Self {
        Self {
            powers,
            y: _mm_setzero_si128(),
            pending: Product::zero(),
            ahead: 0,
        }
    }

    /// Begin with the associated data, when `data_len` bytes of data are to follow.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,pclmulqdq,vpclmulqdq")]
    pub(super) fn new(powers: &'k Powers, associated_data: &[u8], data_len: usize) -> Self {
        let mut ghash = Self::empty(powers);
        let behind = data_len.div_ceil(16) + 1;
        let blocks = associated_data.len().div_ceil(16);
        if data_len < GROUP_LEN && blocks + behind <= POWERS {
            // The whole message is one product.
            ghash.absorb_before(associated_data, behind);
        } else {
            ghash.y = hash(powers, associated_data);
        }
        ghash
    }

    /// One step of eight, from 0, of multiplying a group; then [`reduce`](Self::reduce).
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
    pub(super) fn absorb_step(&mut self, group: &[u8; GROUP_LEN], step: usize) {
        // From the last register to the first, because that one waits for `y`.
        let (registers, _) = group.as_chunks();
        let Some(register) = registers.iter().rev().nth(step) else {
            return;
        };
        let mut x = reversed(load(register));
        if step == 7 {
            x = _mm512_xor_si512(x, _mm512_zextsi128_si512(self.y));
        }
        self.pending.add(x, self.powers_from(4 * step + 4));
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,pclmulqdq,vpclmulqdq")]
    pub(super) fn absorb_group(&mut self, group: &[u8; GROUP_LEN]) {
        for step in 0..8 {
            self.absorb_step(group, step);
        }
        self.reduce();
    }

    #[inline]
    #[target_feature(enable = "avx512f,pclmulqdq")]
    pub(super) fn reduce(&mut self) {
        self.y = core::mem::replace(&mut self.pending, Product::zero()).reduce();
    }

    /// Get ready for the last `len` bytes of data, less than a group.
    #[inline]
    pub(super) fn expect_last(&mut self, len: usize) {
        self.ahead = len.div_ceil(16) + 1;
    }

    /// The next four blocks, or the last of them and zeros.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
    pub(super) fn absorb(&mut self, blocks: __m512i) {
        let x = _mm512_xor_si512(reversed(blocks), _mm512_zextsi128_si512(self.y));
        self.y = _mm_setzero_si128();
        self.pending.add(x, self.powers_from(self.ahead));
        self.ahead = self.ahead.saturating_sub(4);
    }

    /// The hash, when all of the last data have been absorbed.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,pclmulqdq,vpclmulqdq")]
    pub(super) fn finish(mut self, bits: [u64; 2]) -> __m128i {
        let [associated_data_bits, data_bits] = bits.map(u64::cast_signed);
        let lengths = _mm_set_epi64x(associated_data_bits, data_bits);
        let lengths = _mm512_zextsi128_si512(_mm_xor_si128(lengths, self.y));
        self.pending.add(lengths, self.powers_from(1));
        _mm_shuffle_epi8(self.pending.reduce(), byte_order())
    }

    /// Absorb less than a group, the last block filled with zeros, in one product with the `behind`
    /// blocks that are to follow.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
    fn absorb_before(&mut self, bytes: &[u8], behind: usize) {
        self.ahead = bytes.len().div_ceil(16) + behind;
        for part in bytes.chunks(64) {
            self.absorb(load_part(part));
        }
    }

    /// H^n and the three powers below it, or as many as there are, and zeros.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn powers_from(&self, n: usize) -> __m512i {
        let bytes = self.powers.as_flattened();
        load_part(bytes.get((POWERS - n) * 16..).unwrap_or_default())
    }
}
