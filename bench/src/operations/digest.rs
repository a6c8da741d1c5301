//! Digests, and MACs made of them, with their keys.

use std::hint::black_box;

use openssl::hash::{Hasher, MessageDigest};
use secpvm_core::digest::{Digest, Md5, Sha1, Sha256};
use secpvm_core::mac::{Hmac, Keyed, Mac};

use crate::operation::{Contestant, Operation, US, contestant, key, message};

const BEST: &[&str] = &["openssl", "botan", "rustcrypto"];

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new("md5", |len| {
            vec![
                ours::<Md5>(len),
                openssl_md5(len),
                botan("MD5", len),
                rustcrypto::<md5::Md5>(len),
            ]
        })
        .target(1.0, BEST),
        Operation::new("sha1", |len| {
            vec![
                ours::<Sha1>(len),
                openssl(MessageDigest::sha1(), len),
                botan("SHA-1", len),
                rustcrypto::<sha1::Sha1>(len),
            ]
        }),
        Operation::new("sha256", |len| {
            vec![
                ours::<Sha256>(len),
                openssl(MessageDigest::sha256(), len),
                botan("SHA-256", len),
                rustcrypto::<sha2::Sha256>(len),
            ]
        }),
        Operation::new("keyed-md5", |len| {
            vec![ours_mac::<Keyed<Md5>>(len), openssl_keyed_md5(len)]
        })
        .target(1.0, &["openssl"]),
        Operation::new("hmac-md5", |len| {
            vec![ours_mac::<Hmac<Md5>>(len), botan_hmac("HMAC(MD5)", len)]
        })
        .target(1.0, &["botan"]),
    ]
}

fn ours<D: Digest>(len: usize) -> Contestant {
    let data = message(len);
    contestant(US, move || {
        black_box(D::digest(black_box(&data)));
    })
}

fn ours_mac<M: Mac>(len: usize) -> Contestant {
    let (key, data) = (key::<16>(), message(len));
    contestant(US, move || {
        let mut mac = M::new(black_box(&key)).expect("the key has its length");
        mac.update(black_box(&data));
        black_box(mac.finalize());
    })
}

fn openssl(digest: MessageDigest, len: usize) -> Contestant {
    let mut hasher = Hasher::new(digest).expect("OpenSSL has the digest");
    let data = message(len);
    contestant("openssl", move || {
        hasher.update(black_box(&data)).expect("OpenSSL works");
        black_box(hasher.finish().expect("OpenSSL works"));
    })
}

pub fn openssl_md5(len: usize) -> Contestant {
    openssl(MessageDigest::md5(), len)
}

/// Digest of (key, zeros to the block, data, key), which OpenSSL has no name for.
pub fn openssl_keyed_md5(len: usize) -> Contestant {
    let mut hasher = Hasher::new(MessageDigest::md5()).expect("OpenSSL has the digest");
    let (key, data) = (key::<16>(), message(len));
    contestant("openssl", move || {
        for part in [&key[..], &[0; 48], black_box(&data), &key] {
            hasher.update(part).expect("OpenSSL works");
        }
        black_box(hasher.finish().expect("OpenSSL works"));
    })
}

fn botan(name: &str, len: usize) -> Contestant {
    let mut hash = botan::HashFunction::new(name).expect("Botan has the digest");
    let data = message(len);
    contestant("botan", move || {
        hash.update(black_box(&data)).expect("Botan works");
        black_box(hash.finish().expect("Botan works"));
    })
}

fn botan_hmac(name: &str, len: usize) -> Contestant {
    let mut mac = botan::MsgAuthCode::new(name).expect("Botan has the MAC");
    let (key, data) = (key::<16>(), message(len));
    contestant("botan", move || {
        mac.set_key(black_box(&key)).expect("Botan takes the key");
        mac.update(black_box(&data)).expect("Botan works");
        black_box(mac.finish().expect("Botan works"));
    })
}

fn rustcrypto<D: sha2::Digest>(len: usize) -> Contestant {
    let data = message(len);
    contestant("rustcrypto", move || {
        black_box(D::digest(black_box(&data)));
    })
}
