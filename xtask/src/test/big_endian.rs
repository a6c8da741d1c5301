//! Core's tests and the known answers where the most significant byte comes first: s390x under qemu.

use std::process::Command;

use anyhow::Result;

use super::counted;
use crate::tools;

const TARGET: &str = "s390x-unknown-linux-gnu";

/// Run them; returns how many passed.
///
/// # Errors
/// If one fails.
pub fn test() -> Result<usize> {
    tools::require(&tools::OTHER_MACHINES)?;
    tools::require_rust(&[TARGET])?;
    let variable = |name: &str| format!("CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_{name}");
    counted(
        Command::new(env!("CARGO"))
            .args(["test", "--locked", "--target", TARGET])
            .args(["--package", "secpvm-core", "--package", "secpvm-vectors"])
            .args(["--lib", "--tests", "--target-dir", "target/s390x"])
            .env(variable("LINKER"), "s390x-linux-gnu-gcc")
            .env(variable("RUNNER"), "qemu-s390x -L /usr/s390x-linux-gnu"),
    )
}
