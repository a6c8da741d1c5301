//! The calls: of each family one that packets use, on 64 bytes, where what surrounds the cipher
//! weighs most, and of the ciphers of our own one on 512.

use std::hint::black_box;

use secpvm_core::aead::{Aead, Aes256Gcm, ChaCha20Poly1305, Nonce};
use secpvm_core::agreement::X25519;
use secpvm_core::digest::{Digest, Md5, Sha256};
use secpvm_core::hazmat::{
    Blowfish, Cbc, Cipher, Ctr, Des, DesVartime, Idea, KeyInit, KeyIvInit, Rc4, TdesEde3,
};
use secpvm_core::mac::{Hmac, Keyed, Mac};
use secpvm_core::packet::{MemberId, Opener, PeerSlot, Sealer};
use secpvm_core::secret::Secret;
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

type Call = Box<dyn FnMut()>;

/// A call's name, and what makes it ready.
type Named = (&'static str, fn() -> Call);

pub fn all() -> Vec<Named> {
    vec![
        ("seal-64-aes-256-gcm", || seal(Suite::Aes256Gcm)),
        ("seal-64-chacha20-poly1305", || {
            seal(Suite::ChaCha20Poly1305)
        }),
        ("seal-64-3des-ctr+keyed-md5", || {
            seal(Suite::TdesCtrKeyedMd5)
        }),
        ("open-64-aes-256-gcm", || open(Suite::Aes256Gcm)),
        ("open-64-chacha20-poly1305", || {
            open(Suite::ChaCha20Poly1305)
        }),
        ("open-64-3des-ctr+keyed-md5", || {
            open(Suite::TdesCtrKeyedMd5)
        }),
        ("aead-64-aes-256-gcm", aead::<Aes256Gcm>),
        ("aead-64-chacha20-poly1305", aead::<ChaCha20Poly1305>),
        ("mac-64-keyed-md5", mac::<Keyed<Md5>>),
        ("mac-64-hmac-sha256", mac::<Hmac<Sha256>>),
        ("digest-64-md5", digest::<Md5>),
        ("digest-64-sha256", digest::<Sha256>),
        ("cipher-512-rc4", rc4),
        ("cipher-512-des-ctr", ctr::<Des>),
        ("cipher-512-3des-ctr", ctr::<TdesEde3>),
        ("cipher-512-idea-ctr", ctr::<Idea>),
        ("cipher-512-blowfish-cbc", cbc::<Blowfish>),
        ("cipher-512-des-cbc-by-tables", cbc::<DesVartime>),
        ("agree-x25519", agree),
    ]
}

const LEN: usize = 64;
const CIPHER_LEN: usize = 512;

/// A key of any length up to 64 bytes, no two parts of which are the same.
fn key(len: usize) -> Vec<u8> {
    (1..=64).take(len).collect()
}

fn session(suite: Suite) -> Session {
    Session::generate(suite, Secret::from([1; 32]))
}

fn sealer(suite: Suite) -> Sealer {
    Sealer::new(&session(suite), MemberId(1)).expect("a good session")
}

fn seal(suite: Suite) -> Call {
    let mut sealer = sealer(suite);
    let mut buf = vec![7; Sealer::record_len(LEN)];
    Box::new(move || {
        let sealed = sealer.seal_in_place(b"host2", black_box(&mut buf), LEN);
        assert!(black_box(sealed).is_ok());
    })
}

fn open(suite: Suite) -> Call {
    let mut sealer = sealer(suite);
    let mut opener = Opener::new(&session(suite), [const { PeerSlot::EMPTY }; 4]);
    let mut record = || {
        let mut buf = vec![7; Sealer::record_len(LEN)];
        sealer
            .seal_in_place(b"host2", &mut buf, LEN)
            .expect("it seals");
        buf
    };
    let mut records = [record(), record()].into_iter();
    Box::new(move || {
        let mut record = records.next().expect("a call for each record");
        let opened = opener.open_in_place(b"host2", black_box(&mut record));
        assert!(black_box(opened).is_ok());
    })
}

fn aead<A: Aead + 'static>() -> Call {
    let aead = A::new(&key(32)).expect("the key has its length");
    let mut data = [7; LEN];
    Box::new(move || {
        let nonce = Nonce::assume_unique([9; 12]);
        let tag = aead.seal_in_place(nonce, b"associated", black_box(&mut data));
        assert!(black_box(tag).is_ok());
    })
}

fn mac<M: Mac>() -> Call {
    Box::new(|| {
        let mut mac = M::new(&[7; 16]).expect("the key has its length");
        mac.update(black_box(&[9; LEN]));
        black_box(mac.finalize());
    })
}

fn digest<D: Digest>() -> Call {
    Box::new(|| {
        black_box(D::digest(black_box(&[9; LEN])));
    })
}

fn rc4() -> Call {
    let mut rc4 = Rc4::new(&key(16), &[]).expect("the key has its length");
    let mut data = [7; CIPHER_LEN];
    Box::new(move || {
        rc4.encrypt_in_place(black_box(&mut data))
            .expect("any length");
    })
}

fn ctr<C: KeyInit + 'static>() -> Call {
    let cipher = C::new(&key(C::KEY_LEN.max)).expect("the key has its length");
    let mut data = [7; CIPHER_LEN];
    Box::new(move || {
        let mut ctr = Ctr::with_cipher(&cipher, &[9; 8]).expect("the IV has its length");
        ctr.encrypt_in_place(black_box(&mut data))
            .expect("any length");
    })
}

fn cbc<C: KeyInit + 'static>() -> Call {
    let cipher = C::new(&key(C::KEY_LEN.max)).expect("the key has its length");
    let mut data = [7; CIPHER_LEN];
    Box::new(move || {
        let mut cbc = Cbc::with_cipher(&cipher, &[9; 8]).expect("the IV has its length");
        cbc.encrypt_in_place(black_box(&mut data))
            .expect("whole blocks");
    })
}

fn agree() -> Call {
    let secret = X25519::new(&Secret::from([2; 32]));
    let public = X25519::new(&Secret::from([3; 32])).public_value();
    Box::new(move || assert!(black_box(secret.agree(black_box(&public))).is_ok()))
}
