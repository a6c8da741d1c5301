//! Registers as lanes of integers: what is computed for several blocks or messages side by side.
//!
//! As in [`register`](super::register), the unsafe code is in the macro, the instructions in the
//! tables. There is no portable twin: on other CPUs, RustCrypto's code does the same work.
#![allow(unsafe_code, reason = "instructions that not every CPU has")]

use super::{Vector, avx2, avx512};

/// A computation over lanes, however many there are.
pub(crate) trait LanesKernel {
    /// What it returns.
    type Output;

    /// Compute with registers of type `V`. This, and whatever it hands registers to, must be
    /// `#[inline(always)]`: code of its own would be compiled without the instruction set.
    fn run<V: Lanes>(self, isa: V::Isa) -> Self::Output;
}

/// A register of 32-bit lanes, two of which are a 64-bit lane. Arithmetic wraps.
pub(crate) trait Lanes: Vector {
    /// `[u32; N]`, one for each lane.
    type Words: AsRef<[u32]> + AsMut<[u32]> + Copy;

    /// All zeros.
    const ZERO: Self::Words;

    /// `[u8; 4 * N]`.
    type Bytes: AsRef<[u8]> + Copy + 'static;

    /// As many whole registers of bytes as there are, and the rest.
    fn registers(bytes: &[u8]) -> (&[Self::Bytes], &[u8]);

    /// As many whole registers of bytes as there are.
    fn registers_mut(bytes: &mut [u8]) -> &mut [Self::Bytes];

    /// The lanes from little-endian bytes.
    fn from_bytes(isa: Self::Isa, bytes: &Self::Bytes) -> Self;

    /// The lanes to little-endian bytes.
    fn to_bytes(self) -> Self::Bytes;

    /// The lanes from memory.
    fn from_words(isa: Self::Isa, words: &Self::Words) -> Self;

    /// The lanes to memory.
    fn to_words(self) -> Self::Words;

    /// `a + b` in lanes of 32 bits.
    fn add32(self, other: Self) -> Self;

    /// Rotate each lane of 32 bits.
    fn rotate_left<const BITS: i32>(self) -> Self;

    /// `a + b` in lanes of 64 bits.
    fn add64(self, other: Self) -> Self;

    /// The product of the lower halves of the lanes of 64 bits.
    fn mul32(self, other: Self) -> Self;

    /// Shift lanes of 64 bits left.
    fn shl64<const BITS: i32>(self) -> Self;

    /// Shift lanes of 64 bits right.
    fn shr64<const BITS: i32>(self) -> Self;

    /// In each part of 128 bits, the lower two words of each, in turn: a0 b0 a1 b1.
    fn unpack_low32(self, other: Self) -> Self;

    /// In each part of 128 bits, the upper two words of each, in turn: a2 b2 a3 b3.
    fn unpack_high32(self, other: Self) -> Self;

    /// In each part of 128 bits, the lower halves: a0 a1 b0 b1.
    fn unpack_low64(self, other: Self) -> Self;

    /// In each part of 128 bits, the upper halves: a2 a3 b2 b3.
    fn unpack_high64(self, other: Self) -> Self;

    /// The first part of 128 bits of each of four registers, then the second of each, and so on.
    fn join(registers: [Self; 4]) -> [Self; 4];

    /// In each part of 128 bits, the four words of four registers transposed: word i of register k
    /// becomes word k of register i.
    #[inline(always)]
    fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let (ab_low, ab_high) = (a.unpack_low32(b), a.unpack_high32(b));
        let (cd_low, cd_high) = (c.unpack_low32(d), c.unpack_high32(d));
        [
            ab_low.unpack_low64(cd_low),
            ab_low.unpack_high64(cd_low),
            ab_high.unpack_low64(cd_high),
            ab_high.unpack_high64(cd_high),
        ]
    }
}

/// Registers that have lanes. A value is proof that the CPU has them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LanesWidth {
    /// 8 lanes of 32 bits.
    Avx2(avx2::Isa),
    /// 16 lanes of 32 bits.
    Avx512(avx512::Isa),
}

