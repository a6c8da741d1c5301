//! `cargo xtask wheel`: the Python package as one wheel, for CPython 3.11 and later.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::{root, run};
use crate::tools;
use crate::venv::environment;

const MATURIN: &str = "maturin==1.16.0";

/// Build it, and return where it is.
///
/// # Errors
/// If maturin cannot be had, or fails.
pub fn build() -> Result<PathBuf> {
    tools::require(&tools::PYTHON)?;
    let python = environment("python-maturin", &[MATURIN])?;
    let wheels = root().join("target/wheels");
    for old in found(&wheels)? {
        fs::remove_file(old)?;
    }
    run(Command::new(python)
        .args(["-m", "maturin", "build", "--release", "--locked"])
        .args(["--manifest-path", "bindings-python/Cargo.toml"])
        .args(["--interpreter", "/usr/bin/python3", "--out"])
        .arg(&wheels))?;
    let mut made = found(&wheels)?;
    ensure!(made.len() == 1, "maturin made {} wheels", made.len());
    made.pop().context("no wheel")
}

/// The wheels of this package that lie there.
fn found(wheels: &PathBuf) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(wheels)?;
    let entries = fs::read_dir(wheels)?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.to_string_lossy().contains("/secpvm-"));
    Ok(files)
}
