//! `cargo xtask fuzz`: the targets of fuzz/, one after the other, with libFuzzer and
//! AddressSanitizer. What is found is kept under target/fuzz/, and the status is not zero.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{root, run};
use crate::tools;

/// Linux on this kind of machine: named, so that build scripts are not instrumented.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// What libFuzzer needs of the compiler. `-Z` is not for a stable one but by `RUSTC_BOOTSTRAP`.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Zsanitizer=address --cfg=fuzzing -Ccodegen-units=1";

#[derive(clap::Args)]
pub struct Args {
    /// How long each target runs
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,

    /// The targets, by their names in fuzz/fuzz_targets; all, if none is named
    targets: Vec<String>,
}

/// What a run of one target came to.
struct Outcome {
    target: String,
    executions: u64,
    per_second: u64,
    features: u64,
    found: Option<String>,
}

/// Run them, and print a summary.
///
/// # Errors
/// If a target is unknown, does not build, or finds something.
pub fn run_all(args: &Args) -> Result<()> {
    run_targets(&args.targets, args.seconds).map(|_| ())
}

/// A few seconds of every target; returns how many there are.
///
/// # Errors
/// As [`run_all`].
pub fn smoke() -> Result<usize> {
    run_targets(&[], 5)
}

fn run_targets(chosen: &[String], seconds: u32) -> Result<usize> {
    let all = targets()?;
    for target in chosen {
        ensure!(
            all.contains(target),
            "no fuzz target {target}; there are: {}",
            all.join(", ")
        );
    }
    let chosen = if chosen.is_empty() { &all } else { chosen };
    tools::require(&tools::FUZZ)?;
    build(chosen)?;
    let outcomes = chosen.iter().map(|target| fuzz(target, seconds));
    let outcomes = outcomes.collect::<Result<Vec<_>>>()?;
    println!(
        "{:<12} {:>12} {:>10} {:>9}  finding",
        "target", "executions", "per second", "features"
    );
    for outcome in &outcomes {
        println!(
            "{:<12} {:>12} {:>10} {:>9}  {}",
            outcome.target,
            outcome.executions,
            outcome.per_second,
            outcome.features,
            outcome.found.as_deref().unwrap_or("none")
        );
    }
    let found = outcomes.iter().filter(|outcome| outcome.found.is_some());
    match found.count() {
        0 => Ok(outcomes.len()),
        found => bail!("{found} of {} fuzz targets found something", outcomes.len()),
    }
}

/// The targets are the files of a folder.
fn targets() -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for entry in fs::read_dir(root().join("fuzz/fuzz_targets"))? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        targets.push(name.context("a fuzz target has a name")?.to_owned());
    }
    targets.sort();
    Ok(targets)
}

fn build(targets: &[String]) -> Result<()> {
    run(Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--target", TARGET])
        .args(["--manifest-path", "fuzz/Cargo.toml"])
        .args(["--target-dir", "target/fuzz"])
        .args(targets.iter().flat_map(|target| ["--bin", target]))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", FLAGS))
}

fn fuzz(target: &str, seconds: u32) -> Result<Outcome> {
    let corpus = root().join("target/fuzz/corpus").join(target);
    let artifacts = root().join("target/fuzz/artifacts").join(target);
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    eprintln!("fuzzing {target} for {seconds} s");
    let program = root().join("target/fuzz").join(TARGET).join("release");
    let mut child = Command::new(program.join(target))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-print_final_stats=1", "-timeout=20", "-max_len=4096"])
        .arg(&corpus)
        .arg(root().join("fuzz/seeds").join(target))
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {target}"))?;
    let output = child.stderr.take().context("libFuzzer has no output")?;
    let mut outcome = Outcome {
        target: target.to_owned(),
        executions: 0,
        per_second: 0,
        features: 0,
        found: None,
    };
    let mut lines = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line?;
        outcome.read(&line);
        lines.push(line);
    }
    if !child.wait()?.success() {
        eprintln!("{}", lines[lines.len().saturating_sub(60)..].join("\n"));
        outcome.found.get_or_insert_with(|| "see above".to_owned());
    }
    Ok(outcome)
}

impl Outcome {
    /// Take what a line of libFuzzer says: progress, `#4096 pulse cov: 90 ft: 120 ...`, which is
    /// passed on; final figures; or where a failing input was written to.
    fn read(&mut self, line: &str) {
        let number = |text: &str| text.trim().parse().ok();
        if let Some(path) = line.split("Test unit written to ").nth(1) {
            self.found = Some(path.to_owned());
        } else if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
            self.executions = number(count).unwrap_or(0);
        } else if let Some(rate) = line.strip_prefix("stat::average_exec_per_sec:") {
            self.per_second = number(rate).unwrap_or(0);
        } else if let Some((_, rest)) = line.split_once(" ft: ") {
            self.features = rest.split(' ').next().and_then(number).unwrap_or(0);
            if line.contains("pulse") {
                eprintln!("{}: {line}", self.target);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_says_is_understood() {
        let mut outcome = Outcome {
            target: "x".into(),
            executions: 0,
            per_second: 0,
            features: 0,
            found: None,
        };
        outcome.read("#8 INITED cov: 90 ft: 120 corp: 5/20b exec/s: 0 rss: 40Mb");
        outcome.read("stat::number_of_executed_units: 4096");
        outcome.read("stat::average_exec_per_sec:     2048");
        assert_eq!(
            (outcome.features, outcome.executions, outcome.per_second),
            (120, 4096, 2048)
        );
        assert!(outcome.found.is_none());
        outcome.read("artifact_prefix='a/'; Test unit written to a/crash-1");
        assert_eq!(outcome.found.as_deref(), Some("a/crash-1"));
    }
}
