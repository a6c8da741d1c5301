//! Blocks of 16 bytes to registers and back, and the first bytes of a register.
#![allow(unsafe_code, reason = "loads and stores by address")]

use core::arch::x86_64::{
    __m128i, __m512i, _mm_loadu_si128, _mm_storeu_si128, _mm512_maskz_mov_epi8,
};

use crate::wide::registers::mask;

#[inline]
#[target_feature(enable = "sse2")]
pub(super) fn load_block(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: 16 bytes are read of 16; no alignment is needed.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "sse2")]
pub(super) fn to_bytes(block: __m128i) -> [u8; 16] {
    let mut bytes = [0; 16];
    // SAFETY: 16 bytes are written to 16; no alignment is needed.
    unsafe { _mm_storeu_si128(bytes.as_mut_ptr().cast(), block) };
    bytes
}

/// The first `len` bytes of `blocks`, and zeros.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn first_bytes(blocks: __m512i, len: usize) -> __m512i {
    _mm512_maskz_mov_epi8(mask(len), blocks)
}
