//! The table of algorithms: its numbers are frozen, its names unambiguous, its page up to date.

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
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use secpvm_core::algorithm::{self, Algorithm, AlgorithmId, Kind};
use secpvm_core::hazmat::CipherSpec;
use secpvm_core::{Error, aead, agreement, digest, hkdf, mac, padding};

/// Numbers that are on some wire. Lines are added here, never changed or taken away.
const FROZEN: &[(u16, &str)] = &[
    (0x0111, "des-ecb"),
    (0x0112, "des-cbc"),
    (0x0113, "des-cfb"),
    (0x0114, "des-ofb"),
    (0x0115, "des-ctr"),
    (0x0121, "3des-2key-ecb"),
    (0x0122, "3des-2key-cbc"),
    (0x0123, "3des-2key-cfb"),
    (0x0124, "3des-2key-ofb"),
    (0x0125, "3des-2key-ctr"),
    (0x0131, "3des-ecb"),
    (0x0132, "3des-cbc"),
    (0x0133, "3des-cfb"),
    (0x0134, "3des-ofb"),
    (0x0135, "3des-ctr"),
    (0x0141, "idea-ecb"),
    (0x0142, "idea-cbc"),
    (0x0143, "idea-cfb"),
    (0x0144, "idea-ofb"),
    (0x0145, "idea-ctr"),
    (0x0151, "blowfish-ecb"),
    (0x0152, "blowfish-cbc"),
    (0x0153, "blowfish-cfb"),
    (0x0154, "blowfish-ofb"),
    (0x0155, "blowfish-ctr"),
    (0x0161, "aes-128-ecb"),
    (0x0162, "aes-128-cbc"),
    (0x0163, "aes-128-cfb"),
    (0x0164, "aes-128-ofb"),
    (0x0165, "aes-128-ctr"),
    (0x0171, "aes-192-ecb"),
    (0x0172, "aes-192-cbc"),
    (0x0173, "aes-192-cfb"),
    (0x0174, "aes-192-ofb"),
    (0x0175, "aes-192-ctr"),
    (0x0181, "aes-256-ecb"),
    (0x0182, "aes-256-cbc"),
    (0x0183, "aes-256-cfb"),
    (0x0184, "aes-256-ofb"),
    (0x0185, "aes-256-ctr"),
    (0x0190, "rc4"),
    (0x01a0, "chacha20"),
    (0x0201, "aes-128-gcm"),
    (0x0202, "aes-256-gcm"),
    (0x0203, "chacha20-poly1305"),
    (0x0300, "none"),
    (0x0301, "pkcs7"),
    (0x0302, "iso7816"),
    (0x0303, "x923"),
    (0x0304, "zero-with-count"),
    (0x0401, "md5"),
    (0x0402, "sha1"),
    (0x0403, "sha256"),
    (0x0501, "keyed-md5"),
    (0x0502, "keyed-sha1"),
    (0x0503, "keyed-md5-rfc1828"),
    (0x0504, "keyed-sha1-rfc1852"),
    (0x0511, "hmac-md5"),
    (0x0512, "hmac-sha1"),
    (0x0513, "hmac-sha256"),
    (0x0601, "x25519"),
    (0x0602, "modp-1024"),
    (0x0603, "modp-2048"),
    (0x0701, "hkdf-sha256"),
];

#[test]
fn wire_ids_are_frozen() {
    let table: Vec<_> = algorithm::all()
        .map(|algorithm| (algorithm.id.0, algorithm.name))
        .collect();
    assert_eq!(table, FROZEN);
}

#[test]
fn no_two_algorithms_share_a_name() {
    let mut owners = BTreeMap::new();
    for algorithm in algorithm::all() {
        for name in std::iter::once(&algorithm.name).chain(algorithm.aliases) {
            let other = owners.insert(name.to_ascii_lowercase(), algorithm.name);
            assert_eq!(other, None, "{name}");
        }
        assert_eq!(algorithm.name, algorithm.name.to_ascii_lowercase());
    }
}

