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
