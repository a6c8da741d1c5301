//! Each width, and look-ups, against RustCrypto's DES.

extern crate std;

use super::*;
use crate::cipher::reference::{counts, is_the_reference, random_blocks, reference};

/// `crypt` on every count of blocks, under a key for each.
fn is_des(name: &str, crypt: impl Fn(&[RoundKey], &mut [[u8; 8]])) {
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
        let mut blocks = random_blocks(1, count);
        let [encrypted, _] = reference::<des::Des>(&key, &blocks);
        crypt(&RoundKeys::<RoundKey, 16>::new(&key).0, &mut blocks);
        assert_eq!(blocks, encrypted, "{name}, {count} blocks");
    }
    std::println!("ran: {name}");
}

#[test]
fn every_width_is_des() {
    for width in Width::all() {
        is_des(&std::format!("{width:?}"), |round_keys, blocks| {
            width.run(Bitsliced { round_keys, blocks });
        });
    }
}

#[test]
fn look_ups_are_des() {
    #[cfg(all(feature = "wide", target_arch = "x86_64"))]
    if wide::des::crypt(&[], &mut []) {
        is_des("look-ups", |round_keys, blocks| {
            assert!(wide::des::crypt(round_keys, blocks));
        });
    }
}

#[test]
fn one_by_one_is_des() {
    is_des("one by one", |round_keys, blocks| {
        for block in blocks {
            single::crypt(round_keys, block);
        }
    });
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
