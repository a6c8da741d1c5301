//! What errors say: one sentence, the numbers of the mistake, and no secret.

#![cfg(feature = "default")]

use std::collections::BTreeSet;
use std::fmt::Display;

use secpvm_core::agreement::AgreementError;
use secpvm_core::error::{BadPadding, Error, Forged, ReceiveError, Rejected};
use secpvm_core::hazmat::{AnyCipher, CipherError, CipherSpec};

fn one_sentence(error: &dyn Display) -> String {
    let text = error.to_string();
    assert!(!text.is_empty() && text.lines().count() == 1, "{text:?}");
    text
}

#[test]
fn misuse_has_a_sentence_of_its_own_with_its_numbers() {
    let errors = [
        Error::TooLong { max: 7, actual: 8 },
        Error::BufferTooSmall {
            needed: 7,
            actual: 6,
        },
        Error::UnknownAlgorithm,
        Error::OutOfOrder,
        Error::Exhausted,
        Error::TooManyPeers { max: 7 },
        Error::BadSession,
        Error::EpochNotNewer {
            newest: 7,
            given: 6,
        },
        Error::TooManyMembers { max: 7 },
        Error::AlreadyMember,
        Error::NoSuchMember,
        Error::WeakKey,
    ];
    let mut said = BTreeSet::new();
    for error in errors {
        let text = one_sentence(&error);
        let has_numbers = format!("{error:?}").contains('7');
        assert_eq!(text.contains('7'), has_numbers, "{text}");
        assert_eq!(one_sentence(&ReceiveError::Misuse(error)), text);
        assert!(said.insert(text), "said twice: {error:?}");
    }
}

#[test]
fn a_wrong_length_names_the_part_and_what_is_permitted() {
    let said = |spec: CipherSpec, key: &[u8], iv: &[u8]| {
        let wrong = AnyCipher::new(spec, key, iv).err().unwrap();
        assert_eq!(one_sentence(&CipherError::from(wrong)), wrong.to_string());
        one_sentence(&Error::from(wrong))
    };
    let key = said(CipherSpec::Rc4, &[0; 3], &[]);
    assert!(
        key.contains("key") && key.contains("5 to 256") && key.contains('3'),
        "{key}"
    );
    let iv = said(CipherSpec::Aes128Cbc, &[0; 16], &[0; 9]);
    assert!(
        iv.contains("IV") && iv.contains("16") && iv.contains('9'),
        "{iv}"
    );
}

#[test]
fn what_was_rejected_has_its_verdict_and_nothing_more() {
    let verdicts = [
        (Rejected::Forged, "forged"),
        (Rejected::Replayed, "replayed"),
        (Rejected::Stale, "stale"),
        (Rejected::Malformed, "malformed"),
    ];
    for (rejected, verdict) in verdicts {
        assert!(one_sentence(&rejected).starts_with(verdict));
        assert_eq!(
            one_sentence(&ReceiveError::Rejected(rejected)),
            rejected.to_string()
        );
    }
    assert_eq!(Forged.to_string(), "authentication failed");
    assert_eq!(CipherError::BadPadding.to_string(), BadPadding.to_string());
    one_sentence(&AgreementError::BadPublicValue);
    assert_ne!(
        one_sentence(&CipherError::Exhausted),
        one_sentence(&CipherError::NoPadding)
    );
}
