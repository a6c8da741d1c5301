//! `cargo xtask miri`: core's tests in Rust's interpreter, which sees undefined behaviour in core's
//! dependencies. It is some hundred times slower than a processor: what takes it minutes is left out by
//! name, or shorter under `cfg(miri)`.

use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{read, run};

/// Tests of big numbers, all weak keys, all modes in all pieces, all paddings of a block, and groups; and
/// of ciphers, AEADs, digests and batches at every length, since the interpreter has their portable code alone,
/// which other tests run.
const LEFT_OUT: [&str; 13] = [
    "modp",
    "each_weak_key",
    "splits_make_no",
    "removal_follows",
    "an_offer_is",
    "each_kind",
    "aead::backend",
    "cipher::blowfish",
    "cipher::des",
    "cipher::idea",
    "on_corners",
    "every_",
    "::batch::",
];

/// Run them.
///
/// # Errors
/// If there is no Miri, or it finds fault.
pub fn run_all() -> Result<()> {
    let components = read(Command::new("rustup").args([
        "component",
        "list",
        "--installed",
        "--toolchain",
        "nightly",
    ]))
    .unwrap_or_default();
    if !components.lines().any(|line| line.starts_with("miri")) {
        run(Command::new("rustup").args([
            "toolchain",
            "install",
            "nightly",
            "--profile",
            "minimal",
            "--component",
            "miri,rust-src",
        ]))
        .context("Miri is a part of nightly Rust alone, and rustup cannot install that here")?;
    }
    let skipped = LEFT_OUT.iter().flat_map(|name| ["--skip", name]);
    run(Command::new("rustup")
        .args(["run", "nightly", "cargo", "miri", "test", "--locked"])
        .args(["--package", "secpvm-core", "--target-dir", "target/miri"])
        .args(["--lib", "--test", "algorithms", "--test", "epochs"])
        .arg("--")
        .args(skipped)
        // Two cases instead of 256 where inputs are drawn.
        .env("PROPTEST_CASES", "2")
        // Tests may look at files and the clock.
        .env("MIRIFLAGS", "-Zmiri-disable-isolation"))
}
