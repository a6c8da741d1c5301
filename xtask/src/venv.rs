//! Python with packages of its own, apart from the system's.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::shell::{root, run};

/// The interpreter of a virtual environment under target/, made once for these requirements.
///
/// # Errors
/// If they cannot be had.
pub fn environment(name: &str, requirements: &[&str]) -> Result<PathBuf> {
    let folder = root().join("target").join(name);
    let python = folder.join("bin/python3");
    let (made_for, wanted) = (folder.join("made-for"), requirements.join("\n"));
    if fs::read_to_string(&made_for).is_ok_and(|made_for| made_for == wanted) {
        return Ok(python);
    }
    run(Command::new("/usr/bin/python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    install(&python, requirements)?;
    fs::write(made_for, wanted)?;
    Ok(python)
}

/// Install packages, or files of packages, into it.
///
/// # Errors
/// If they cannot be had.
pub fn install(python: &PathBuf, packages: &[&str]) -> Result<()> {
    run(Command::new(python)
        .args(["-m", "pip", "install", "--quiet"])
        .arg("--disable-pip-version-check")
        .args(packages))
}
