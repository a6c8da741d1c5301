//! Many messages at once. The peers take one after the other.

use std::hint::black_box;

use openssl::cipher::Cipher;
use secpvm_core::digest::md5_batch;
use secpvm_core::hazmat::{BatchMessage, Cbc, Des, Idea, KeyInit, TdesEde3};
use secpvm_core::mac::{KeyedMd5Message, keyed_md5_batch};

use super::digest::{openssl_keyed_md5, openssl_md5};
use crate::operation::{Contestant, Operation, US, contestant, key, message};
use crate::peers::{Direction, botan_cipher, openssl_cipher};

/// Packets of one large message of PVM's, say.
const PACKETS: usize = 64;
const DIGESTS: usize = 16;
const SIZES: &[usize] = &[64, 1024, 4096];
const OPENSSL: &[&str] = &["openssl"];

pub fn operations() -> Vec<Operation> {
    let (des, tdes, idea) = (key::<8>(), key::<24>(), key::<16>());
    let ciphers = [
        Operation::new("des-cbc encrypt, 64 messages", move |len| {
            let peer = openssl_cipher(Cipher::des_cbc(), Direction::Encrypt, &des, len);
            vec![ours_cbc::<Des>(&des, len), repeated(peer, PACKETS)]
        })
        .target(8.0, OPENSSL),
        Operation::new("3des-cbc encrypt, 64 messages", move |len| {
            let peer = openssl_cipher(Cipher::des_ede3_cbc(), Direction::Encrypt, &tdes, len);
            vec![ours_cbc::<TdesEde3>(&tdes, len), repeated(peer, PACKETS)]
        })
        .target(8.0, OPENSSL),
        Operation::new("idea-cbc encrypt, 64 messages", move |len| {
            let peer = botan_cipher("IDEA/CBC/NoPadding", Direction::Encrypt, &idea, len);
            vec![ours_cbc::<Idea>(&idea, len), repeated(peer, PACKETS)]
        })
        .target(4.0, &["botan"]),
    ];
    let digests = [
        Operation::new("md5, 16 messages", |len| {
            vec![ours_md5(len), repeated(openssl_md5(len), DIGESTS)]
        })
        .target(4.0, OPENSSL),
        Operation::new("keyed-md5, 16 messages", |len| {
            vec![
                ours_keyed_md5(len),
                repeated(openssl_keyed_md5(len), DIGESTS),
            ]
        })
        .target(4.0, OPENSSL),
    ];
    let ciphers = ciphers.map(|operation| operation.sizes(SIZES).messages(PACKETS));
    let digests = digests.map(|operation| operation.sizes(SIZES).messages(DIGESTS));
    ciphers.into_iter().chain(digests).collect()
}

fn repeated(mut peer: Contestant, count: usize) -> Contestant {
    contestant(peer.library, move || {
        for _ in 0..count {
            (peer.call)();
        }
    })
}

fn ours_cbc<C: KeyInit<Block = [u8; 8]> + 'static>(key: &[u8], len: usize) -> Contestant {
    let cipher = C::new(key).expect("the key has its length");
    let mut packets = vec![message(len); PACKETS];
    contestant(US, move || {
        let mut messages: Vec<_> = packets
            .iter_mut()
            .map(|data| BatchMessage {
                register: [9; 8],
                data: data.as_mut_slice(),
            })
            .collect();
        Cbc::encrypt_batch(&cipher, black_box(&mut messages)).expect("whole blocks");
    })
}

fn ours_md5(len: usize) -> Contestant {
    let packets = vec![message(len); DIGESTS];
    contestant(US, move || {
        let messages: [&[u8]; DIGESTS] = core::array::from_fn(|i| &packets[i][..]);
        let mut digests = [[0; 16]; DIGESTS];
        md5_batch(black_box(&messages), &mut digests);
        black_box(digests);
    })
}

fn ours_keyed_md5(len: usize) -> Contestant {
    let (key, packets) = (key::<16>(), vec![message(len); DIGESTS]);
    contestant(US, move || {
        let mut messages: [_; DIGESTS] =
            core::array::from_fn(|i| KeyedMd5Message::new([&packets[i][..], &[], &[], &[]]));
        keyed_md5_batch(&key, black_box(&mut messages)).expect("the key has its length");
        black_box(messages.map(|message| message.tag));
    })
}
