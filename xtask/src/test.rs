//! `cargo xtask test`: everything that must hold, in one command. It stops at the first failure;
//! its last line says how many tests ran.

mod aarch64;
pub mod abi;
mod big_endian;
mod c;
mod constant_time;
mod cortex_m4;
mod inspector;
mod installed;
mod known_answers;
mod manuals;
mod memory_sanitizer;
mod peers;
mod python;
mod python_binding;
mod report;
mod rules;
mod sanitizer;
mod wasm;

use std::io::{BufRead, BufReader};
use std::num::NonZero;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::shell::{root, run, shown};
use crate::{bench, build, counts, figures, fuzz, sboxes, tools};

/// The targets on which core must link without an operating system or allocator.
const BARE_TARGETS: [&str; 2] = ["thumbv7em-none-eabi", "wasm32-unknown-unknown"];

/// Run all checks and tests.
///
/// # Errors
/// At the first one that fails.
pub fn run_all() -> Result<()> {
    tools::require(
        &[
            &tools::C_COMPILER[..],
            &tools::PVM,
            &tools::LAB,
            &tools::TEST,
            &tools::AARCH64,
        ]
        .concat(),
    )?;
    tools::require_rust(&[&BARE_TARGETS[..], &[aarch64::TARGET]].concat())?;
    let tree = build::run_all()?;
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))?;
    bare()?;
    let mut passed = rules::check(&tree)? + report::check()?;
    passed += manuals::check(&tree)?;
    passed += sboxes::check()?;
    passed += abi::check(&tree)?;
    passed += c::test(&tree)?;
    passed += installed::test(&tree)?;
    passed += sanitizer::test()?;
    passed += constant_time::check()?;
    passed += counts::check()?;
    passed += cortex_m4::test()?;
    passed += memory_sanitizer::check()?;
    passed += aarch64::test()?;
    passed += python::check(&tree)?;
    passed += python_binding::check()?;
    passed += wasm::test()?;
    passed += inspector::test()?;
    passed += counted(
        cargo(&["test", "--workspace", "--locked", "--no-fail-fast"])
            .env("RUST_TEST_THREADS", test_threads().to_string()),
    )?;
    passed += big_endian::test()?;
    passed += fuzz::smoke()?;
    passed += bench::smoke()?;
    passed += figures::smoke()?;
    println!("\n{passed} passed, 0 failed");
    Ok(())
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(args);
    command
}

/// How many tests run at once: those of whole machines, which take longest, mostly wait, for daemons to
/// start and for PVM's clocks.
fn test_threads() -> usize {
    const FOR_EACH_CPU: usize = 3;
    std::thread::available_parallelism().map_or(1, NonZero::get) * FOR_EACH_CPU
}

/// Link a program with core alone for machines that have nothing else.
fn bare() -> Result<()> {
    for target in BARE_TARGETS {
        run(
            cargo(&["build", "--release", "--locked", "--target", target])
                .args(["--manifest-path", "core/bare/Cargo.toml"])
                .args(["--target-dir", "target/bare"]),
        )?;
    }
    Ok(())
}

/// Rust tests, the two-host PVM tests among them; returns how many passed.
fn counted(command: &mut Command) -> Result<usize> {
    eprintln!("$ {}", shown(command));
    let mut child = command
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo test")?;
    let output = child.stdout.take().context("cargo test has no output")?;
    let mut passed = 0;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        passed += passed_in(&line)?;
    }
    if !child.wait()?.success() {
        bail!("cargo test failed");
    }
    Ok(passed)
}

/// The count in a line such as `test result: ok. 12 passed; 0 failed; 0 ignored; ...`. An ignored
/// test is an error: nothing is skipped silently.
fn passed_in(line: &str) -> Result<usize> {
    let Some(counts) = line.strip_prefix("test result: ") else {
        return Ok(0);
    };
    let count = |what: &str| -> Option<usize> {
        let (before, _) = counts.split_once(what)?;
        before.split_whitespace().next_back()?.parse().ok()
    };
    match (count(" passed"), count(" ignored")) {
        (Some(passed), Some(0)) => Ok(passed),
        (Some(_), Some(ignored)) => bail!("{ignored} tests were ignored"),
        _ => bail!("not a line of cargo test: {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read() {
        let line = "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out";
        assert_eq!(passed_in(line).unwrap(), 12);
        assert_eq!(passed_in("running 12 tests").unwrap(), 0);
        let ignored = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out";
        assert!(passed_in(ignored).is_err());
    }
}
