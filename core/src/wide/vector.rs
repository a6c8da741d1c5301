//! What kernels are written over.

use core::ops::{BitAnd, BitOr, BitXor, Not};

/// A computation over registers of any width.
pub(crate) trait Kernel {
    /// What it returns.
    type Output;

    /// Compute with registers of type `V`. This, and whatever it hands vectors to, must be
    /// `#[inline(always)]`, and so no closure: code of its own would be compiled without the
    /// instruction set, and call each instruction as a function.
    fn run<V: Vector>(self, isa: V::Isa) -> Self::Output;
}

/// A register: bits, which are also lanes of 16, of 32 or of 64 bits.
///
/// It is made with an [`Isa`](Self::Isa) only, so whoever has a vector may use the instructions.
pub(crate) trait Vector:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self> + Not<Output = Self>
{
    /// Proof that the CPU has the instruction set.
    type Isa: Copy;

    /// The 64-bit blocks that two vectors hold.
    type Pair: AsRef<[[u8; 8]]> + AsMut<[[u8; 8]]> + Copy;

    /// A pair of zeros.
    const ZERO_PAIR: Self::Pair;

    /// As many whole pairs as there are, and the rest.
    fn chunks(blocks: &[[u8; 8]]) -> (&[Self::Pair], &[[u8; 8]]);

    /// As many whole pairs as there are, and the rest.
    fn chunks_mut(blocks: &mut [[u8; 8]]) -> (&mut [Self::Pair], &mut [[u8; 8]]);

    /// `bits` in each lane of 32 bits.
    fn splat(isa: Self::Isa, bits: u32) -> Self;

    /// The first four bytes of each block, as little-endian lanes of 32 bits, and the last four, in
    /// the same order of blocks, whichever that is.
    fn load_halves(isa: Self::Isa, pair: &Self::Pair) -> (Self, Self);

    /// The inverse of [`load_halves`](Self::load_halves), with the first halves in `self`.
    fn store_halves(self, last: Self, pair: &mut Self::Pair);

    /// `self` and not `other`.
    fn and_not(self, other: Self) -> Self;

    /// Shift left by less than 32. What crosses from one 32-bit lane into the next is unspecified:
    /// mask it.
    fn shl<const BITS: i32>(self) -> Self;

    /// Shift right by less than 32. What crosses from one 32-bit lane into the next is unspecified:
    /// mask it.
    fn shr<const BITS: i32>(self) -> Self;

    /// The sum modulo 2^16 in each lane of 16 bits.
    fn add_u16(self, other: Self) -> Self;

    /// The difference modulo 2^16 in each lane of 16 bits.
    fn sub_u16(self, other: Self) -> Self;

    /// The smaller in each lane of 16 bits.
    fn min_u16(self, other: Self) -> Self;

    /// 1 in each lane of 16 bits where `self` is less than `other`, else 0.
    fn borrow_u16(self, other: Self) -> Self;

    /// The lower half of the product in each lane of 16 bits.
    fn mul_low_u16(self, other: Self) -> Self;

    /// The upper half of the product in each lane of 16 bits.
    fn mul_high_u16(self, other: Self) -> Self;

    /// All ones in each lane of 16 bits that is zero, zero in the others.
    fn zero_mask_u16(self) -> Self;
}
