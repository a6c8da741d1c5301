//! The known answers by implementations in Python: generators, verifiers, and `secpvm kat --against`.

use std::process::Command;

use anyhow::{Context, Result};

use super::peers;
use crate::build::Tree;
use crate::shell::run;
use crate::tools;
use crate::venv::environment;

/// What the verifiers import, pinned; vectors/verify.py names the same.
const REQUIREMENTS: [&str; 3] = [
    "cryptography==48.0.0",
    "cryptography-vectors==48.0.0",
    "pycryptodome==3.23.0",
];

/// Programs that must end with status 0, with their arguments.
const VERIFIERS: [&[&str]; 6] = [
    &["vectors/generate.py", "--check"],
    &["vectors/verify.py"],
    &["vectors/classic_1997/generate.py", "--check"],
    &["vectors/classic_1997/verify.py"],
    &["vectors/transcripts/generate.py", "--check"],
    &["vectors/transcripts/verify.py"],
];

/// Run them all; returns how many there are.
///
/// # Errors
/// If the packages cannot be had, or one finds fault.
pub fn check(tree: &Tree) -> Result<usize> {
    tools::require(&[&tools::PYTHON[..], &tools::PEERS].concat())?;
    let python = environment("python", &REQUIREMENTS)?;
    for verifier in VERIFIERS {
        run(Command::new(&python).args(verifier))?;
    }
    let bin = python.parent().context("an interpreter has a folder")?;
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", bin.display());
    Ok(VERIFIERS.len() + peers::check(tree, &path)?)
}
