//! Packets of the current profile. The peer is what any packet needs at the least: calls of the AEAD
//! alone, or of cipher and digest, without header, numbers, replay window and key hierarchy.

use std::hint::black_box;

use aws_lc_rs::aead::{self, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, UnboundKey};
use openssl::cipher::Cipher;
use secpvm_core::packet::{
    Incoming, MemberId, Opener, Outgoing, PeerSlot, RECORD_HEADER_LEN, Sealer,
};
use secpvm_core::secret::Secret;
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

use super::digest::openssl_keyed_md5;
use crate::operation::{Contestant, Operation, US, contestant, key, message};
use crate::peers::{ASSOCIATED_DATA, Direction, openssl_cipher};

/// Sizes of a packet's plaintext: a small one, and one that fills PVM's usual datagram.
const SIZES: &[usize] = &[64, 4096];
const SMALL: &[usize] = &[64];

/// The receiver's name, which is authenticated.
const TO: &[u8] = b"host2";

/// Packets of a batch.
const PACKETS: usize = 16;

/// How many bytes of records an opener is given before it is made anew: they stay in the caches.
const RECORDS_LEN: usize = 1 << 19;

pub fn operations() -> Vec<Operation> {
    let (aes, chacha20, tdes) = (
        Suite::Aes256Gcm,
        Suite::ChaCha20Poly1305,
        Suite::TdesCtrKeyedMd5,
    );
    let target: (f64, &[&str]) = (1.0 / 1.3, &["aws-lc-rs, bare"]);
    let operations = vec![
        Operation::new("packet aes-256-gcm: seal", move |len| seal(aes, len)),
        Operation::new("packet aes-256-gcm: open", move |len| open(aes, len)),
        Operation::new("packet aes-256-gcm: seal + open", move |len| both(aes, len)),
        Operation::new("packet chacha20-poly1305: seal", move |len| {
            seal(chacha20, len)
        }),
        Operation::new("packet chacha20-poly1305: open", move |len| {
            open(chacha20, len)
        }),
        Operation::new("packet chacha20-poly1305: seal + open", move |len| {
            both(chacha20, len)
        }),
        Operation::new("packet 3des-ctr+keyed-md5: seal", move |len| {
            seal(tdes, len)
        }),
        Operation::new("packet 3des-ctr+keyed-md5: open", move |len| {
            open(tdes, len)
        }),
        Operation::new("packet 3des-ctr+keyed-md5: seal + open", move |len| {
            both(tdes, len)
        }),
    ];
    let batches = [
        Operation::new("packet aes-256-gcm: seal, 16 packets", move |len| {
            seal_batch(aes, len)
        }),
        Operation::new("packet aes-256-gcm: seal + open, 16 packets", move |len| {
            both_batches(aes, len)
        }),
        Operation::new("packet 3des-ctr+keyed-md5: seal, 16 packets", move |len| {
            seal_batch(tdes, len)
        }),
        Operation::new(
            "packet 3des-ctr+keyed-md5: seal + open, 16 packets",
            move |len| both_batches(tdes, len),
        ),
    ];
    let batches = batches.map(|operation| operation.messages(PACKETS));
    operations
        .into_iter()
        .chain(batches)
        .map(|operation| operation.sizes(SIZES))
        .map(|operation| match operation.name {
            // At most 1.3 times as long as the bare calls.
            "packet aes-256-gcm: seal + open" | "packet chacha20-poly1305: seal + open" => {
                operation.target_at(SMALL[0], target.0, target.1)
            }
            _ => operation,
        })
        .collect()
}

fn session(suite: Suite) -> Session {
    Session::generate(suite, Secret::from([1; 32]))
}

fn sealer(suite: Suite) -> Sealer {
    Sealer::new(&session(suite), MemberId(1)).expect("a good session")
}

fn opener(suite: Suite) -> Opener<[PeerSlot; 4]> {
    Opener::new(&session(suite), [const { PeerSlot::EMPTY }; 4])
}

fn seal(suite: Suite, len: usize) -> Vec<Contestant> {
    let mut sealer = sealer(suite);
    let mut buf = message(Sealer::record_len(len));
    let ours = contestant(US, move || {
        black_box(
            sealer
                .seal_in_place(TO, black_box(&mut buf), len)
                .expect("it seals"),
        );
    });
    let mut bare = Bare::of(suite, len);
    vec![ours, contestant(bare.library(), move || bare.seal())]
}

/// The records are copied to where they are opened.
fn open(suite: Suite, len: usize) -> Vec<Contestant> {
    let record_len = Sealer::record_len(len);
    let mut sealer = sealer(suite);
    let mut records = vec![0; RECORDS_LEN / record_len * record_len];
    for record in records.chunks_mut(record_len) {
        sealer.seal_in_place(TO, record, len).expect("it seals");
    }
    let (mut buf, mut at) = (vec![0; record_len], records.len());
    let mut receiver = opener(suite);
    let ours = contestant(US, move || {
        if at == records.len() {
            (receiver, at) = (opener(suite), 0);
        }
        buf.copy_from_slice(&records[at..][..record_len]);
        at += record_len;
        black_box(
            receiver
                .open_in_place(TO, black_box(&mut buf))
                .expect("it opens"),
        );
    });
    let mut bare = Bare::of(suite, len);
    bare.seal();
    bare.keep();
    vec![
        ours,
        contestant(bare.library(), move || {
            bare.take_back();
            bare.open();
        }),
    ]
}

