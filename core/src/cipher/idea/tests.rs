//! Each width against RustCrypto's IDEA.

extern crate std;

use super::*;
use crate::cipher::reference::{counts, is_the_reference, random_blocks, reference};

/// Random keys, and the one that makes every factor 0, which stands for 2^16.
fn keys() -> impl Iterator<Item = [u8; 16]> {
    let random = |seed| {
        let [a, b] = [0, 1].map(|i| u64::from_be_bytes(random_blocks(seed, 2)[i]));
        (u128::from(a) << 64 | u128::from(b)).to_be_bytes()
    };
    (0..20).map(random).chain([[0; 16], [0xff; 16]])
}

#[test]
fn every_width_is_idea() {
    for width in Width::all() {
        for key in keys() {
            for count in counts() {
                let mut blocks = random_blocks(1, count);
                // Zeros among the factors.
                blocks
                    .iter_mut()
                    .step_by(3)
                    .for_each(|block| block[..6].fill(0));
                let [encrypted, _] = reference::<idea::Idea>(&key, &blocks);
                let keys = &RoundKeys::new(&key);
                let blocks = &mut blocks;
                width.run(ManyBlocks { keys, blocks });
                assert_eq!(*blocks, encrypted, "{width:?}, {count} blocks");
            }
        }
        std::println!("ran: {width:?}");
    }
}

#[test]
fn idea_is_the_reference() {
    for key in keys() {
        is_the_reference::<Idea, idea::Idea>(&key);
    }
}

/// The product modulo a prime, computed as one does on paper, for all factors that matter and many
/// that are next to each other.
#[test]
fn multiplication_is_modulo_2_to_the_16_plus_1() {
    use super::rounds::Words;
    let value = |x: u16| if x == 0 { 0x1_0000 } else { u64::from(x) };
    for a in (0..=u16::MAX)
        .step_by(257)
        .chain([0, 1, 2, 0x7fff, 0x8000, 0xfffe, 0xffff])
    {
        for b in 0..=u16::MAX {
            let product = value(a) * value(b) % 0x1_0001;
            assert_eq!(u64::from(a.multiply(b)), product & 0xffff, "{a} * {b}");
        }
    }
}
