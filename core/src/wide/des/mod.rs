//! DES by look-ups within registers, for up to some hundred blocks: an S-box has 64 entries, and one
//! instruction of AVX-512 VBMI, VPERMB, looks 64 bytes up in a table of 64, which is a register.
//! Nothing in memory is addressed by secrets.
//!
//! Messages that are encrypted in chains are seldom as many as a register has bits, which is what the
//! bitsliced code wants. That is its twin, and what other CPUs use.
#![allow(unsafe_code, reason = "instructions that not every CPU has")]

#[allow(clippy::wildcard_imports, reason = "a table of instructions")]
mod expansion;
#[allow(clippy::wildcard_imports, reason = "a table of instructions")]
mod round;

use core::arch::x86_64::__m512i;

use self::expansion::{expand, load_halves, store_halves};
use self::round::round;
use crate::cipher::des::{ROUNDS, RoundKey};

cpufeatures::new!(cpu, "avx512f", "avx512bw", "avx512vbmi", "gfni");

/// Blocks that are worked on at once: one for each byte of a register.
const GROUP: usize = 64;

/// Half of the state after expansion E, a register for each S-box: byte `b` has the six bits of block
/// `b` that go into it, the first of the standard highest. The two bits above mean nothing.
type Half = [__m512i; 8];

/// A round key: the six bits for each S-box, four times.
type Key = [u8; 32];

/// Encrypt `blocks`, each by itself; or decrypt, with the round keys in reverse, sixteen for each DES.
/// Up to 64 blocks take the same time. `false`, and nothing is done, if this CPU does not have the
/// instructions.
pub(crate) fn crypt(round_keys: &[RoundKey], blocks: &mut [[u8; 8]]) -> bool {
    let has = super::AVX512 && cpu::get();
    if has {
        // SAFETY: the CPU has the instructions.
        unsafe { crypt_groups(round_keys, blocks) }
    }
    has
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
fn crypt_groups(round_keys: &[RoundKey], blocks: &mut [[u8; 8]]) {
    let (groups, rest) = blocks.as_chunks_mut();
    for group in groups {
        crypt_group(round_keys, group);
    }
    if !rest.is_empty() {
        let mut group = [[0; 8]; GROUP];
        copy(&mut group, rest);
        crypt_group(round_keys, &mut group);
        copy(rest, &group);
        group = [[0; 8]; GROUP];
        zeroize::optimization_barrier(&group);
    }
}

/// As far as the shorter goes.
fn copy(to: &mut [[u8; 8]], from: &[[u8; 8]]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
fn crypt_group(round_keys: &[RoundKey], blocks: &mut [[u8; 8]; GROUP]) {
    let (mut l, mut r) = load_halves(blocks);
    let mut keys = [[0; 32]; ROUNDS];
    for round_keys in round_keys.as_chunks().0 {
        expand(round_keys, &mut keys);
        for [first, second] in keys.as_chunks().0 {
            l = round(&l, &r, first);
            r = round(&r, &l, second);
        }
        // The last round's halves do not change places.
        (l, r) = (r, l);
    }
    keys = [[0; 32]; ROUNDS];
    zeroize::optimization_barrier(&keys);
    store_halves(&l, &r, blocks);
}

/// A register, in memory where one load gets it.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Table([u8; GROUP]);