fn both(suite: Suite, len: usize) -> Vec<Contestant> {
    let (mut sealer, mut opener) = (sealer(suite), opener(suite));
    let mut buf = message(Sealer::record_len(len));
    let ours = contestant(US, move || {
        let record_len = sealer
            .seal_in_place(TO, black_box(&mut buf), len)
            .expect("it seals");
        black_box(
            opener
                .open_in_place(TO, black_box(&mut buf[..record_len]))
                .expect("it opens"),
        );
    });
    let mut bare = Bare::of(suite, len);
    vec![
        ours,
        contestant(bare.library(), move || {
            bare.seal();
            bare.open();
        }),
    ]
}

fn seal_batch(suite: Suite, len: usize) -> Vec<Contestant> {
    let mut sealer = sealer(suite);
    let mut bufs = vec![message(Sealer::record_len(len)); PACKETS];
    let ours = contestant(US, move || seal_all(&mut sealer, &mut bufs, len));
    let mut bare = Bare::of(suite, len);
    let library = bare.library();
    let theirs = move || (0..PACKETS).for_each(|_| bare.seal());
    vec![ours, contestant(library, theirs)]
}

fn both_batches(suite: Suite, len: usize) -> Vec<Contestant> {
    let (mut sealer, mut opener) = (sealer(suite), opener(suite));
    let mut bufs = vec![message(Sealer::record_len(len)); PACKETS];
    let ours = contestant(US, move || {
        seal_all(&mut sealer, &mut bufs, len);
        let mut batch: Vec<_> = bufs.iter_mut().map(|buf| Incoming::new(TO, buf)).collect();
        opener.open_batch(black_box(&mut batch));
        assert!(batch.iter().all(|incoming| incoming.header().is_ok()));
    });
    let mut bare = Bare::of(suite, len);
    let library = bare.library();
    let theirs = move || {
        for _ in 0..PACKETS {
            bare.seal();
            bare.open();
        }
    };
    vec![ours, contestant(library, theirs)]
}

fn seal_all(sealer: &mut Sealer, bufs: &mut [Vec<u8>], len: usize) {
    let mut batch: Vec<_> = bufs
        .iter_mut()
        .map(|buf| Outgoing::new(TO, buf, len))
        .collect();
    sealer.seal_batch(black_box(&mut batch));
    assert!(batch.iter().all(|outgoing| outgoing.record_len().is_ok()));
}

/// What there is to do for a packet at the least.
enum Bare {
    /// The AEAD, data with their tag, and the same as it was sealed.
    Aead(LessSafeKey, Vec<u8>, Vec<u8>),
    /// Encryption, decryption, and the MAC.
    Composed([Contestant; 3]),
}

impl Bare {
    fn of(suite: Suite, len: usize) -> Self {
        let algorithm = match suite {
            Suite::Aes256Gcm => &AES_256_GCM,
            Suite::ChaCha20Poly1305 => &CHACHA20_POLY1305,
            Suite::TdesCtrKeyedMd5 => {
                let cipher = |direction| {
                    openssl_cipher(Cipher::des_ede3_cbc(), direction, &key::<24>(), len)
                };
                return Self::Composed([
                    cipher(Direction::Encrypt),
                    cipher(Direction::Decrypt),
                    openssl_keyed_md5(len + RECORD_HEADER_LEN),
                ]);
            }
            other => unreachable!("{} is not among the suites measured", other.name()),
        };
        let key = UnboundKey::new(algorithm, &key::<32>()).expect("the key has its length");
        let data = message(len + algorithm.tag_len());
        Self::Aead(LessSafeKey::new(key), data.clone(), data)
    }

    fn library(&self) -> &'static str {
        match self {
            Self::Aead(..) => "aws-lc-rs, bare",
            Self::Composed(_) => "openssl, bare",
        }
    }

    fn seal(&mut self) {
        match self {
            Self::Aead(key, data, sealed) => {
                let (message, tag) = data.split_at_mut(sealed.len() - 16);
                let made = key.seal_in_place_separate_tag(nonce(), aad(), black_box(message));
                tag.copy_from_slice(made.expect("it seals").as_ref());
            }
            Self::Composed([encrypt, _, mac]) => {
                (encrypt.call)();
                (mac.call)();
            }
        }
    }

    fn open(&mut self) {
        match self {
            Self::Aead(key, data, _) => {
                let opened = key.open_in_place(nonce(), aad(), black_box(data));
                black_box(opened.expect("it opens"));
            }
            Self::Composed([_, decrypt, mac]) => {
                (mac.call)();
                (decrypt.call)();
            }
        }
    }

    /// Keep what has been sealed, to open it more than once.
    fn keep(&mut self) {
        if let Self::Aead(_, data, sealed) = self {
            sealed.copy_from_slice(data);
        }
    }

    fn take_back(&mut self) {
        if let Self::Aead(_, data, sealed) = self {
            data.copy_from_slice(sealed);
        }
    }
}

fn nonce() -> aead::Nonce {
    aead::Nonce::assume_unique_for_key([9; 12])
}

fn aad() -> Aad<[u8; 16]> {
    Aad::from(ASSOCIATED_DATA)
}
