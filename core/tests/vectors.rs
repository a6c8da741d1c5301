//! Runs every file of known answers in `vectors/` that the primitives are concerned with, by name
//! and at run time; the run-time types are enums over the static ones, so both routes are taken.
//!
//! A schema that nobody knows fails the run: no file is passed over.

#![cfg(all(
    feature = "des",
    feature = "idea",
    feature = "blowfish",
    feature = "rc4",
    feature = "aes",
    feature = "chacha20",
    feature = "md5",
    feature = "sha1",
    feature = "sha2",
    feature = "x25519",
    feature = "modp"
))]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use secpvm_core::aead::{AeadSpec, AnyAead, Nonce};
use secpvm_core::agreement::{AgreementError, AgreementSpec, AnyAgreement};
use secpvm_core::algorithm;
use secpvm_core::digest::{AnyDigest, DigestSpec};
use secpvm_core::hazmat::{AnyCipher, Cipher, CipherError, CipherSpec};
use secpvm_core::hkdf::KdfSpec;
use secpvm_core::mac::{AnyMac, MacSpec};
use secpvm_core::padding::Padding;
use serde_json::Value;

/// Schemas of other parts of the project, which have runners of their own.
const OTHERS: [&str; 3] = [
    "noise_handshake_v1",
    "classic_packet_v1",
    "classic_exchange_v1",
];

#[test]
fn known_answers() {
    let mut counts = BTreeMap::new();
    for path in files() {
        let file: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let schema = file["schema"].as_str().unwrap();
        if OTHERS.contains(&schema) {
            continue;
        }
        let check = match schema {
            "cipher_v1" => cipher,
            "aead_v1" => aead,
            "digest_v1" => digest,
            "mac_v1" => mac,
            "agreement_v1" => agreement,
            "padding_v1" => padding,
            "kdf_v1" => kdf,
            unknown => panic!("{}: unknown schema {unknown}", path.display()),
        };
        let mut number_of_tests = 0;
        for group in file["testGroups"].as_array().unwrap() {
            let name = group["algorithm"].as_str().unwrap();
            for test in group["tests"].as_array().unwrap() {
                let label = format!("{}: {name}: test {}", path.display(), test["tcId"]);
                check(&Case { group, test, label });
                number_of_tests += 1;
                *counts.entry(name.to_owned()).or_insert(0) += 1;
            }
        }
        assert_eq!(file["numberOfTests"], number_of_tests, "{}", path.display());
    }
    for algorithm in algorithm::all().filter(|algorithm| algorithm.name != "none") {
        let name = algorithm.name;
        assert!(counts.contains_key(name), "{name} has no known answers");
    }
}

fn files() -> Vec<PathBuf> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let folders = fs::read_dir(vectors)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|entry| entry.unwrap().path());
    files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect()
}

struct Case<'a> {
    group: &'a Value,
    test: &'a Value,
    label: String,
}

impl Case<'_> {
    fn algorithm(&self) -> &str {
        self.group["algorithm"].as_str().unwrap()
    }

    fn bytes(&self, field: &str) -> Vec<u8> {
        let hex = self.test[field]
            .as_str()
            .unwrap_or_else(|| panic!("{}: no {field}", self.label));
        let pairs = hex.as_bytes().chunks(2);
        pairs
            .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    fn number(&self, of: &Value, field: &str) -> Option<usize> {
        let number = of
            .get(field)?
            .as_u64()
            .unwrap_or_else(|| panic!("{}: {field}", self.label));
        Some(number.try_into().unwrap())
    }

    /// The result must be `expected` if the case is valid, an error if it is not.
    fn expect<E: std::fmt::Debug>(&self, result: Result<Vec<u8>, E>, expected: &str) {
        match (self.test["result"].as_str(), result) {
            (Some("valid"), result) => {
                assert_eq!(result.unwrap(), self.bytes(expected), "{}", self.label);
            }
            (Some("invalid"), result) => assert!(result.is_err(), "{}: accepted", self.label),
            (other, _) => panic!("{}: result {other:?}", self.label),
        }
    }
}

/// A call of [`Cipher`].
type Step = fn(&mut AnyCipher, &mut [u8]) -> Result<(), CipherError>;

