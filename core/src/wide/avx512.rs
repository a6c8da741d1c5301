//! 512-bit registers of x86-64.
#![allow(unsafe_code, reason = "instructions that not every CPU has")]
#![allow(clippy::wildcard_imports, reason = "a table of instructions")]

use core::arch::x86_64::*;
use core::mem::transmute;
use core::ops::{BitAnd, BitOr, BitXor, Not};

use super::lanes::{Lanes, LanesKernel, lanes};
use super::register::register;
use super::{Kernel, Vector};

cpufeatures::new!(cpu, "avx512f", "avx512bw");

/// Proof that the CPU has AVX-512F and AVX-512BW, and that the operating system saves its registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Isa(());

impl Isa {
    /// Ask the CPU, once.
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        (super::AVX512 && cpu::get()).then_some(Self(()))
    }
}

register! {
    /// 512 bits.
    Zmm(__m512i), "avx512f,avx512bw", 16 blocks;
    splat(bits) = _mm512_set1_epi32(bits.cast_signed());
    load(a, b) = {
        let (a, b) = (_mm512_castsi512_ps(a), _mm512_castsi512_ps(b));
        (
            _mm512_castps_si512(_mm512_shuffle_ps::<0x88>(a, b)),
            _mm512_castps_si512(_mm512_shuffle_ps::<0xdd>(a, b)),
        )
    };
    store(first, last) = [
        _mm512_unpacklo_epi32(first, last),
        _mm512_unpackhi_epi32(first, last),
    ];
    not(a) = _mm512_xor_si512(a, _mm512_set1_epi32(-1));
    shl(a) = _mm512_sll_epi64(a, _mm_cvtsi32_si128(BITS));
    shr(a) = _mm512_srl_epi64(a, _mm_cvtsi32_si128(BITS));
    zero_mask_u16(a) = {
        let one = _mm512_set1_epi16(1);
        _mm512_sub_epi16(_mm512_min_epu16(a, one), one)
    };
    impl {
        BitAnd bitand(a, b) = _mm512_and_si512(a, b);
        BitOr bitor(a, b) = _mm512_or_si512(a, b);
        BitXor bitxor(a, b) = _mm512_xor_si512(a, b);
    }
    fn {
        and_not(a, b) = _mm512_andnot_si512(b, a);
        add_u16(a, b) = _mm512_add_epi16(a, b);
        min_u16(a, b) = _mm512_min_epu16(a, b);
        sub_u16(a, b) = _mm512_sub_epi16(a, b);
        borrow_u16(a, b) = _mm512_min_epu16(_mm512_subs_epu16(b, a), _mm512_set1_epi16(1));
        mul_low_u16(a, b) = _mm512_mullo_epi16(a, b);
        mul_high_u16(a, b) = _mm512_mulhi_epu16(a, b);
    }
}

lanes! {
    Zmm(__m512i), "avx512f,avx512bw", 16 lanes;
    join(a, b, c, d) = {
        let low = [_mm512_shuffle_i32x4::<0x44>(a, b), _mm512_shuffle_i32x4::<0x44>(c, d)];
        let high = [_mm512_shuffle_i32x4::<0xee>(a, b), _mm512_shuffle_i32x4::<0xee>(c, d)];
        [
            _mm512_shuffle_i32x4::<0x88>(low[0], low[1]),
            _mm512_shuffle_i32x4::<0xdd>(low[0], low[1]),
            _mm512_shuffle_i32x4::<0x88>(high[0], high[1]),
            _mm512_shuffle_i32x4::<0xdd>(high[0], high[1]),
        ]
    };
    shift {
        rotate_left(a) = _mm512_rol_epi32::<BITS>(a);
        shl64(a) = _mm512_sll_epi64(a, _mm_cvtsi32_si128(BITS));
        shr64(a) = _mm512_srl_epi64(a, _mm_cvtsi32_si128(BITS));
    }
    fn {
        add32(a, b) = _mm512_add_epi32(a, b);
        add64(a, b) = _mm512_add_epi64(a, b);
        mul32(a, b) = _mm512_mul_epu32(a, b);
        unpack_low32(a, b) = _mm512_unpacklo_epi32(a, b);
        unpack_high32(a, b) = _mm512_unpackhi_epi32(a, b);
        unpack_low64(a, b) = _mm512_unpacklo_epi64(a, b);
        unpack_high64(a, b) = _mm512_unpackhi_epi64(a, b);
    }
}
