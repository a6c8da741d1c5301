//! Bytes to registers and back, whole or in part.
#![allow(unsafe_code, reason = "loads and stores by address")]

use core::arch::x86_64::{
    __m128i, __m512i, _mm_loadu_si128, _mm_storeu_si128, _mm512_loadu_si512,
    _mm512_mask_storeu_epi8, _mm512_maskz_loadu_epi8, _mm512_maskz_mov_epi8, _mm512_storeu_si512,
};

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

#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load(bytes: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are read of 64; no alignment is needed.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store(bytes: &mut [u8; 64], blocks: __m512i) {
    // SAFETY: 64 bytes are written to 64; no alignment is needed.
    unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), blocks) }
}

/// The first 64 of `bytes`; zeros for what is not there.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn load_part(bytes: &[u8]) -> __m512i {
    // SAFETY: the mask has bits for bytes of the slice only, and no other byte is touched.
    unsafe { _mm512_maskz_loadu_epi8(mask(bytes.len()), bytes.as_ptr().cast()) }
}

/// To the first 64 of `bytes`, as far as they go.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn store_part(bytes: &mut [u8], blocks: __m512i) {
    // SAFETY: the mask has bits for bytes of the slice only, and no other byte is touched.
    unsafe { _mm512_mask_storeu_epi8(bytes.as_mut_ptr().cast(), mask(bytes.len()), blocks) }
}

/// The first `len` bytes of `blocks`, and zeros.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn first_bytes(blocks: __m512i, len: usize) -> __m512i {
    _mm512_maskz_mov_epi8(mask(len), blocks)
}

/// As many low bits as there are bytes, at most 64.
#[inline]
fn mask(len: usize) -> u64 {
    if len < 64 { (1 << len) - 1 } else { u64::MAX }
}
