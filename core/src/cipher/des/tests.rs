//! Each width against RustCrypto's DES, which is another implementation.

extern crate std;

use ::cipher::array::Array;
use ::cipher::{BlockCipherDecrypt, BlockCipherEncrypt};
use std::vec::Vec;

use super::*;

/// Numbers that repeat after 2^64 only: SplitMix64 (Steele, Lea, Flood).
fn random_blocks(seed: u64, count: usize) -> Vec<[u8; 8]> {
    let mix = |n: u64| {
        let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z ^ (z >> 27)
    };
    let numbers = (1..=count as u64).map(|n| mix(n << 20 | seed).to_be_bytes());
    numbers.collect()
}

/// What RustCrypto's `D` makes of `blocks`, encrypted and decrypted.
fn reference<D>(key: &[u8], blocks: &[[u8; 8]]) -> [Vec<[u8; 8]>; 2]
where
    D: ::cipher::KeyInit
        + BlockCipherEncrypt
        + BlockCipherDecrypt
        + ::cipher::BlockSizeUser<BlockSize = ::cipher::consts::U8>,
{
    let cipher = D::new_from_slice(key).unwrap();
    let (mut encrypted, mut decrypted) = (blocks.to_vec(), blocks.to_vec());
    cipher.encrypt_blocks(Array::cast_slice_from_core_mut(&mut encrypted));
    cipher.decrypt_blocks(Array::cast_slice_from_core_mut(&mut decrypted));
    [encrypted, decrypted]
}

/// Every count of blocks up to more than a turn of the widest registers, one at a time where it matters.
fn counts() -> impl Iterator<Item = usize> {
    (0..70).chain([127, 128, 129, 255, 256, 257, 300, 511, 512, 513, 1030])
}

#[test]
fn every_width_is_des() {
    for width in Width::all() {
        for count in counts() {
            let key = [count as u8, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
            let blocks = random_blocks(1, count);
            let [encrypted, _] = reference::<des::Des>(&key, &blocks);
            let RoundKeys(round_keys) = &RoundKeys::<16>::new(&key);
            let mut data = blocks.clone();
            width.run(Bitsliced {
                round_keys,
                blocks: &mut data,
            });
            assert_eq!(data, encrypted, "{width:?}, {count} blocks");
        }
        std::println!("ran: {width:?}");
    }
}

/// Through the public type: single blocks, a few, and many.
fn is_the_reference<C, D>(key: &[u8])
where
    C: KeyInit<Block = [u8; 8]>,
    D: ::cipher::KeyInit
        + BlockCipherEncrypt
        + BlockCipherDecrypt
        + ::cipher::BlockSizeUser<BlockSize = ::cipher::consts::U8>,
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

#[test]
fn des_and_triple_des_are_the_reference() {
    for seed in 0..20 {
        let key = random_blocks(seed, 3).concat();
        is_the_reference::<Des, des::Des>(&key[..8]);
        is_the_reference::<TdesEde2, des::TdesEde2>(&key[..16]);
        is_the_reference::<TdesEde3, des::TdesEde3>(&key);
    }
}
