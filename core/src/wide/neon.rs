//! 128-bit registers of aarch64.
#![allow(unsafe_code, reason = "instructions that not every target has")]
#![allow(clippy::wildcard_imports, reason = "a table of instructions")]

use core::arch::aarch64::{vreinterpretq_u16_u32 as halves, vreinterpretq_u32_u16 as words, *};
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
    zero_mask_u16(a) = words(vceqzq_u16(halves(a)));
    impl {
        BitAnd bitand(a, b) = vandq_u32(a, b);
        BitOr bitor(a, b) = vorrq_u32(a, b);
        BitXor bitxor(a, b) = veorq_u32(a, b);
    }
    fn {
        and_not(a, b) = vbicq_u32(a, b);
        add_u16(a, b) = words(vaddq_u16(halves(a), halves(b)));
        min_u16(a, b) = words(vminq_u16(halves(a), halves(b)));
        sub_u16(a, b) = words(vsubq_u16(halves(a), halves(b)));
        borrow_u16(a, b) = words(vshrq_n_u16::<15>(vcltq_u16(halves(a), halves(b))));
        mul_low_u16(a, b) = words(vmulq_u16(halves(a), halves(b)));
        mul_high_u16(a, b) = {
            let (a, b) = (halves(a), halves(b));
            let low = vmull_u16(vget_low_u16(a), vget_low_u16(b));
            let high = vmull_high_u16(a, b);
            words(vuzp2q_u16(halves(low), halves(high)))
        };
    }
}
