//! Each width against RustCrypto's DES.

extern crate std;

use super::*;
use crate::cipher::reference::{counts, is_the_reference, random_blocks, reference};

#[test]
fn every_width_is_des() {
    for width in Width::all() {
        for count in counts() {
            let key = [
                count.to_le_bytes()[0],
                0x23,
                0x45,
                0x67,
                0x89,
                0xab,
                0xcd,
                0xef,
            ];
            let blocks = random_blocks(1, count);
            let [encrypted, _] = reference::<des::Des>(&key, &blocks);
            let RoundKeys(round_keys) = &RoundKeys::<RoundKey, 16>::new(&key);
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

#[test]
fn des_and_triple_des_are_the_reference() {
    for seed in 0..20 {
        let key = random_blocks(seed, 3).concat();
        is_the_reference::<Des, des::Des>(&key[..8]);
        is_the_reference::<TdesEde2, des::TdesEde2>(&key[..16]);
        is_the_reference::<TdesEde3, des::TdesEde3>(&key);
    }
}
