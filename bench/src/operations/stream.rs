//! Stream ciphers. RC4 goes on with one key stream; ChaCha20 begins one for each message.

use std::hint::black_box;

use cipher::{KeyInit as _, StreamCipher};
use openssl::cipher::Cipher;
use secpvm_core::hazmat::{ChaCha20, Cipher as _, KeyIvInit, Rc4};

use crate::operation::{Contestant, Operation, US, contestant, key, message};
use crate::peers::{Direction, botan_cipher, openssl_cipher, openssl_stream};

pub fn operations() -> Vec<Operation> {
    let (rc4, chacha20) = (key::<16>(), key::<32>());
    vec![
        Operation::new("rc4", move |len| {
            vec![
                ours_rc4(&rc4, len),
                openssl_stream(Cipher::rc4(), &rc4, len),
                rustcrypto_rc4(&rc4, len),
            ]
        })
        .target(1.0, &["openssl", "rustcrypto"]),
        Operation::new("chacha20", move |len| {
            vec![
                ours_chacha20(&chacha20, len),
                openssl_cipher(Cipher::chacha20(), Direction::Encrypt, &chacha20, len),
                botan_cipher("ChaCha(20)", Direction::Encrypt, &chacha20, len),
            ]
        }),
    ]
}

fn ours_rc4(key: &[u8], len: usize) -> Contestant {
    let mut rc4 = Rc4::new(key, &[]).expect("the key has its length");
    let mut data = message(len);
    contestant(US, move || {
        rc4.encrypt_in_place(black_box(&mut data))
            .expect("any length");
    })
}

fn ours_chacha20(key: &[u8; 32], len: usize) -> Contestant {
    let (key, mut data) = (*key, message(len));
    contestant(US, move || {
        let mut chacha20 = ChaCha20::new(black_box(&key), &[9; 16]).expect("their lengths");
        chacha20
            .encrypt_in_place(black_box(&mut data))
            .expect("any length");
    })
}

fn rustcrypto_rc4(key: &[u8], len: usize) -> Contestant {
    let mut rc4 = rc4::Rc4::new_from_slice(key).expect("the key has its length");
    let mut data = message(len);
    contestant("rustcrypto", move || {
        rc4.apply_keystream(black_box(&mut data))
    })
}
