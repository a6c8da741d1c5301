//! x86-64: AVX-512, AVX2, or integers.

use super::{Kernel, avx2, avx512, portable};

/// Bits of the widest register.
pub(super) const BITS_MAX: usize = 512;

/// The registers that a computation uses. A value other than `Portable` is proof that the CPU has
/// them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Width {
    /// Integers of 64 bits.
    Portable,
    /// 256 bits.
    Avx2(avx2::Isa),
    /// 512 bits: AVX-512F and AVX-512BW.
    Avx512(avx512::Isa),
}

impl Width {
    /// The widest that this CPU has. The answer is kept: asking again costs a load or two.
    #[inline]
    pub(crate) fn detect() -> Self {
        let narrower = || avx2::Isa::detect().map_or(Self::Portable, Self::Avx2);
        avx512::Isa::detect().map_or_else(narrower, Self::Avx512)
    }

    /// Run `kernel` on these registers.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Portable => kernel.run::<portable::Word>(()),
            Self::Avx2(isa) => avx2::run(isa, kernel),
            Self::Avx512(isa) => avx512::run(isa, kernel),
        }
    }

    /// Every width that this CPU has, for tests of each against the portable one.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [
            Some(Self::Portable),
            avx2::Isa::detect().map(Self::Avx2),
            avx512::Isa::detect().map(Self::Avx512),
        ]
        .into_iter()
        .flatten()
    }
}
