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
