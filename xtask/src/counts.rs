//! Instructions of calls on small messages, counted by callgrind and held against
//! core/counts/counts.txt. They are the same on a busy machine as on an idle one, so that a change
//! of a few per cent is seen.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{read, root, run};
use crate::tools;

/// How much more than the file says a call may take, in per cent.
const TOLERANCE: u64 = 3;

const MENDING: &str = "if that is meant, or the compiler is another: cargo xtask counts";

/// Count, and write the file.
///
/// # Errors
/// If the program cannot be built or run.
pub fn write() -> Result<()> {
    tools::require(&tools::TEST)?;
    let compiler = read(Command::new("rustc").arg("--version"))?;
    let mut text = format!(
        "# Instructions of a call, counted by `cargo xtask counts` with {}\n",
        compiler.trim()
    );
    for (name, count) in count_all()? {
        writeln!(text, "{name} {count}")?;
    }
    print!("{text}");
    fs::write(path(), text).context("core/counts/counts.txt")
}

/// No call takes more instructions than the file says, but for the tolerance; returns how many calls
/// there are.
///
/// # Errors
/// If one does, or is not in the file, or one in the file is no more.
pub fn check() -> Result<usize> {
    let text = fs::read_to_string(path()).context("core/counts/counts.txt")?;
    let counted = count_all()?;
    let wrong = wrong(&text, &counted);
    let made = text.lines().next().unwrap_or_default();
    ensure!(
        wrong.is_empty(),
        "{}\n({made})\n{MENDING}",
        wrong.join("\n")
    );
    Ok(counted.len())
}

/// What of `counted` is not as the file's `text` says.
fn wrong(text: &str, counted: &[(String, u64)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, count) in counted {
        match allowed(text, name) {
            Some(allowed) if *count * 100 <= allowed * (100 + TOLERANCE) => {}
            Some(allowed) => wrong.push(format!("{name}: {count} instructions, were {allowed}")),
            None => wrong.push(format!("{name}: not in core/counts/counts.txt")),
        }
    }
    let lines = text.lines().filter(|line| !line.starts_with('#')).count();
    if lines > counted.len() {
        wrong.push("core/counts/counts.txt has calls that are no more".to_owned());
    }
    wrong
}

fn path() -> PathBuf {
    root().join("core/counts/counts.txt")
}

fn allowed(text: &str, name: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line?.parse().ok()
}

fn count_all() -> Result<Vec<(String, u64)>> {
    run(Command::new(env!("CARGO")).args([
        "build",
        "--release",
        "--locked",
        "-p",
        "secpvm-core-counts",
    ]))?;
    let names = read(&mut Command::new("target/release/secpvm-core-counts"))?;
    let counted = names
        .lines()
        .map(|name| Ok((name.to_owned(), count(name)?)));
    counted.collect()
}

fn count(name: &str) -> Result<u64> {
    let output = Command::new("valgrind")
        .current_dir(root())
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*secpvm_core_counts*counted*")
        .args(["target/release/secpvm-core-counts", name])
        .output()
        .context("cannot start valgrind")?;
    let report = String::from_utf8_lossy(&output.stderr);
    let Some(count) = collected(&report).filter(|_| output.status.success()) else {
        bail!("callgrind did not count {name}: {report}");
    };
    eprintln!("{name}: {count} instructions");
    Ok(count)
}

/// From a line such as `==123== Collected : 4567`.
fn collected(report: &str) -> Option<u64> {
    let count = report
        .lines()
        .find_map(|line| line.split("Collected : ").nth(1))?;
    count.trim().parse().ok().filter(|count| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read() {
        assert_eq!(collected("==1== \n==1== Collected : 4567\n"), Some(4567));
        assert_eq!(collected("==1== Collected : 0\n"), None);
    }

    #[test]
    fn more_than_the_tolerance_is_wrong_and_so_is_an_unknown_call() {
        let text = "# made by\nseal-64-x 100\nseal-64 200\n";
        let wrong_of = |counts: &[(&str, u64)]| {
            let counted: Vec<_> = counts
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect();
            wrong(text, &counted).len()
        };
        assert_eq!(wrong_of(&[("seal-64-x", 103), ("seal-64", 10)]), 0);
        assert_eq!(wrong_of(&[("seal-64-x", 104), ("seal-64", 200)]), 1);
        assert_eq!(wrong_of(&[("seal-64-x", 100), ("seal", 200)]), 1);
        assert_eq!(wrong_of(&[("seal-64-x", 100)]), 1);
    }
}
