//! Wide back ends: one computation, over registers of every width, chosen at run time.
//!
//! A [`Kernel`] is written once, over any [`Vector`]; [`Width::run`] has it compiled for each
//! instruction set and calls the one that this CPU has. `avx2`, `avx512` and `neon` are
//! tables of instructions; the unsafe code around them is in `register`. `des`, `gcm`, `lanes` and
//! `x25519` need more instructions than a [`Vector`] has, and make the unsafe calls of their own.
//!
//! Contract: no kernel branches on its data or indexes by them, at any width, and all widths give
//! the same bytes. Without the feature `wide`, and on other CPUs, what runs is `portable`: the same
//! kernels, on plain integers.

#![allow(
    clippy::inline_always,
    reason = "code of its own would be compiled without the instruction set"
)]

#[cfg(any(feature = "aes", feature = "chacha20"))]
pub(crate) mod aead;
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
mod avx2;
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
mod avx512;
#[cfg(all(feature = "wide", feature = "blowfish", target_arch = "x86_64"))]
pub(crate) mod bmi;
#[cfg(all(feature = "wide", feature = "chacha20", target_arch = "x86_64"))]
mod chacha20_poly1305;
#[cfg(all(feature = "wide", feature = "des", target_arch = "x86_64"))]
pub(crate) mod des;
#[cfg(all(feature = "wide", feature = "aes", target_arch = "x86_64"))]
mod gcm;
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
pub(crate) mod lanes;
#[cfg(all(feature = "wide", feature = "md5", target_arch = "x86_64"))]
pub(crate) mod md5;
#[cfg(all(feature = "wide", target_arch = "aarch64", target_endian = "little"))]
mod neon;
mod portable;
#[cfg_attr(
    not(all(feature = "wide", any(target_arch = "x86_64", target_arch = "aarch64"))),
    allow(unused_imports, unused_macros)
)]
mod register;
#[cfg(all(
    feature = "wide",
    any(feature = "aes", feature = "des"),
    target_arch = "x86_64"
))]
mod registers;
mod vector;
#[cfg_attr(
    all(feature = "wide", target_arch = "x86_64"),
    path = "width_x86_64.rs"
)]
#[cfg_attr(
    all(feature = "wide", target_arch = "aarch64", target_endian = "little"),
    path = "width_aarch64.rs"
)]
mod width;
#[cfg(all(feature = "wide", feature = "x25519", target_arch = "x86_64"))]
pub(crate) mod x25519;

pub(crate) use vector::{Kernel, Vector};
pub(crate) use width::Width;

/// Whether CPUs that have AVX-512 are asked for it.
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
const AVX512: bool = !cfg!(feature = "without-avx512");

/// Blocks of 64 bits that fill the widest registers when each has one bit of every block: as many
/// as a register has bits.
pub(crate) const BLOCKS_MAX: usize = width::BITS_MAX;

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;

    /// Every operation on lanes, as bytes; its input is as long as the widest register.
    struct EachOperation<'a>(&'a [[u8; 8]; 16], &'a mut [[[u8; 8]; 16]]);

    impl Kernel for EachOperation<'_> {
        type Output = ();

        #[inline(always)]
        fn run<V: Vector>(self, isa: V::Isa) {
            let Self(blocks, results) = self;
            let (input, _) = V::chunks(blocks);
            for (i, pair) in input.iter().enumerate() {
                let (a, b) = V::load_halves(isa, pair);
                let c = V::splat(isa, 0x007f_1234);
                let cases = [
                    (a, b),
                    (a & b, a | b),
                    (a ^ b, !a),
                    (a.and_not(b), c),
                    (a.shl::<1>() & c, a.shr::<9>() & c),
                    (a.add_u16(b), a.sub_u16(b)),
                    (a.mul_low_u16(b), a.mul_high_u16(b)),
                    (a.min_u16(b), b.min_u16(c)),
                    (a.borrow_u16(b), (a & b & c).zero_mask_u16()),
                ];
                for ((low, high), result) in cases.into_iter().zip(results.iter_mut()) {
                    let (pairs, _) = V::chunks_mut(result);
                    low.store_halves(high, &mut pairs[i]);
                }
            }
        }
    }

    #[test]
    fn every_width_computes_what_the_portable_one_does() {
        let blocks = core::array::from_fn(|i| {
            (i as u64 + 1)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .to_be_bytes()
        });
        let mut expected = [[[0; 8]; 16]; 9];
        Width::Portable.run(EachOperation(&blocks, &mut expected));
        assert_eq!(expected[0], blocks);
        for width in Width::all() {
            let mut results = [[[0; 8]; 16]; 9];
            width.run(EachOperation(&blocks, &mut results));
            assert_eq!(results, expected, "{width:?}");
            std::println!("ran: {width:?}");
        }
    }
}
