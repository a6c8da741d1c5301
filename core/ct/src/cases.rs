//! The paths that handle secrets, one case each. What is poisoned: keys, plaintexts, private keys,
//! ephemeral keys. What is public: lengths, nonces, associated data, and whatever was sent.

use std::hint::black_box;

use secpvm_core::aead::{AeadSpec, AnyAead, Nonce};
use secpvm_core::agreement::{AgreementSpec, AnyAgreement, X25519};
use secpvm_core::group::MemberKey;
use secpvm_core::handshake::join::{JOIN_MESSAGE_LEN_MAX, Join, MEMBER_KEY_MESSAGE_LEN};
use secpvm_core::handshake::noise::{Handshake, NoiseCipher, PublicKey, Role};
use secpvm_core::hazmat::{
    AnyCipher, Cbc, Cipher, CipherSpec, DesVartime, KeyInit, TdesEde3, TdesEde3Vartime,
};
use secpvm_core::hkdf::KdfSpec;
use secpvm_core::mac::{AnyMac, MacSpec};
use secpvm_core::packet::classic::Cipher1997;
use secpvm_core::packet::{MemberId, Opener, PeerSlot, RECORD_HEADER_LEN, Sealer};
use secpvm_core::padding::Padding;
use secpvm_core::secret::Secret;
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

use crate::memcheck::{poison, publish};
use crate::protocols;

/// One path.
pub struct Case {
    /// The row of `docs/side-channels.md` that it belongs to.
    pub row: &'static str,
    pub name: String,
    pub run: Box<dyn FnOnce()>,
}

pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |row, name: &str, run: Box<dyn FnOnce()>| {
        let name = name.to_owned();
        cases.push(Case { row, name, run });
    };
    for &spec in CipherSpec::ALL {
        let name = spec.algorithm().name;
        add(cipher_row(name), name, Box::new(move || cipher(spec)));
    }
    add(DES_TABLES, "des by tables", Box::new(chained::<DesVartime>));
    add(
        DES_TABLES,
        "3des by tables",
        Box::new(chained::<TdesEde3Vartime>),
    );
    for &spec in AeadSpec::ALL {
        let name = spec.algorithm().name;
        let row = if name.starts_with("aes") {
            AES_GCM
        } else {
            CHACHA20
        };
        add(row, name, Box::new(move || aead(spec)));
    }
    for &spec in MacSpec::ALL {
        add(MAC, spec.algorithm().name, Box::new(move || mac(spec)));
    }
    for &spec in KdfSpec::ALL {
        add(HKDF, spec.algorithm().name, Box::new(move || kdf(spec)));
    }
    for &spec in AgreementSpec::ALL {
        let name = spec.algorithm().name;
        let row = if name == "x25519" { X25519_ROW } else { MODP };
        add(row, name, Box::new(move || agreement(spec)));
    }
    for &style in Padding::ALL {
        add(
            PADDING,
            style.algorithm().name,
            Box::new(move || padding(style)),
        );
    }
    add(WEAK, "3des weak keys", Box::new(weak_keys));
    for suite in Suite::ALL {
        let row = match suite {
            Suite::TdesCtrKeyedMd5 | Suite::IdeaCtrKeyedMd5 | Suite::DesCtrKeyedMd5 => {
                LEGACY_RECORDS
            }
            Suite::Rc4KeyedMd5 => RC4_RECORDS,
            Suite::Aes256Gcm | Suite::ChaCha20Poly1305 | Suite::HmacSha256 | Suite::KeyedMd5 => {
                RECORDS
            }
        };
        add(row, suite.name(), Box::new(move || records(suite)));
    }
    for cipher in [NoiseCipher::AesGcm, NoiseCipher::ChaChaPoly] {
        for (pattern, pair) in PATTERNS {
            let name = format!("Noise {pattern} {cipher:?}");
            add(NOISE, &name, Box::new(move || noise(pair(cipher))));
        }
    }
    add(JOIN, "join", Box::new(join));
    add(GROUP, "group", Box::new(protocols::group));
    let authenticated = protocols::authenticated_packet;
    add(CLASSIC, "classic-1997 md5", Box::new(authenticated));
    for &cipher in Cipher1997::ALL {
        let name = format!("classic-1997 {}", cipher.name());
        let run = move || protocols::encrypted_packet(cipher);
        add(CLASSIC_ENCRYPTED, &name, Box::new(run));
    }
    add(EXCHANGE, "exchange of 1997", Box::new(protocols::exchange));
    cases
}

