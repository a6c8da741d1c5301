//! AEADs: one message sealed under a key that is expanded, with 16 bytes of associated data.

use aes_gcm::aead::{AeadInOut, KeyInit};
use openssl::cipher::Cipher;
use secpvm_core::aead::{Aead, Aes256Gcm, ChaCha20Poly1305, Nonce};
use std::hint::black_box;

use crate::operation::{Contestant, Operation, US, contestant, key, message};
use crate::peers::{ASSOCIATED_DATA, botan_aead, openssl_aead};

/// What other libraries seal with: `seal!("ring", ring, AES_256_GCM, len)`.
macro_rules! seal {
    ($library:literal, $krate:ident, $algorithm:ident, $len:expr) => {{
        use $krate::aead;
        let key = aead::UnboundKey::new(&aead::$algorithm, &key::<32>());
        let key = aead::LessSafeKey::new(key.expect("the key has its length"));
        let mut data = message($len);
        contestant($library, move || {
            let nonce = aead::Nonce::assume_unique_for_key([9; 12]);
            let aad = aead::Aad::from(ASSOCIATED_DATA);
            let tag = key.seal_in_place_separate_tag(nonce, aad, black_box(&mut data));
            let _ = black_box(tag.expect("it seals"));
        })
    }};
}

macro_rules! graviola {
    ($aead:expr, $len:expr) => {{
        let (aead, mut data) = ($aead, message($len));
        contestant("graviola", move || {
            let mut tag = [0; 16];
            aead.encrypt(&[9; 12], &ASSOCIATED_DATA, black_box(&mut data), &mut tag);
            black_box(tag);
        })
    }};
}

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new("aes-256-gcm", |len| {
            vec![
                ours::<Aes256Gcm>(len),
                seal!("aws-lc-rs", aws_lc_rs, AES_256_GCM, len),
                graviola!(graviola::aead::AesGcm::new(&key::<32>()), len),
                seal!("ring", ring, AES_256_GCM, len),
                openssl_aead(Cipher::aes_256_gcm(), len),
                botan_aead("AES-256/GCM", len),
                rustcrypto::<aes_gcm::Aes256Gcm>(len),
            ]
        })
        .target(0.9, &["aws-lc-rs", "graviola", "ring"]),
        Operation::new("chacha20-poly1305", |len| {
            vec![
                ours::<ChaCha20Poly1305>(len),
                openssl_aead(Cipher::chacha20_poly1305(), len),
                seal!("aws-lc-rs", aws_lc_rs, CHACHA20_POLY1305, len),
                graviola!(graviola::aead::ChaCha20Poly1305::new(key::<32>()), len),
                seal!("ring", ring, CHACHA20_POLY1305, len),
                botan_aead("ChaCha20Poly1305", len),
                rustcrypto::<chacha20poly1305::ChaCha20Poly1305>(len),
            ]
        })
        .target(1.0, &["openssl"]),
    ]
}

fn ours<A: Aead + 'static>(len: usize) -> Contestant {
    let aead = A::new(&key::<32>()).expect("the key has its length");
    let mut data = message(len);
    contestant(US, move || {
        let nonce = Nonce::assume_unique([9; 12]);
        let tag = aead.seal_in_place(nonce, &ASSOCIATED_DATA, black_box(&mut data));
        black_box(tag.expect("it seals"));
    })
}

fn rustcrypto<A: AeadInOut + KeyInit + 'static>(len: usize) -> Contestant {
    let aead = A::new_from_slice(&key::<32>()).expect("the key has its length");
    let mut data = message(len);
    contestant("rustcrypto", move || {
        let nonce = Default::default();
        let data = black_box(&mut data[..]).into();
        black_box(
            aead.encrypt_inout_detached(&nonce, &ASSOCIATED_DATA, data)
                .is_ok(),
        );
    })
}
