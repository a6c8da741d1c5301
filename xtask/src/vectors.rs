//! `cargo xtask vectors lint`: known answers are in their schema, with a source and something to
//! refuse.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use secpvm_vectors::{File, embedded};

/// Schemas with nothing to refuse, and why.
const ALL_VALID: [(&str, &str); 2] = [
    ("digest_v1", "a digest takes any message"),
    (
        "noise_handshake_v1",
        "the public set has none; those of the join stand in transcript_v1",
    ),
];

#[derive(clap::Subcommand)]
pub enum Command {
    /// Schema, source, numbers, and an invalid case for every format
    Lint,
}

/// Run it.
///
/// # Errors
/// At the first file that is not in its schema, or if a schema has no invalid case.
pub fn run(command: &Command) -> Result<()> {
    match command {
        Command::Lint => lint(),
    }
}

fn lint() -> Result<()> {
    let mut schemas: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (path, text) in embedded() {
        for case in File::parse(path, text)?.cases() {
            let (valid, invalid) = schemas.entry(case.schema()).or_default();
            *if case.is_valid() { valid } else { invalid } += 1;
        }
    }
    for (schema, (valid, invalid)) in &schemas {
        println!("{schema:<22} {valid:>5} valid {invalid:>5} invalid");
        let reason = ALL_VALID.iter().find(|(name, _)| name == schema);
        ensure!(
            *invalid > 0 || reason.is_some(),
            "{schema} has no invalid case"
        );
    }
    Ok(())
}
