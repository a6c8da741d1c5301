//! Ciphers against other implementations of them, RustCrypto's.

extern crate std;

use ::cipher::array::Array;
use ::cipher::consts::U8;
use ::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser};
use std::vec::Vec;

use super::KeyInit;

/// A cipher of RustCrypto with blocks of 64 bits.
pub(super) trait Reference:
    ::cipher::KeyInit + BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser<BlockSize = U8>
{
}

impl<D> Reference for D where
    D: ::cipher::KeyInit + BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser<BlockSize = U8>
{
}

/// Numbers that repeat after 2^64 only: SplitMix64 (Steele, Lea, Flood).
pub(super) fn random_blocks(seed: u64, count: usize) -> Vec<[u8; 8]> {
    let mix = |n: u64| {
        let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z ^ (z >> 27)
    };
    let numbers = (1..=count as u64).map(|n| mix(n << 20 | seed).to_be_bytes());
    numbers.collect()
}

/// What RustCrypto's `D` makes of `blocks`, encrypted and decrypted.
pub(super) fn reference<D>(key: &[u8], blocks: &[[u8; 8]]) -> [Vec<[u8; 8]>; 2]
where
    D: Reference,
{
    let cipher = D::new_from_slice(key).unwrap();
    let (mut encrypted, mut decrypted) = (blocks.to_vec(), blocks.to_vec());
    cipher.encrypt_blocks(Array::cast_slice_from_core_mut(&mut encrypted));
    cipher.decrypt_blocks(Array::cast_slice_from_core_mut(&mut decrypted));
    [encrypted, decrypted]
}

/// Every count of blocks up to more than a turn of the widest registers, one at a time where it matters.
pub(super) fn counts() -> impl Iterator<Item = usize> {
    (0..70).chain([127, 128, 129, 255, 256, 257, 300, 511, 512, 513, 1030])
}

/// Through the public type: single blocks, a few, and many.
pub(super) fn is_the_reference<C, D>(key: &[u8])
where
    C: KeyInit<Block = [u8; 8]>,
    D: Reference,
{
    let cipher = C::new(key).unwrap();
    for count in counts() {
        let blocks = random_blocks(u64::from(key[0]), count);
        let [encrypted, decrypted] = reference::<D>(key, &blocks);
        let (mut ours, mut back) = (blocks.clone(), blocks);
        cipher.encrypt_blocks(&mut ours);
        cipher.decrypt_blocks(&mut back);
        assert_eq!(ours, encrypted, "{count} blocks");
        assert_eq!(back, decrypted, "{count} blocks");
    }
}