const DES_TABLES: &str = "`DesVartime`, `TdesEde2Vartime`, `TdesEde3Vartime`";
const AES_GCM: &str = "AES-GCM";
const CHACHA20: &str = "ChaCha20, ChaCha20-Poly1305";
const MAC: &str = "HMAC, keyed MD5 and SHA-1, verification included";
const HKDF: &str = "HKDF";
const X25519_ROW: &str = "X25519";
const MODP: &str = "MODP groups";
const PADDING: &str = "padding removal";
const WEAK: &str = "weak-key check of DES and 3DES";
const RECORDS: &str =
    "records of `aes-256-gcm`, `chacha20-poly1305`, `hmac-sha256` and `keyed-md5`";
const LEGACY_RECORDS: &str = "records of 3DES, IDEA and DES in CTR with `keyed-md5`";
const RC4_RECORDS: &str = "records of `rc4+keyed-md5`";
const NOISE: &str = "Noise NNpsk0, KK, XX, IK";
const JOIN: &str = "the join";
const GROUP: &str = "group messages";
const CLASSIC: &str = "packets of `classic-1997`, authenticated";
const CLASSIC_ENCRYPTED: &str = "packets of `classic-1997`, encrypted";
const EXCHANGE: &str = "the key exchange of `classic-1997`";

fn cipher_row(name: &str) -> &'static str {
    match name.split('-').next() {
        Some("aes") => "AES in ECB, CBC, CFB, OFB, CTR",
        Some("des" | "3des") => "DES, 3DES",
        Some("blowfish") => "Blowfish",
        Some("idea") => "IDEA",
        Some("rc4") => "RC4",
        _ => CHACHA20,
    }
}

/// Secret bytes, all different so that no two parts of a key are the same.
pub fn secret(len: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (1..=u8::MAX).cycle().take(len).collect();
    poison(&mut bytes);
    bytes
}

pub fn secret_array<const N: usize>() -> Secret<N> {
    let mut bytes = [0; N];
    for (byte, number) in bytes.iter_mut().zip((1..=u8::MAX).cycle()) {
        *byte = number;
    }
    poison(&mut bytes);
    Secret::from(bytes)
}

/// What a call answers is for everybody to see.
#[allow(clippy::needless_pass_by_value, reason = "it stands around calls")]
pub fn verdict<T, E>(answer: Result<T, E>) -> bool {
    let good = black_box(answer.is_ok());
    publish(&good);
    black_box(good)
}

fn cipher(spec: CipherSpec) {
    let algorithm = spec.algorithm();
    let key = secret(algorithm.key_len.max.min(32));
    let iv = vec![9; algorithm.iv_len];
    let mut data = secret(160);
    for step in [Cipher::encrypt_in_place, Cipher::decrypt_in_place] {
        let mut cipher = AnyCipher::new(spec, &key, &iv).unwrap();
        step(&mut cipher, &mut data).unwrap();
    }
    black_box(data);
}

fn chained<C: KeyInit>() {
    let cipher = C::new(&secret(C::KEY_LEN.max)).unwrap();
    let mut data = secret(160);
    let mut cbc = Cbc::with_cipher(&cipher, &vec![9; size_of::<C::Block>()]).unwrap();
    cbc.encrypt_in_place(&mut data).unwrap();
    black_box(data);
}

/// Short messages and long ones are different code.
fn aead(spec: AeadSpec) {
    for len in [160, 5000] {
        aead_of(spec, len);
    }
}

fn aead_of(spec: AeadSpec, len: usize) {
    let key = secret(spec.algorithm().key_len.min);
    let aead = AnyAead::new(spec, &key).unwrap();
    let mut data = secret(len);
    let nonce = Nonce::assume_unique([9; 12]);
    let tag = aead.seal_in_place(nonce, b"associated", &mut data).unwrap();
    publish(&data);
    publish(&tag);
    assert!(verdict(aead.open_in_place(
        &[9; 12],
        b"associated",
        &mut data,
        &tag
    )));
    let mut forged = tag;
    forged[3] ^= 1;
    assert!(!verdict(aead.open_in_place(
        &[9; 12],
        b"associated",
        &mut data,
        &forged
    )));
}

fn mac(spec: MacSpec) {
    let (key, message) = (secret(32), secret(100));
    let mac = || {
        let mut mac = AnyMac::new(spec, &key).unwrap();
        mac.update(&message);
        mac
    };
    let tag = mac().finalize().as_ref().to_vec();
    publish(&tag);
    assert!(verdict(mac().verify(&tag)));
    let mut forged = tag;
    forged[3] ^= 1;
    assert!(!verdict(mac().verify(&forged)));
}

fn kdf(spec: KdfSpec) {
    let mut out = [0; 80];
    spec.derive(b"salt", &secret(32), b"info", &mut out)
        .unwrap();
    black_box(out);
}

fn agreement(spec: AgreementSpec) {
    let len = spec.algorithm().output_len;
    let side = AnyAgreement::new(spec, &secret(32)).unwrap();
    let mut public = vec![0; len];
    side.public_value(&mut public).unwrap();
    publish(&public);
    let mut shared = vec![0; len];
    assert!(verdict(side.agree(&public, &mut shared)));
    black_box(shared);
}