fn cipher(case: &Case) {
    let spec = CipherSpec::from_name(case.algorithm()).unwrap();
    let (key, iv) = (case.bytes("key"), case.bytes("iv"));
    let offset = case.number(case.test, "offset").unwrap_or(0);
    let run = |input: &str, step: Step| -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        let mut data = vec![0; offset];
        data.extend(case.bytes(input));
        let before = data.clone();
        let mut cipher = AnyCipher::new(spec, &key, &iv)?;
        assert_eq!(cipher.spec(), spec);
        step(&mut cipher, &mut data).inspect_err(|_| assert_eq!(data, before, "{}", case.label))?;
        Ok(data.split_off(offset))
    };
    case.expect(run("msg", Cipher::encrypt_in_place), "ct");
    if case.test["result"] == "valid" {
        case.expect(run("ct", Cipher::decrypt_in_place), "msg");
    }
}

fn aead(case: &Case) {
    let spec = AeadSpec::from_name(case.algorithm()).unwrap();
    let aead = AnyAead::new(spec, &case.bytes("key")).unwrap();
    let nonce: [u8; 12] = case.bytes("iv").try_into().unwrap();
    let (aad, ct, tag) = (case.bytes("aad"), case.bytes("ct"), case.bytes("tag"));
    let mut data = ct.clone();
    let opened = aead.open_in_place(&nonce, &aad, &mut data, &tag);
    if opened.is_err() {
        assert_eq!(data, ct, "{}: a refused message was touched", case.label);
    }
    case.expect(opened.map(|()| data), "msg");
    if case.test["result"] == "valid" {
        let mut data = case.bytes("msg");
        let made = aead
            .seal_in_place(Nonce::assume_unique(nonce), &aad, &mut data)
            .unwrap();
        assert_eq!((data, made.to_vec()), (ct, tag), "{}", case.label);
    }
}

fn digest(case: &Case) {
    let mut digest = AnyDigest::new(DigestSpec::from_name(case.algorithm()).unwrap());
    digest.update(&case.bytes("msg"));
    case.expect::<()>(Ok(digest.finalize().as_ref().to_vec()), "digest");
}

fn mac(case: &Case) {
    let spec = MacSpec::from_name(case.algorithm()).unwrap();
    let tag_len = case.number(case.group, "tagLen").unwrap();
    let (key, tag) = (case.bytes("key"), case.bytes("tag"));
    let mac = || {
        let mut mac = AnyMac::with_tag_len(spec, &key, tag_len)?;
        mac.update(&case.bytes("msg"));
        Ok::<_, Box<dyn std::error::Error>>(mac)
    };
    let verified = mac().and_then(|mac| Ok(mac.verify(&tag)?));
    case.expect(verified.map(|()| tag), "tag");
    if case.test["result"] == "valid" {
        case.expect(mac().map(|mac| mac.finalize().as_ref().to_vec()), "tag");
    }
}

fn agreement(case: &Case) {
    let spec = AgreementSpec::from_name(case.algorithm()).unwrap();
    let mut shared = vec![0xee; spec.algorithm().output_len];
    let agreed = AnyAgreement::new(spec, &case.bytes("secret"))
        .map_err(AgreementError::from)
        .and_then(|side| side.agree(&case.bytes("public"), &mut shared));
    case.expect(agreed.map(|()| shared), "shared");
}

fn kdf(case: &Case) {
    let spec = KdfSpec::from_name(case.algorithm()).unwrap();
    let mut out = vec![0xee; case.number(case.test, "outLen").unwrap()];
    let derived = spec.derive(
        &case.bytes("salt"),
        &case.bytes("secret"),
        &case.bytes("info"),
        &mut out,
    );
    case.expect(derived.map(|()| out), "out");
}

fn padding(case: &Case) {
    let padding = Padding::from_name(case.algorithm()).unwrap();
    let block_len = case.number(case.group, "blockLen").unwrap();
    let count = case.number(case.test, "count");
    let padded = case.bytes("padded");
    let removed = padding.data_len(&padded, block_len, count);
    case.expect(removed.map(|len| padded[..len].to_vec()), "msg");
    if case.test["result"] == "valid" {
        let mut buf = case.bytes("msg");
        let data_len = buf.len();
        buf.resize(padding.padded_len(data_len, block_len).unwrap(), 0xee);
        let padded_len = padding.pad_in_place(&mut buf, data_len, block_len);
        case.expect(padded_len.map(|len| buf[..len].to_vec()), "padded");
        assert_eq!(
            count.unwrap_or(buf.len() - data_len),
            buf.len() - data_len,
            "{}",
            case.label
        );
    }
}
