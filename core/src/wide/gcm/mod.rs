//! AES-GCM (SP 800-38D) with VAES and VPCLMULQDQ on registers of 512 bits, which hold four blocks.
//!
//! Its twin is RustCrypto's, which other CPUs use.
#![allow(unsafe_code, reason = "instructions that not every CPU has")]

mod block;
#[allow(clippy::wildcard_imports, reason = "a table of instructions")]
mod cipher;
#[allow(clippy::wildcard_imports, reason = "a table of instructions")]
mod ghash;
#[allow(clippy::wildcard_imports, reason = "a table of instructions")]
mod message;

use zeroize::Zeroize;

use self::cipher::RoundKeys;
use self::ghash::Powers;
use super::aead::WideAead;
use crate::error::Forged;

cpufeatures::new!(
    cpu,
    "avx512f",
    "avx512bw",
    "aes",
    "vaes",
    "pclmulqdq",
    "vpclmulqdq"
);

/// AES-GCM under one key, with `N` round keys. Whoever has one may use the instructions: it is made
/// only where the CPU has them.
pub(crate) struct AesGcm<const N: usize> {
    round_keys: RoundKeys<N>,
    powers: Powers,
}

impl<const N: usize> Drop for AesGcm<N> {
    fn drop(&mut self) {
        self.round_keys.zeroize();
        self.powers.zeroize();
    }
}

macro_rules! aes_gcm {
    ($round_keys:literal, $key_words:literal) => {
        impl WideAead for AesGcm<$round_keys> {
            fn detect(key: &[u8]) -> Option<Self> {
                if !super::AVX512 || !cpu::get() || key.len() != 4 * $key_words {
                    return None;
                }
                // SAFETY: the CPU has the instructions.
                Some(unsafe { Self::with_key::<$key_words>(key) })
            }

            #[inline]
            fn seal_in_place(
                &self,
                nonce: [u8; 12],
                associated_data: &[u8],
                data: &mut [u8],
                tag: &mut [u8; 16],
            ) {
                // SAFETY: there is a `self`, so the CPU has the instructions.
                unsafe { self.seal(nonce, associated_data, data, tag) }
            }

            #[inline]
            fn open_in_place(
                &self,
                nonce: [u8; 12],
                associated_data: &[u8],
                data: &mut [u8],
                tag: &[u8; 16],
            ) -> Result<(), Forged> {
                // SAFETY: there is a `self`, so the CPU has the instructions.
                unsafe { self.open(nonce, associated_data, data, tag) }
            }
        }
    };
}

aes_gcm!(11, 4);
aes_gcm!(15, 8);
