//! 128-bit registers of aarch64.
#![allow(unsafe_code, reason = "instructions that not every target has")]
#![allow(clippy::wildcard_imports, reason = "a table of instructions")]

use core::arch::aarch64::*;
use core::mem::transmute;
use core::ops::{BitAnd, BitOr, BitXor, Not};

use super::register::register;
use super::{Kernel, Vector};

/// Proof that the CPU has NEON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Isa(());

impl Isa {
    /// It is part of the target.
    #[cfg(target_feature = "neon")]
    pub(crate) const ALWAYS: Self = Self(());
}

register! {
    /// 128 bits.
    Q(uint32x4_t), "neon", 4 blocks;
    splat(bits) = vdupq_n_u32(bits);
    load(a, b) = (vuzp1q_u32(a, b), vuzp2q_u32(a, b));
    store(first, last) = [vzip1q_u32(first, last), vzip2q_u32(first, last)];
    not(a) = vmvnq_u32(a);
    shl(a) = vshlq_n_u32::<BITS>(a);
    shr(a) = vshrq_n_u32::<BITS>(a);
    impl {
        BitAnd bitand(a, b) = vandq_u32(a, b);
        BitOr bitor(a, b) = vorrq_u32(a, b);
        BitXor bitxor(a, b) = veorq_u32(a, b);
    }
    fn {
        and_not(a, b) = vbicq_u32(a, b);
    }
}
