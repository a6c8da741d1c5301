//! 256-bit registers of x86-64.
#![allow(unsafe_code, reason = "instructions that not every CPU has")]
#![allow(clippy::wildcard_imports, reason = "a table of instructions")]

use core::arch::x86_64::*;
use core::mem::transmute;
use core::ops::{BitAnd, BitOr, BitXor, Not};

use super::lanes::{Lanes, LanesKernel, lanes};
use super::register::register;
use super::{Kernel, Vector};

cpufeatures::new!(cpu, "avx2");

/// Proof that the CPU has AVX2, and that the operating system saves its registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Isa(());

impl Isa {
    /// Ask the CPU, once.
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        cpu::get().then_some(Self(()))
    }
}

register! {
    /// 256 bits.
    Ymm(__m256i), "avx2", 8 blocks;
    splat(bits) = _mm256_set1_epi32(bits.cast_signed());
    load(a, b) = {
        let (a, b) = (_mm256_castsi256_ps(a), _mm256_castsi256_ps(b));
        (
            _mm256_castps_si256(_mm256_shuffle_ps::<0x88>(a, b)),
            _mm256_castps_si256(_mm256_shuffle_ps::<0xdd>(a, b)),
        )
    };
    store(first, last) = [
        _mm256_unpacklo_epi32(first, last),
        _mm256_unpackhi_epi32(first, last),
    ];
    not(a) = _mm256_xor_si256(a, _mm256_set1_epi32(-1));
    shl(a) = _mm256_slli_epi64::<BITS>(a);
    shr(a) = _mm256_srli_epi64::<BITS>(a);
    zero_mask_u16(a) = _mm256_cmpeq_epi16(a, _mm256_setzero_si256());
    impl {
        BitAnd bitand(a, b) = _mm256_and_si256(a, b);
        BitOr bitor(a, b) = _mm256_or_si256(a, b);
        BitXor bitxor(a, b) = _mm256_xor_si256(a, b);
    }
    fn {
        and_not(a, b) = _mm256_andnot_si256(b, a);
        add_u16(a, b) = _mm256_add_epi16(a, b);
        min_u16(a, b) = _mm256_min_epu16(a, b);
        sub_u16(a, b) = _mm256_sub_epi16(a, b);
        borrow_u16(a, b) = _mm256_min_epu16(_mm256_subs_epu16(b, a), _mm256_set1_epi16(1));
        mul_low_u16(a, b) = _mm256_mullo_epi16(a, b);
        mul_high_u16(a, b) = _mm256_mulhi_epu16(a, b);
    }
}

lanes! {
    Ymm(__m256i), "avx2", 8 lanes;
    join(a, b, c, d) = [
        _mm256_permute2x128_si256::<0x20>(a, b),
        _mm256_permute2x128_si256::<0x20>(c, d),
        _mm256_permute2x128_si256::<0x31>(a, b),
        _mm256_permute2x128_si256::<0x31>(c, d),
    ];
    shift {
        rotate_left(a) = _mm256_or_si256(
            _mm256_slli_epi32::<BITS>(a),
            _mm256_srl_epi32(a, _mm_cvtsi32_si128(32 - BITS)),
        );
        shl64(a) = _mm256_slli_epi64::<BITS>(a);
        shr64(a) = _mm256_srli_epi64::<BITS>(a);
    }
    fn {
        add32(a, b) = _mm256_add_epi32(a, b);
        add64(a, b) = _mm256_add_epi64(a, b);
        mul32(a, b) = _mm256_mul_epu32(a, b);
        unpack_low32(a, b) = _mm256_unpacklo_epi32(a, b);
        unpack_high32(a, b) = _mm256_unpackhi_epi32(a, b);
        unpack_low64(a, b) = _mm256_unpacklo_epi64(a, b);
        unpack_high64(a, b) = _mm256_unpackhi_epi64(a, b);
    }
}