impl LanesWidth {
    /// The widest that this CPU has, if any.
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        let narrower = || avx2::Isa::detect().map(Self::Avx2);
        avx512::Isa::detect().map(Self::Avx512).or_else(narrower)
    }

    /// Run `kernel` on these registers.
    #[inline]
    pub(crate) fn run<K: LanesKernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Avx2(isa) => avx2::run_lanes(isa, kernel),
            Self::Avx512(isa) => avx512::run_lanes(isa, kernel),
        }
    }

    /// Every width that this CPU has.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let narrow = avx2::Isa::detect().map(Self::Avx2);
        let wide = avx512::Isa::detect().map(Self::Avx512);
        narrow.into_iter().chain(wide)
    }
}

/// Give the register `$name` its lanes: each operation, in terms of what is inside.
macro_rules! lanes {
    (
        $name:ident($inner:ty), $feature:literal, $lanes:literal lanes;
        join($join_a:ident, $join_b:ident, $join_c:ident, $join_d:ident) = $join:expr;
        shift { $($shift:ident($shift_a:ident) = $shifted:expr;)* }
        fn { $($method:ident($a:ident, $b:ident) = $body:expr;)* }
    ) => {
        /// Run `kernel`, compiled for this instruction set.
        #[inline]
        pub(super) fn run_lanes<K: LanesKernel>(isa: Isa, kernel: K) -> K::Output {
            #[target_feature(enable = $feature)]
            fn compiled<K: LanesKernel>(isa: Isa, kernel: K) -> K::Output {
                kernel.run::<$name>(isa)
            }
            // SAFETY: `isa` is proof that the CPU has the instructions.
            unsafe { compiled(isa, kernel) }
        }

        impl Lanes for $name {
            type Words = [u32; $lanes];
            const ZERO: Self::Words = [0; $lanes];

            type Bytes = [u8; 4 * $lanes];

            #[inline(always)]
            fn registers(bytes: &[u8]) -> (&[Self::Bytes], &[u8]) {
                bytes.as_chunks()
            }

            #[inline(always)]
            fn registers_mut(bytes: &mut [u8]) -> &mut [Self::Bytes] {
                bytes.as_chunks_mut().0
            }

            #[inline(always)]
            fn to_bytes(self) -> Self::Bytes {
                // SAFETY: the bytes are as long, and any bits are valid in them.
                unsafe { transmute::<$inner, Self::Bytes>(self.0) }
            }

            #[inline(always)]
            fn join([a, b, c, d]: [Self; 4]) -> [Self; 4] {
                let ($join_a, $join_b, $join_c, $join_d) = (a.0, b.0, c.0, d.0);
                // SAFETY: `a` was made with an `Isa`, so the CPU has the instructions.
                let [a, b, c, d] = unsafe { $join };
                [Self(a), Self(b), Self(c), Self(d)]
            }

            #[inline(always)]
            fn from_bytes(_: Isa, bytes: &Self::Bytes) -> Self {
                // SAFETY: a register is as long, and any bytes are valid in it.
                Self(unsafe { transmute::<Self::Bytes, $inner>(*bytes) })
            }

            #[inline(always)]
            fn from_words(_: Isa, words: &Self::Words) -> Self {
                // SAFETY: a register is as long, and any bits are valid in it.
                Self(unsafe { transmute::<Self::Words, $inner>(*words) })
            }

            #[inline(always)]
            fn to_words(self) -> Self::Words {
                // SAFETY: the words are as long, and any bits are valid in them.
                unsafe { transmute::<$inner, Self::Words>(self.0) }
            }

            $(
                #[inline(always)]
                fn $shift<const BITS: i32>(self) -> Self {
                    let $shift_a = self.0;
                    // SAFETY: `self` was made with an `Isa`, so the CPU has the instruction.
                    Self(unsafe { $shifted })
                }
            )*

            $(
                #[inline(always)]
                fn $method(self, other: Self) -> Self {
                    let ($a, $b) = (self.0, other.0);
                    // SAFETY: `self` was made with an `Isa`, so the CPU has the instruction.
                    Self(unsafe { $body })
                }
            )*
        }
    };
}

pub(super) use lanes;