/// Whether a kind's own type finds the row under `name` and under its number.
fn found(row: &'static Algorithm, name: &str) -> [Result<&'static Algorithm, Error>; 2] {
    macro_rules! by {
        ($spec:ty) => {
            [
                <$spec>::from_name(name).map(<$spec>::algorithm),
                <$spec>::from_id(row.id).map(<$spec>::algorithm),
            ]
        };
    }
    match row.kind {
        Kind::BlockCipherMode | Kind::StreamCipher => by!(CipherSpec),
        Kind::Aead => by!(aead::AeadSpec),
        Kind::Padding => by!(padding::Padding),
        Kind::Digest => by!(digest::DigestSpec),
        Kind::Mac => by!(mac::MacSpec),
        Kind::KeyAgreement => by!(agreement::AgreementSpec),
        Kind::KeyDerivation => by!(hkdf::KdfSpec),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_algorithm_is_found_by_name_alias_and_id() {
    for row in algorithm::all() {
        for name in std::iter::once(&row.name).chain(row.aliases) {
            assert_eq!(found(row, name), [Ok(row), Ok(row)], "{name}");
            assert_eq!(
                found(row, &name.to_ascii_uppercase()),
                [Ok(row), Ok(row)],
                "{name}"
            );
        }
        let beside = format!("{} ", row.name);
        assert_eq!(found(row, &beside)[0], Err(Error::UnknownAlgorithm));
    }
    assert_eq!(
        CipherSpec::from_id(AlgorithmId(0)),
        Err(Error::UnknownAlgorithm)
    );
    assert_eq!(CipherSpec::from_name(""), Err(Error::UnknownAlgorithm));
}

/// `UPDATE_DOCS=1 cargo test -p secpvm-core --test algorithms` writes the page.
#[test]
fn the_page_of_algorithms_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/algorithms.md");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    assert_eq!(
        written,
        page(),
        "run: UPDATE_DOCS=1 cargo test -p secpvm-core --test algorithms"
    );
}

const KINDS: [(Kind, &str); 8] = [
    (Kind::Aead, "Authenticated encryption (`aead`)"),
    (
        Kind::BlockCipherMode,
        "Block ciphers in a mode (`hazmat`: no authentication)",
    ),
    (
        Kind::StreamCipher,
        "Stream ciphers (`hazmat`: no authentication)",
    ),
    (Kind::Padding, "Padding (`padding`)"),
    (Kind::Mac, "Message authentication codes (`mac`)"),
    (Kind::Digest, "Digests (`digest`)"),
    (Kind::KeyAgreement, "Key agreement (`agreement`)"),
    (Kind::KeyDerivation, "Key derivation (`hkdf`)"),
];

fn page() -> String {
    let mut page = String::from(
        "# Algorithms\n\n\
         Generated from the code by `core/tests/algorithms.rs`; do not edit.\n\n\
         Lengths are in bytes. Names and aliases are the same in every language, in upper or lower\n\
         case. Wire ids are frozen. *modern*: no known attack better than exhaustive search; *legacy*:\n\
         holds within stated limits, for old peers and for comparison; *broken*: known attacks, for\n\
         reproduction only. Timing: see [side-channels.md](side-channels.md).\n",
    );
    for (kind, title) in KINDS {
        writeln!(page, "\n## {title}\n").unwrap();
        page += "| name | id | key | block | IV | output | strength | source | aliases |\n";
        page += "|---|---|---|---|---|---|---|---|---|\n";
        for row in algorithm::all().filter(|row| row.kind == kind) {
            let length = |len: usize| {
                if len == 0 {
                    String::new()
                } else {
                    len.to_string()
                }
            };
            let aliases: Vec<_> = row
                .aliases
                .iter()
                .map(|alias| format!("`{alias}`"))
                .collect();
            let key_len = if row.key_len.max == 0 {
                String::new()
            } else {
                row.key_len.to_string()
            };
            let columns = [
                format!("`{}`", row.name),
                format!("0x{:04x}", row.id.0),
                key_len,
                length(row.block_len),
                length(row.iv_len),
                length(row.output_len),
                row.strength
                    .map_or("", algorithm::Strength::name)
                    .to_owned(),
                row.source.to_owned(),
                aliases.join(", "),
            ];
            writeln!(page, "| {} |", columns.join(" | ")).unwrap();
        }
    }
    page
}
