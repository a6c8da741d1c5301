//! DES on many blocks at once: each register holds one bit of every block, and the S-boxes are
//! Boolean circuits (Biham, "A Fast New DES Implementation in Software", 1997).

use super::ROUNDS;
use super::sboxes::{s1, s2, s3, s4, s5, s6, s7, s8};
use super::schedule::RoundKey;
use super::transpose::{Half, load, place, store};
use crate::wide::{Kernel, Vector};

/// Encrypts `blocks`, each by itself; or decrypts, with the round keys in reverse.
pub(super) struct Bitsliced<'a> {
    /// Sixteen for each DES.
    pub(super) round_keys: &'a [RoundKey],
    pub(super) blocks: &'a mut [[u8; 8]],
}

impl Kernel for Bitsliced<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, isa: V::Isa) {
        for blocks in self.blocks.chunks_mut(32 * V::ZERO_PAIR.as_ref().len()) {
            let (mut l, mut r) = load::<V>(isa, blocks);
            let (mut left, mut right) = (&mut l, &mut r);
            for round_keys in self.round_keys.chunks(ROUNDS) {
                for key in round_keys {
                    round::<V>(isa, left, right, key);
                    core::mem::swap(&mut left, &mut right);
                }
                // The last round's halves do not change places.
                core::mem::swap(&mut left, &mut right);
            }
            store(isa, left, right, blocks);
        }
    }
}

/// L = L xor P(S(E(R) xor key)), see FIPS 46-3, figure 2. E and P are a matter of which register.
#[inline(always)]
fn round<V: Vector>(isa: V::Isa, l: &mut Half<V>, r: &Half<V>, key: &RoundKey) {
    let (inner, outer) = (spread(key.inner), spread(key.outer));
    macro_rules! sbox {
        ($sbox:ident, [$($in:literal)*] => [$($out:literal)*]) => {{
            sbox!(@inputs $sbox [$($in)*] => result);
            sbox!(@outputs result [$($out)*]);
        }};
        (@inputs $sbox:ident [$a:literal $b:literal $c:literal $d:literal $e:literal $f:literal]
            => $result:ident) => {
            let $result = $sbox([
                r[const { place($a) }] ^ V::splat(isa, outer[$a]),
                r[const { place($b) }] ^ V::splat(isa, inner[$b]),
                r[const { place($c) }] ^ V::splat(isa, inner[$c]),
                r[const { place($d) }] ^ V::splat(isa, inner[$d]),
                r[const { place($e) }] ^ V::splat(isa, inner[$e]),
                r[const { place($f) }] ^ V::splat(isa, outer[$f]),
            ]);
        };
        (@outputs $result:ident [$a:literal $b:literal $c:literal $d:literal]) => {
            l[const { place($a) }] = l[const { place($a) }] ^ $result[0];
            l[const { place($b) }] = l[const { place($b) }] ^ $result[1];
            l[const { place($c) }] = l[const { place($c) }] ^ $result[2];
            l[const { place($d) }] = l[const { place($d) }] ^ $result[3];
        };
    }
    sbox!(s1, [31 0 1 2 3 4] => [8 16 22 30]);
    sbox!(s2, [3 4 5 6 7 8] => [12 27 1 17]);
    sbox!(s3, [7 8 9 10 11 12] => [23 15 29 5]);
    sbox!(s4, [11 12 13 14 15 16] => [25 19 9 0]);
    sbox!(s5, [15 16 17 18 19 20] => [7 13 24 2]);
    sbox!(s6, [19 20 21 22 23 24] => [3 28 10 18]);
    sbox!(s7, [23 24 25 26 27 28] => [31 11 21 6]);
    sbox!(s8, [27 28 29 30 31 0] => [4 26 14 20]);
}

/// Each bit, from the highest, as a mask: all ones or all zeros.
#[inline(always)]
fn spread(bits: u32) -> [u32; 32] {
    let mut masks = [0; 32];
    for (mask, bit) in masks.iter_mut().zip((0..32).rev()) {
        *mask = 0_u32.wrapping_sub(bits >> bit & 1);
    }
    masks
}
