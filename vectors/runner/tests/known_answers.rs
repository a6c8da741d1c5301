//! Every known answer against core: no file is passed over, no algorithm is without.

use std::collections::BTreeMap;

use secpvm_core::algorithm;
use secpvm_vectors::{File, core, embedded};

#[test]
fn core_gives_every_known_answer() {
    let mut counts = BTreeMap::new();
    let mut failures = Vec::new();
    for (path, text) in embedded() {
        for case in File::parse(path, text).unwrap().cases() {
            *counts.entry(case.algorithm().to_owned()).or_insert(0) += 1;
            if let Err(failure) = core::check(&case) {
                failures.push(format!(
                    "{path}: {}, test {}: {failure}",
                    case.algorithm(),
                    case.tc_id()
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    for algorithm in algorithm::all().filter(|algorithm| algorithm.name != "none") {
        assert!(
            counts.contains_key(algorithm.name),
            "{} has no known answers",
            algorithm.name
        );
    }
}

/// An acceptable case passes with its answer and with a refusal; nothing passes that is no case.
#[test]
fn either_will_do_where_either_is_acceptable() {
    let file = |result: &str, iv: &str, tag: &str| {
        let text = format!(
            r#"{{"schema": "aead_v1", "source": {{"name": "n", "specification": "s", "verifiedBy": "v"}},
            "numberOfTests": 1, "testGroups": [{{"type": "Aead", "algorithm": "aes-128-gcm", "tests": [
            {{"tcId": 1, "key": "{:032}", "iv": "{iv}", "aad": "", "msg": "", "ct": "", "tag": "{tag}",
            "result": "{result}"}}]}}]}}"#,
            0
        );
        File::parse("x.json", &text).unwrap()
    };
    let (nonce, tag) = (
        "000000000000000000000000",
        "58e2fccefa7e3061367f1d57a4e7455a",
    );
    for (result, iv, tag, passes) in [
        ("valid", nonce, tag, true),
        ("invalid", nonce, tag, false),
        ("acceptable", nonce, tag, true),
        ("valid", "00", tag, false),
        ("invalid", "00", tag, true),
        ("acceptable", "00", tag, true),
        (
            "acceptable",
            nonce,
            "58e2fccefa7e3061367f1d57a4e7455b",
            true,
        ),
        ("acceptable", nonce, "no hexadecimal", false),
    ] {
        let file = file(result, iv, tag);
        let case = file.cases().next().unwrap();
        assert_eq!(core::check(&case).is_ok(), passes, "{result} {iv} {tag}");
    }
}

/// A runner that accepts everything would pass every other test: each case, with its verdict turned
/// round, must fail.
#[test]
fn a_wrong_answer_fails() {
    for (path, text) in embedded().filter(|(path, _)| !path.contains("noise")) {
        for (right, wrong) in [("\"valid\"", "\"invalid\""), ("\"invalid\"", "\"valid\"")] {
            let turned = text.replacen(
                &format!("\"result\": {right}"),
                &format!("\"result\": {wrong}"),
                1,
            );
            if turned == text {
                continue;
            }
            let file = File::parse(path, &turned).unwrap();
            let failed = file
                .cases()
                .filter(|case| core::check(case).is_err())
                .count();
            assert_eq!(failed, 1, "{path}");
        }
    }
}
