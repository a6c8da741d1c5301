//! Our primitives against OpenSSL's, wherever it has them.

#![no_main]

use std::cell::OnceCell;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use openssl::cipher::Cipher as Peer;
use openssl::cipher_ctx::CipherCtx;
use openssl::derive::Deriver;
use openssl::hash::{MessageDigest, hash};
use openssl::pkey::{Id, PKey};
use openssl::provider::Provider;
use openssl::sign::Signer;
use openssl::symm;
use secpvm_core::aead::{AeadSpec, AnyAead, Nonce};
use secpvm_core::agreement::X25519;
use secpvm_core::digest::{AnyDigest, DigestSpec};
use secpvm_core::hazmat::{AnyCipher, Cipher, CipherSpec};
use secpvm_core::mac::{AnyMac, MacSpec};

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Cipher {
        spec: u8,
        key_len: u8,
        key: [u8; 56],
        iv: [u8; 16],
        message: &'a [u8],
    },
    Aead {
        spec: u8,
        key: [u8; 32],
        nonce: [u8; 12],
        associated: &'a [u8],
        message: &'a [u8],
    },
    Digest {
        spec: u8,
        message: &'a [u8],
    },
    Hmac {
        spec: u8,
        key: &'a [u8],
        message: &'a [u8],
    },
    X25519 {
        secret: [u8; 32],
        public: [u8; 32],
    },
}

fuzz_target!(|input: Input| {
    match input {
        Input::Cipher {
            spec,
            key_len,
            key,
            iv,
            message,
        } => {
            cipher(
                pick(CipherSpec::ALL, spec),
                key_len.into(),
                &key,
                &iv,
                message,
            );
        }
        Input::Aead {
            spec,
            key,
            nonce,
            associated,
            message,
        } => {
            aead(pick(AeadSpec::ALL, spec), &key, nonce, associated, message);
        }
        Input::Digest { spec, message } => {
            let spec = pick(DigestSpec::ALL, spec);
            let mut digest = AnyDigest::new(spec);
            digest.update(message);
            let peer = hash(message_digest(spec.algorithm().name), message).unwrap();
            assert_eq!(digest.finalize().as_ref(), &*peer);
        }
        Input::Hmac { spec, key, message } => hmac(pick(MacSpec::ALL, spec), key, message),
        Input::X25519 { secret, public } => x25519(secret, &public),
    }
});

fn pick<T: Copy>(all: &[T], at: u8) -> T {
    all[usize::from(at) % all.len()]
}

fn cipher(spec: CipherSpec, key_len: usize, key: &[u8; 56], iv: &[u8], message: &[u8]) {
    let algorithm = spec.algorithm();
    let lengths = algorithm.key_len;
    let key = &key[..key_len.clamp(lengths.min, lengths.max.min(56))];
    // OpenSSL's names are our aliases. It has neither IDEA (in Debian) nor CTR of 64-bit blocks.
    let names = algorithm.aliases.iter().chain([&algorithm.name]);
    let fetched = names.filter_map(|name| fetch(name)).next();
    let Some(peer) = fetched.filter(|_| algorithm.name != "chacha20" || iv[3] < 0xf0) else {
        return;
    };
    let iv = &iv[..algorithm.iv_len];
    let mut ours = AnyCipher::new(spec, key, iv).unwrap();
    let mut data = message[..message.len() / ours.unit_len() * ours.unit_len()].to_vec();
    let mut context = CipherCtx::new().unwrap();
    context.encrypt_init(Some(&peer), None, None).unwrap();
    if context.key_length() != key.len() {
        context.set_key_length(key.len()).unwrap();
    }
    let iv = (!iv.is_empty()).then_some(iv);
    context.encrypt_init(None, Some(key), iv).unwrap();
    context.set_padding(false);
    let mut theirs = Vec::new();
    context.cipher_update_vec(&data, &mut theirs).unwrap();
    context.cipher_final_vec(&mut theirs).unwrap();
    if ours.encrypt_in_place(&mut data).is_ok() {
        assert_eq!(data, theirs, "{}", algorithm.name);
    }
}

fn fetch(name: &str) -> Option<Peer> {
    thread_local! {
        static PROVIDERS: OnceCell<[Provider; 2]> = const { OnceCell::new() };
    }
    PROVIDERS.with(|providers| {
        providers
            .get_or_init(|| ["legacy", "default"].map(|name| Provider::load(None, name).unwrap()));
    });
    Peer::fetch(None, name, None).ok()
}

fn aead(spec: AeadSpec, key: &[u8; 32], nonce: [u8; 12], associated: &[u8], message: &[u8]) {
    let name = spec.algorithm().name;
    let peer = match name {
        "aes-128-gcm" => symm::Cipher::aes_128_gcm(),
        "aes-256-gcm" => symm::Cipher::aes_256_gcm(),
        "chacha20-poly1305" => symm::Cipher::chacha20_poly1305(),
        other => panic!("no peer for {other}"),
    };
    let key = &key[..spec.algorithm().key_len.min];
    let ours = AnyAead::new(spec, key).unwrap();
    let mut data = message.to_vec();
    let tag = ours
        .seal_in_place(Nonce::assume_unique(nonce), associated, &mut data)
        .unwrap();
    let mut peers_tag = [0; 16];
    let theirs =
        symm::encrypt_aead(peer, key, Some(&nonce), associated, message, &mut peers_tag).unwrap();
    assert_eq!((&data, tag), (&theirs, peers_tag), "{name}");
    ours.open_in_place(&nonce, associated, &mut data, &tag)
        .unwrap();
    assert_eq!(data, message);
}

fn message_digest(name: &str) -> MessageDigest {
    match name {
        "md5" => MessageDigest::md5(),
        "sha1" => MessageDigest::sha1(),
        "sha256" => MessageDigest::sha256(),
        other => panic!("no peer for {other}"),
    }
}

fn hmac(spec: MacSpec, key: &[u8], message: &[u8]) {
    let Some(digest) = spec.algorithm().name.strip_prefix("hmac-") else {
        return;
    };
    let mut ours = AnyMac::new(spec, key).unwrap();
    ours.update(message);
    // OpenSSL refuses an empty key; filled with zeros to a block, it is the same as one zero.
    let key = PKey::hmac(if key.is_empty() { &[0] } else { key }).unwrap();
    let mut theirs = Signer::new(message_digest(digest), &key).unwrap();
    assert_eq!(
        ours.finalize().as_ref(),
        theirs.sign_oneshot_to_vec(message).unwrap()
    );
}

fn x25519(secret: [u8; 32], public: &[u8; 32]) {
    let theirs = PKey::private_key_from_raw_bytes(&secret, Id::X25519).unwrap();
    let ours = X25519::new(&secret.into());
    assert_eq!(ours.public_value()[..], theirs.raw_public_key().unwrap());
    let peer = PKey::public_key_from_raw_bytes(public, Id::X25519).unwrap();
    let mut deriver = Deriver::new(&theirs).unwrap();
    deriver.set_peer(&peer).unwrap();
    let shared = ours.agree(public).map(|shared| shared.expose().to_vec());
    assert_eq!(shared.ok(), deriver.derive_to_vec().ok());
}
