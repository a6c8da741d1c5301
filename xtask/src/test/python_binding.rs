//! The Python package as a user gets it: the wheel in an environment of its own, its types, its
//! stubs against the binary, its tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{root, run};
use crate::venv::{environment, install};
use crate::wheel;

/// Run them all; returns how many tests there are.
///
/// # Errors
/// At the first that fails, or if a test was skipped.
pub fn check() -> Result<usize> {
    let wheel = wheel::build()?;
    let wheel = wheel.to_str().context("a path that is no text")?;
    let requirements = fs::read_to_string(root().join("bindings-python/requirements.txt"))?;
    let requirements: Vec<&str> = requirements
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let python = environment("python-wheel", &requirements)?;
    install(&python, &["--no-deps", "--force-reinstall", wheel])?;
    let module = |module: &str| {
        let mut command = tidy(&python);
        command.args(["-m", module]);
        command
    };
    let config = ["--config-file", "bindings-python/pyproject.toml"];
    let stubs = ["--mypy-config-file", "bindings-python/pyproject.toml"];
    run(module("mypy").args(config).args(["--package", "secpvm"]))?;
    run(module("mypy").args(config).arg("bindings-python/tests"))?;
    run(module("mypy.stubtest").args(stubs).arg("secpvm"))?;
    Ok(3 + pytest(&python)?)
}

/// An interpreter that leaves nothing among the sources.
fn tidy(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env(
        "HYPOTHESIS_STORAGE_DIRECTORY",
        root().join("target/hypothesis"),
    );
    command
}

/// The tests; one that is skipped is an error.
fn pytest(python: &Path) -> Result<usize> {
    let output = tidy(python)
        .current_dir(root())
        .args(["-m", "pytest", "-q", "--color=no", "bindings-python/tests"])
        .args(["--config-file", "bindings-python/pyproject.toml"])
        .args(["-p", "no:cacheprovider"])
        .output()
        .context("pytest")?;
    let report = String::from_utf8_lossy(&output.stdout);
    print!("{report}");
    ensure!(
        output.status.success(),
        "the tests of bindings-python failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    passed_in(report.lines().last().unwrap_or_default())
}

/// The count in a line such as `574 passed in 16.93s`. Nothing is skipped silently.
fn passed_in(line: &str) -> Result<usize> {
    let Some((count, rest)) = line.split_once(" passed") else {
        bail!("not a line of pytest: {line}");
    };
    for word in ["skipped", "xfailed", "xpassed", "deselected", "warning"] {
        ensure!(!rest.contains(word), "pytest: {line}");
    }
    Ok(count.trim_matches('=').trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read() {
        assert_eq!(passed_in("574 passed in 16.93s").unwrap(), 574);
        for other in ["573 passed, 1 skipped in 16.93s", "1 failed in 2s", ""] {
            assert!(passed_in(other).is_err(), "{other}");
        }
    }
}
