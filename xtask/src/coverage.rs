//! `cargo xtask coverage`: which lines and branches of core its tests and the known answers reach.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::shell::{read, root, run};

/// Linux on this kind of machine: named, so that build scripts are not instrumented.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Branches are not for a stable compiler but by `RUSTC_BOOTSTRAP`.
const FLAGS: &str = "-Cinstrument-coverage -Zcoverage-options=branch";
const LINES_PERCENT_MIN: usize = 95;

/// What was reached of a file: for each line, and each way out of a branch, how often.
#[derive(Default)]
struct Reached {
    lines: BTreeMap<usize, u64>,
    branches: Vec<u64>,
}

/// Measure, print a line a file with the lines that nothing reaches, and the total.
///
/// # Errors
/// If a test fails, or fewer than 95 % of the lines are reached.
pub fn run_all() -> Result<()> {
    let tools = llvm_tools()?;
    let profiles = root().join("target/coverage/profiles");
    let _ = fs::remove_dir_all(&profiles);
    let programs = test(&profiles)?;
    let merged = profiles.join("merged.profdata");
    let raw = fs::read_dir(&profiles)?.map(|entry| Ok(entry?.path()));
    run(Command::new(tools.join("llvm-profdata"))
        .args(["merge", "--sparse", "--output"])
        .arg(&merged)
        .args(raw.collect::<Result<Vec<_>>>()?))?;
    let report = read(
        Command::new(tools.join("llvm-cov"))
            .args(["export", "--format=lcov", "--instr-profile"])
            .arg(&merged)
            .args(
                programs
                    .iter()
                    .flat_map(|program| ["--object".as_ref(), program.as_os_str()]),
            )
            .arg("--sources")
            .arg(root().join("core/src")),
    )?;
    summarise(&files(&report)?)
}

/// The folder of rustup's llvm-tools, which fit the compiler.
fn llvm_tools() -> Result<PathBuf> {
    let sysroot = read(Command::new("rustc").args(["--print", "sysroot"]))?;
    let folder = Path::new(sysroot.trim()).join(format!("lib/rustlib/{TARGET}/bin"));
    if !folder.join("llvm-cov").exists() {
        run(Command::new("rustup").args(["component", "add", "llvm-tools"]))?;
    }
    Ok(folder)
}

/// Run the tests; returns the programs that they are.
fn test(profiles: &Path) -> Result<Vec<PathBuf>> {
    let messages = read(
        Command::new(env!("CARGO"))
            .args(["test", "--locked", "--target", TARGET])
            .args(["--package", "secpvm-core", "--package", "secpvm-vectors"])
            .args(["--lib", "--tests", "--target-dir", "target/coverage"])
            .args(["--message-format", "json"])
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", FLAGS)
            .env("LLVM_PROFILE_FILE", profiles.join("%m-%p.profraw")),
    )?;
    let messages = messages.lines().map(serde_json::from_str::<Value>);
    let programs = messages.filter_map(|message| {
        let message = message.ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    Ok(programs.collect())
}

/// Read lcov's format: `SF:file`, then `DA:line,count` and `BRDA:line,block,way,count`. Unit tests, which
/// stand at the end of a file, are not counted.
fn files(report: &str) -> Result<BTreeMap<String, Reached>> {
    let mut files = BTreeMap::new();
    let (mut name, mut reached, mut end) = (String::new(), Reached::default(), usize::MAX);
    for line in report.lines() {
        let (kind, value) = line.split_once(':').unwrap_or((line, ""));
        match kind {
            "SF" => {
                let text = fs::read_to_string(value).with_context(|| value.to_owned())?;
                end = text
                    .lines()
                    .position(|line| line == "#[cfg(test)]")
                    .unwrap_or(usize::MAX);
                let within = value.rsplit("/core/src/").next().unwrap_or(value);
                within.clone_into(&mut name);
            }
            "DA" | "BRDA" => {
                let mut numbers = value.split(',');
                let at = numbers.next().context("no line")?.parse()?;
                // A branch that is never come to has no number.
                let count = numbers.next_back().and_then(|count| count.parse().ok());
                if at <= end && kind == "DA" {
                    reached.lines.insert(at, count.unwrap_or(0));
                } else if at <= end {
                    reached.branches.push(count.unwrap_or(0));
                }
            }
            "end_of_record" => {
                files.insert(std::mem::take(&mut name), std::mem::take(&mut reached));
            }
            _ => {}
        }
    }
    Ok(files)
}

fn summarise(files: &BTreeMap<String, Reached>) -> Result<()> {
    let mut total = Reached::default();
    for (name, reached) in files {
        let missed = reached.lines.iter().filter(|(_, count)| **count == 0);
        let missed: Vec<String> = missed.map(|(line, _)| line.to_string()).collect();
        println!("{name:<34} {} {}", row(reached), missed.join(" "));
        let first = total.lines.len();
        let lines = reached.lines.values().enumerate();
        total
            .lines
            .extend(lines.map(|(index, count)| (first + index, *count)));
        total.branches.extend(&reached.branches);
    }
    println!("{:<34} {}", "core", row(&total));
    let (hit, all) = hit(total.lines.values());
    ensure!(
        all > 0 && hit * 100 >= all * LINES_PERCENT_MIN,
        "{hit} of {all} lines of core are reached, less than {LINES_PERCENT_MIN} %"
    );
    Ok(())
}

fn row(reached: &Reached) -> String {
    let (lines, branches) = (hit(reached.lines.values()), hit(reached.branches.iter()));
    format!(
        "lines {:>4}/{:<4} branches {:>3}/{:<3}",
        lines.0, lines.1, branches.0, branches.1
    )
}

/// How many of them are not zero, and how many there are.
fn hit<'a>(counts: impl Iterator<Item = &'a u64> + Clone) -> (usize, usize) {
    (
        counts.clone().filter(|count| **count > 0).count(),
        counts.count(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lcov_says_is_understood() {
        let here = root().join("core/src/lib.rs");
        let report = format!(
            "SF:{}\nDA:1,3\nDA:2,0\nBRDA:2,0,0,1\nBRDA:2,0,1,-\nend_of_record\n",
            here.display()
        );
        let files = files(&report).unwrap();
        assert_eq!(row(&files["lib.rs"]), "lines    1/2    branches   1/2  ");
        assert!(summarise(&files).is_err());
    }
}
