//! BEXTR, which takes a byte out of the middle of a word in one instruction, BMI1's, where others take
//! two: for what waits for it.
#![allow(unsafe_code, reason = "instructions that not every CPU has")]

use core::arch::x86_64::_bextr_u32;

cpufeatures::new!(cpu, "bmi1");

/// A computation that takes bytes out of words.
pub(crate) trait BytesKernel {
    /// Compute. This, and whatever it hands `bmi` to, must be `#[inline(always)]`: code of its own
    /// would be compiled without the instruction, and call it as a function.
    fn run(self, bmi: Bmi);
}

/// Proof that the CPU has BMI1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bmi(());

impl Bmi {
    /// Ask the CPU, once.
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        cpu::get().then_some(Self(()))
    }

    /// Run `kernel`, compiled for this instruction set.
    #[inline]
    pub(crate) fn run<K: BytesKernel>(self, kernel: K) {
        #[target_feature(enable = "bmi1")]
        fn compiled<K: BytesKernel>(bmi: Bmi, kernel: K) {
            kernel.run(bmi);
        }
        // SAFETY: there is a `self`, so the CPU has the instruction.
        unsafe { compiled(self, kernel) }
    }

    /// Bits 16 to 23 of `word`.
    #[inline(always)]
    #[allow(clippy::unused_self, reason = "it is the proof")]
    pub(crate) fn third_byte(self, word: u32) -> u8 {
        // SAFETY: there is a `self`, so the CPU has the instruction.
        let [byte, ..] = unsafe { _bextr_u32(word, 16, 8) }.to_le_bytes();
        byte
    }
}
