//! The portable twin of the wide back ends: a register is an integer.

use super::Vector;

/// 64 bits, or 32 where pointers have no more.
#[cfg(target_pointer_width = "64")]
pub(super) type Word = u64;
/// 64 bits, or 32 where pointers have no more.
#[cfg(not(target_pointer_width = "64"))]
pub(super) type Word = u32;

macro_rules! bitwise {
    () => {
        type Isa = ();

        fn chunks(blocks: &[[u8; 8]]) -> (&[Self::Pair], &[[u8; 8]]) {
            blocks.as_chunks()
        }

        fn chunks_mut(blocks: &mut [[u8; 8]]) -> (&mut [Self::Pair], &mut [[u8; 8]]) {
            blocks.as_chunks_mut()
        }

        #[inline(always)]
        fn and_not(self, other: Self) -> Self {
            self & !other
        }

        #[inline(always)]
        fn shl<const BITS: i32>(self) -> Self {
            self << BITS
        }

        #[inline(always)]
        fn shr<const BITS: i32>(self) -> Self {
            self >> BITS
        }

        #[inline(always)]
        fn add_u16(self, other: Self) -> Self {
            self.each_u16(other, u16::wrapping_add)
        }

        #[inline(always)]
        fn sub_u16(self, other: Self) -> Self {
            self.each_u16(other, u16::wrapping_sub)
        }

        #[inline(always)]
        fn min_u16(self, other: Self) -> Self {
            self.each_u16(other, |a, b| {
                // The difference is taken off a if it is positive.
                let difference = u32::from(a).wrapping_sub(u32::from(b));
                a.wrapping_sub(lower(difference) & !upper(difference))
            })
        }

        #[inline(always)]
        fn borrow_u16(self, other: Self) -> Self {
            self.each_u16(other, |a, b| {
                upper(u32::from(a).wrapping_sub(u32::from(b))) & 1
            })
        }

        #[inline(always)]
        fn mul_low_u16(self, other: Self) -> Self {
            self.each_u16(other, u16::wrapping_mul)
        }

        #[inline(always)]
        fn mul_high_u16(self, other: Self) -> Self {
            self.each_u16(other, |a, b| upper(u32::from(a) * u32::from(b)))
        }

        #[inline(always)]
        fn zero_mask_u16(self) -> Self {
            self.each_u16(self, |a, _| upper(u32::from(a).wrapping_sub(1)))
        }
    };
}

impl Vector for u64 {
    type Pair = [[u8; 8]; 2];
    const ZERO_PAIR: Self::Pair = [[0; 8]; 2];

    bitwise!();

    #[inline(always)]
    fn splat((): (), bits: u32) -> Self {
        u64::from(bits) << 32 | u64::from(bits)
    }

    #[inline(always)]
    fn load_halves((): (), [a, b]: &Self::Pair) -> (Self, Self) {
        let (a, b) = (u64::from_le_bytes(*a), u64::from_le_bytes(*b));
        (a & LOW | b << 32, a >> 32 | b & !LOW)
    }

    #[inline(always)]
    fn store_halves(self, last: Self, [a, b]: &mut Self::Pair) {
        *a = (self & LOW | last << 32).to_le_bytes();
        *b = (self >> 32 | last & !LOW).to_le_bytes();
    }
}

/// The lower half of a block.
const LOW: u64 = 0xffff_ffff;

impl Vector for u32 {
    type Pair = [[u8; 8]; 1];
    const ZERO_PAIR: Self::Pair = [[0; 8]; 1];

    bitwise!();

    #[inline(always)]
    fn splat((): (), bits: u32) -> Self {
        bits
    }

    #[inline(always)]
    fn load_halves((): (), [block]: &Self::Pair) -> (Self, Self) {
        let [a, b, c, d, e, f, g, h] = *block;
        (
            u32::from_le_bytes([a, b, c, d]),
            u32::from_le_bytes([e, f, g, h]),
        )
    }

    #[inline(always)]
    fn store_halves(self, last: Self, [block]: &mut Self::Pair) {
        let ([a, b, c, d], [e, f, g, h]) = (self.to_le_bytes(), last.to_le_bytes());
        *block = [a, b, c, d, e, f, g, h];
    }
}

/// The lower 16 bits.
#[inline(always)]
fn lower(word: u32) -> u16 {
    let [a, b, _, _] = word.to_le_bytes();
    u16::from_le_bytes([a, b])
}

/// The upper 16 bits.
#[inline(always)]
fn upper(word: u32) -> u16 {
    let [_, _, a, b] = word.to_le_bytes();
    u16::from_le_bytes([a, b])
}

/// 16 bits at a time.
trait EachU16: Sized {
    fn each_u16(self, other: Self, operation: impl Fn(u16, u16) -> u16) -> Self;
}

impl EachU16 for u32 {
    #[inline(always)]
    fn each_u16(self, other: Self, operation: impl Fn(u16, u16) -> u16) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.to_le_bytes(), other.to_le_bytes());
        let lower = operation(u16::from_le_bytes([a, b]), u16::from_le_bytes([e, f]));
        let upper = operation(u16::from_le_bytes([c, d]), u16::from_le_bytes([g, h]));
        u32::from(lower) | u32::from(upper) << 16
    }
}

impl EachU16 for u64 {
    #[inline(always)]
    fn each_u16(self, other: Self, operation: impl Fn(u16, u16) -> u16) -> Self {
        let (a, b) = (words(self), words(other));
        u64::from(operation(a[0], b[0]))
            | u64::from(operation(a[1], b[1])) << 16
            | u64::from(operation(a[2], b[2])) << 32
            | u64::from(operation(a[3], b[3])) << 48
    }
}

/// The words of 16 bits, the lowest first.
#[inline(always)]
fn words(long: u64) -> [u16; 4] {
    let [a, b, c, d, e, f, g, h] = long.to_le_bytes();
    [[a, b], [c, d], [e, f], [g, h]].map(u16::from_le_bytes)
}
