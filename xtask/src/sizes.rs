//! `cargo xtask sizes`: how large core is in a program for a Cortex-M4, written to docs/sizes.md.

use std::fmt::Write;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{read, root, run};
use crate::tools;

const TARGET: &str = "thumbv7em-none-eabi";

/// Features of core/bare, and what they stand for.
const BUILDS: [(&str, &str); 3] = [
    (
        "classic",
        "the smallest: packets of classic-1997, 3DES, DES and keyed MD5",
    ),
    ("records", "records of every suite, and the join"),
    ("full", "every algorithm, format and protocol"),
];

/// Measure each build and write the page.
///
/// # Errors
/// A build fails, or its size can't be read.
pub fn write() -> Result<()> {
    tools::require(&tools::TEST)?;
    tools::require_rust(&[TARGET])?;
    let mut table = String::new();
    for (features, meaning) in BUILDS {
        let (code, constants) = measure(features)?;
        writeln!(table, "| {meaning} | `{features}` | {code} | {constants} |")?;
    }
    let compiler = read(Command::new("rustc").arg("--version"))?;
    let page = format!(
        "# Sizes\n\n\
         Bytes in a program for `{TARGET}` that uses the features' every part, optimised for size\n\
         (`opt-level = \"s\"`, fat LTO, `panic = \"abort\"`), without operating system or allocator: `core/bare/`.\n\
         Made by `cargo xtask sizes` with {}.\n\n\
         | build | features of core/bare | code (.text) | constants (.rodata) |\n|---|---|---|---|\n{table}",
        compiler.trim()
    );
    print!("{table}");
    fs::write(root().join("docs/sizes.md"), page).context("docs/sizes.md")
}

/// Bytes of code and of constants.
fn measure(features: &str) -> Result<(u64, u64)> {
    run(Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--target", TARGET])
        .args(["--no-default-features", "--features", features])
        .args(["--manifest-path", "core/bare/Cargo.toml"])
        .args(["--target-dir", "target/bare"]))?;
    let program = format!("target/bare/{TARGET}/release/secpvm-bare");
    let sections = read(Command::new("size").args(["--format=sysv", &program]))?;
    let section = |name: &str| {
        let mut rows = sections.lines().map(str::split_whitespace);
        rows.find_map(|mut row| (row.next() == Some(name)).then(|| row.next())?)
            .and_then(|size| size.parse().ok())
            .with_context(|| format!("{program} has no {name}"))
    };
    Ok((section(".text")?, section(".rodata")?))
}
