//! `secpvm kat --against`: other implementations, held against the known answers; and two at least for
//! every algorithm of a family that they have.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use secpvm_vectors::{File, embedded};
use serde_json::Value;

use crate::build::Tree;
use crate::shell::read;

/// Implementations that share no code, and the peers that stand for each: PyPI's cryptography is OpenSSL
/// with more ciphers than Debian's, beside Python's integers for the groups.
const IMPLEMENTATIONS: [(&str, &[&str]); 3] = [
    ("OpenSSL", &["openssl", "python"]),
    ("libgcrypt", &["gcrypt"]),
    ("Botan", &["botan"]),
];

/// Families that no library has, and what confirms them instead.
const OTHERWISE: [(&str, &str); 4] = [
    (
        "classic_1997",
        "its verify.py, by cryptography and pycryptodome",
    ),
    (
        "noise",
        "published by others; core/tests/noise.rs plays them against snow",
    ),
    (
        "padding",
        "verify.py, by cryptography, pycryptodome and definitions",
    ),
    (
        "transcripts",
        "its verify.py, by cryptography and pycryptodome",
    ),
];

/// Let every peer confirm what it can, and print who confirmed how many; returns how many there are.
/// `path` is where their interpreter and its packages are found.
///
/// # Errors
/// If one contradicts a known answer, or an algorithm has less than two implementations.
pub fn check(tree: &Tree, path: &str) -> Result<usize> {
    let mut confirmed = Vec::new();
    let mut peers = 0;
    for (_, names) in IMPLEMENTATIONS {
        let mut most: BTreeMap<String, u64> = BTreeMap::new();
        for name in names {
            for (algorithm, count) in confirmed_by(name, tree, path)? {
                let best = most.entry(algorithm).or_default();
                *best = count.max(*best);
            }
            peers += 1;
        }
        confirmed.push(most);
    }
    for (family, algorithms) in families()? {
        if let Some((_, how)) = OTHERWISE.iter().find(|(name, _)| *name == family) {
            eprintln!("{family:<14} {how}");
            continue;
        }
        for algorithm in &algorithms {
            let by = confirmed.iter().filter(|by| by.contains_key(algorithm));
            ensure!(
                by.count() > 1,
                "{algorithm} has not two independent implementations"
            );
        }
        let counts = IMPLEMENTATIONS
            .iter()
            .zip(&confirmed)
            .map(|((name, _), by)| {
                let count: u64 = algorithms.iter().filter_map(|name| by.get(name)).sum();
                format!(" {name} {count:>4}")
            });
        eprintln!("{family:<14}{}", counts.collect::<String>());
    }
    Ok(peers)
}

/// How many answers of which algorithm a peer confirms.
fn confirmed_by(peer: &str, tree: &Tree, path: &str) -> Result<Vec<(String, u64)>> {
    let report = read(
        Command::new(tree.path("bin/secpvm"))
            .args(["kat", "--json", "--against", peer])
            .env("PATH", path),
    )?;
    let report: Value = serde_json::from_str(&report)?;
    eprintln!("{peer} confirms {} known answers", report["passed"]);
    let algorithms = report["algorithms"].as_object().context("no algorithms")?;
    let counts = algorithms
        .iter()
        .filter_map(|(name, tally)| Some((name.clone(), tally["passed"].as_u64()?)));
    Ok(counts.filter(|(_, count)| *count > 0).collect())
}

/// The families of vectors/, and the algorithms of each.
fn families() -> Result<BTreeMap<&'static str, BTreeSet<String>>> {
    let mut families: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (path, text) in embedded() {
        let family = path.split('/').nth(1).context("a file is in a folder")?;
        let algorithms = families.entry(family).or_default();
        for case in File::parse(path, text)?.cases() {
            algorithms.insert(case.algorithm().to_owned());
        }
    }
    Ok(families)
}
