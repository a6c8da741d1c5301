//! The wide back ends on another architecture: NEON, under qemu.

use std::process::Command;

use anyhow::{Result, ensure};

use super::passed_in;
use crate::shell::read;

/// Rust's name for it.
pub const TARGET: &str = "aarch64-unknown-linux-gnu";

/// Each back end against the portable one and RustCrypto; returns how many tests passed.
///
/// # Errors
/// If one fails, or NEON was not among the widths.
pub fn test() -> Result<usize> {
    let report = read(
        Command::new(env!("CARGO"))
            .env(
                "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER",
                "aarch64-linux-gnu-gcc",
            )
            .env(
                "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER",
                "qemu-aarch64 -L /usr/aarch64-linux-gnu",
            )
            .args(["test", "--locked", "--package", "secpvm-core", "--lib"])
            .args(["--target", TARGET])
            .args(["--", "--nocapture", "wide::", "des::", "idea::"]),
    )?;
    eprint!("{report}");
    ensure!(report.contains("ran: Neon"), "NEON was not tested");
    report.lines().map(passed_in).sum()
}