/// The block length and a count from elsewhere are public; what stands in the block is not.
fn padding(style: Padding) {
    let mut buf = vec![7; 32];
    let len = style.pad_in_place(&mut buf, 24, 8).unwrap();
    let count = (style == Padding::ZeroWithCount).then_some(len - 24);
    poison(&mut buf);
    let removed = style.data_len(&buf[..len], 8, count);
    // Where the data end is the answer, as is whether they end at all.
    black_box(verdict(removed));
}

fn weak_keys() {
    let key = secret_array::<24>();
    black_box(TdesEde3::is_weak_key(key.expose()));
}

/// The session's secret and the plaintext are secret, its suite and epoch are not.
fn records(suite: Suite) {
    let session = || Session::generate(suite, secret_array());
    let mut sealer = Sealer::new(&session(), MemberId(1)).unwrap();
    let mut opener = Opener::new(&session(), [const { PeerSlot::EMPTY }; 2]);
    for _ in 0..2 {
        let mut record = vec![0; Sealer::record_len(100)];
        record[RECORD_HEADER_LEN..][..100].copy_from_slice(&secret(100));
        let len = sealer.seal_in_place(b"host", &mut record, 100).unwrap();
        publish(&record[..len]);
        let mut forged = record.clone();
        forged[RECORD_HEADER_LEN] ^= 1;
        assert!(!verdict(opener.open_in_place(b"host", &mut forged)));
        assert!(verdict(opener.open_in_place(b"host", &mut record)));
    }
}

type Pair = fn(NoiseCipher) -> (Handshake, Handshake);

const PATTERNS: [(&str, Pair); 4] = [
    ("NNpsk0", |cipher| {
        let side = |role| Handshake::nn_psk0(role, cipher, b"", secret_array(), secret_array());
        (side(Role::Initiator), side(Role::Responder))
    }),
    ("KK", |cipher| {
        let side = |role| Handshake::kk(role, cipher, b"", own(), public_key(), secret_array());
        (side(Role::Initiator), side(Role::Responder))
    }),
    ("XX", |cipher| {
        let side = |role| Handshake::xx(role, cipher, b"", own(), secret_array());
        (side(Role::Initiator), side(Role::Responder))
    }),
    ("IK", |cipher| {
        let initiator = Handshake::ik_initiator(cipher, b"", own(), public_key(), secret_array());
        (
            initiator,
            Handshake::ik_responder(cipher, b"", own(), secret_array()),
        )
    }),
];

/// Both sides of a test may have the same key.
fn own() -> X25519 {
    X25519::new(&secret_array())
}

fn public_key() -> PublicKey {
    let public = own().public_value();
    publish(&public);
    PublicKey(public)
}

fn noise((mut initiator, mut responder): (Handshake, Handshake)) {
    let mut payload = [0; 64];
    while !initiator.is_finished() {
        let (writer, reader) = if initiator.is_my_turn() {
            (&mut initiator, &mut responder)
        } else {
            (&mut responder, &mut initiator)
        };
        let mut message = [0; 256];
        let len = writer.write_message(&secret(16), &mut message).unwrap();
        publish(&message);
        assert!(verdict(reader.read_message(&message[..len], &mut payload)));
    }
    let mut sender = initiator.into_transport().unwrap();
    let mut receiver = responder.into_transport().unwrap();
    let mut message = [0; 64];
    let len = sender.write_message(&secret(16), &mut message).unwrap();
    publish(&message);
    assert!(verdict(
        receiver.read_message(&message[..len], &mut payload)
    ));
}

fn join() {
    let session = Session::generate(Suite::Aes256Gcm, secret_array());
    let mut initiator = Join::initiator(session, b"", secret_array(), secret_array()).unwrap();
    let mut responder = Join::responder(b"", secret_array()).unwrap();
    for step in 0..4 {
        let (writer, reader) = match step % 2 {
            0 => (&mut initiator, &mut responder),
            _ => (&mut responder, &mut initiator),
        };
        let mut message = [0; JOIN_MESSAGE_LEN_MAX];
        let len = writer.write_message(&mut message).unwrap();
        publish(&message);
        assert!(verdict(reader.read_message(&message[..len])));
    }
    let mut message = [0; MEMBER_KEY_MESSAGE_LEN];
    let key = MemberKey::decode(secret_array().expose());
    initiator.write_member_key(&key, &mut message).unwrap();
    publish(&message);
    assert!(verdict(responder.read_member_key(&message)));
}

/// What must not be: a comparison that stops at the first difference.
pub fn planted_leak() {
    let (tag, guess) = (secret(16), [0; 16]);
    let mut equal = 0;
    for (byte, guess) in tag.iter().zip(guess) {
        if black_box(*byte) != guess {
            break;
        }
        equal += 1;
    }
    black_box(equal);
}
