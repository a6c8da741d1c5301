//! aarch64: NEON, which every such CPU has.

use super::{Kernel, neon, portable};

/// Bits of the widest register.
pub(super) const BITS_MAX: usize = 128;

/// The registers that a computation uses.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Width {
    /// Integers of 64 bits.
    #[cfg_attr(not(test), allow(dead_code, reason = "NEON is always there"))]
    Portable,
    /// 128 bits.
    Neon(neon::Isa),
}

impl Width {
    /// The widest that this CPU has.
    #[inline]
    pub(crate) fn detect() -> Self {
        Self::Neon(neon::Isa::ALWAYS)
    }

    /// Run `kernel` on these registers.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Portable => kernel.run::<portable::Word>(()),
            Self::Neon(isa) => neon::run(isa, kernel),
        }
    }

    /// Every width that this CPU has, for tests of each against the portable one.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [Self::Portable, Self::Neon(neon::Isa::ALWAYS)].into_iter()
    }
}
