//! OpenSSL and Botan as contestants, for what they do in more than one place.

use std::hint::black_box;

use openssl::cipher::CipherRef;
use openssl::cipher_ctx::{CipherCtx, CipherCtxRef};

use crate::operation::{Contestant, contestant, key, message};

/// What AEADs authenticate besides the message.
pub const ASSOCIATED_DATA: [u8; 16] = [5; 16];

#[derive(Clone, Copy)]
pub enum Direction {
    Encrypt,
    Decrypt,
}

/// A message in one go, under a key that is expanded, with an IV of its own.
pub fn openssl_cipher(
    cipher: &'static CipherRef,
    direction: Direction,
    key: &[u8],
    len: usize,
) -> Contestant {
    openssl_named("openssl", cipher, direction, key, len)
}

/// The same under a name of its own, where it is not what the others do.
pub fn openssl_named(
    library: &'static str,
    cipher: &'static CipherRef,
    direction: Direction,
    key: &[u8],
    len: usize,
) -> Contestant {
    let mut context = CipherCtx::new().expect("OpenSSL has memory");
    let iv = vec![9; cipher.iv_length()];
    let mut data = message(len + cipher.block_size());
    let init = match direction {
        Direction::Encrypt => CipherCtxRef::encrypt_init,
        Direction::Decrypt => CipherCtxRef::decrypt_init,
    };
    init(&mut context, Some(cipher), None, None).expect("OpenSSL has the cipher");
    context.set_padding(false);
    context
        .set_key_length(key.len())
        .expect("OpenSSL takes the key");
    init(&mut context, None, Some(key), Some(&iv)).expect("OpenSSL takes the key");
    contestant(library, move || {
        init(&mut context, None, None, Some(&iv)).expect("OpenSSL takes the IV");
        context
            .cipher_update_inplace(black_box(&mut data), len)
            .expect("OpenSSL works");
    })
}

/// A stream cipher without IV, which goes on with one key stream.
pub fn openssl_stream(cipher: &CipherRef, key: &[u8], len: usize) -> Contestant {
    let mut context = CipherCtx::new().expect("OpenSSL has memory");
    context
        .encrypt_init(Some(cipher), Some(key), None)
        .expect("OpenSSL takes the key");
    let mut data = message(len + cipher.block_size());
    contestant("openssl", move || {
        context
            .cipher_update_inplace(black_box(&mut data), len)
            .expect("OpenSSL works");
    })
}

/// A message in one go with Botan, by its name for the cipher and mode.
pub fn botan_cipher(name: &str, direction: Direction, key: &[u8], len: usize) -> Contestant {
    let direction = match direction {
        Direction::Encrypt => botan::CipherDirection::Encrypt,
        Direction::Decrypt => botan::CipherDirection::Decrypt,
    };
    let mut cipher = botan::Cipher::new(name, direction).expect("Botan has the cipher");
    cipher.set_key(key).expect("Botan takes the key");
    let iv = vec![9; cipher.default_nonce_length()];
    let data = message(len);
    contestant("botan", move || {
        black_box(cipher.process(&iv, black_box(&data)).expect("Botan works"));
    })
}

pub fn openssl_aead(cipher: &CipherRef, len: usize) -> Contestant {
    let mut context = CipherCtx::new().expect("OpenSSL has memory");
    context
        .encrypt_init(Some(cipher), Some(&key::<32>()), None)
        .expect("OpenSSL takes the key");
    let mut data = message(len + cipher.block_size());
    contestant("openssl", move || {
        let mut tag = [0; 16];
        let sealed = context
            .encrypt_init(None, None, Some(&[9; 12]))
            .and_then(|()| context.cipher_update(&ASSOCIATED_DATA, None))
            .and_then(|_| context.cipher_update_inplace(black_box(&mut data), len))
            .and_then(|_| context.cipher_final(&mut []))
            .and_then(|_| context.tag(&mut tag));
        sealed.expect("OpenSSL works");
        black_box(tag);
    })
}

pub fn botan_aead(name: &str, len: usize) -> Contestant {
    let aead = botan::Cipher::new(name, botan::CipherDirection::Encrypt);
    let mut aead = aead.expect("Botan has the AEAD");
    aead.set_key(&key::<32>()).expect("Botan takes the key");
    let data = message(len);
    contestant("botan", move || {
        aead.set_associated_data(&ASSOCIATED_DATA)
            .expect("Botan takes it");
        black_box(
            aead.process(&[9; 12], black_box(&data))
                .expect("Botan works"),
        );
    })
}
