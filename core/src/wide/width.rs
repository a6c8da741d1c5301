//! CPUs without a wide back end, and builds without the feature `wide`.

use super::{Kernel, portable};

/// Bits of the widest register.
pub(super) const BITS_MAX: usize = usize::BITS as usize;

/// The registers that a computation uses.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Width {
    /// Integers: 64 bits, or 32 where pointers have no more.
    Portable,
}

impl Width {
    /// The widest that this CPU has.
    #[inline]
    pub(crate) fn detect() -> Self {
        Self::Portable
    }

    /// Run `kernel` on these registers.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Portable => kernel.run::<portable::Word>(()),
        }
    }

    /// Every width that this CPU has, for tests of each against the portable one.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [Self::Portable].into_iter()
    }
}
