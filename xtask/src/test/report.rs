//! `docs/report-coverage.md`: what the project does about each point of the report, with tests that
//! show it. No test may be named there that does not exist.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{read, root};

const PAGE: &str = "docs/report-coverage.md";
/// In the place of a test, for what can't have one; a reason follows.
const NONE: &str = "none: ";

/// Check the last column of every table: names of tests, or why there is none. Returns the number of
/// rows.
///
/// # Errors
/// If a row names no test, or one that does not exist.
pub fn check() -> Result<usize> {
    let files =
        read(Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    let files: Vec<&str> = files.lines().collect();
    let page = fs::read_to_string(root().join(PAGE))?;
    let mut rows = 0;
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let last = cells.last().context("a row has cells")?;
        if *last == "tests" {
            continue;
        }
        check_tests(last, &files).with_context(|| format!("{PAGE}: {row}"))?;
        rows += 1;
    }
    ensure!(rows > 0, "{PAGE} has no rows");
    Ok(rows)
}

fn check_tests(cell: &str, files: &[&str]) -> Result<()> {
    if cell.starts_with(NONE) && cell.len() > NONE.len() {
        return Ok(());
    }
    // What stands in backquotes is every second part.
    let tests: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
    ensure!(!tests.is_empty(), "no test is named");
    for test in tests {
        exists(test, files)?;
    }
    Ok(())
}

/// A test is the end of a file's path, a colon twice, and a function's name; or the path alone, of a C
/// program, which is one test.
fn exists(test: &str, files: &[&str]) -> Result<()> {
    let (end, function) = test.split_once("::").unwrap_or((test, ""));
    let end_of_path = |file: &&&str| **file == end || file.ends_with(&format!("/{end}"));
    let mut candidates = files.iter().filter(end_of_path).peekable();
    ensure!(candidates.peek().is_some(), "there is no file {end}");
    for file in candidates {
        let text = fs::read_to_string(root().join(file)).unwrap_or_default();
        if is_there(function, file, &text) {
            return Ok(());
        }
    }
    bail!("there is no test {test}")
}

fn is_there(function: &str, file: &str, text: &str) -> bool {
    if function.is_empty() {
        return Path::new(file).extension().is_some_and(|end| end == "c");
    }
    // The last is a row of the table of examples, of which a macro makes a test.
    let forms = [
        format!("fn {function}("),
        format!("def {function}("),
        format!("\n    {function}: ["),
    ];
    forms.iter().any(|form| text.contains(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_is_not_there_is_found_out() {
        let files = ["xtask/src/test/report.rs", "pvm/tests/hooks.c"];
        let row = |cell| check_tests(cell, &files);
        let here = "`report.rs::a_test_that_is_not_there_is_found_out`";
        row(here).unwrap();
        row("`tests/hooks.c`, and all of it").unwrap();
        row("none: it is about the law").unwrap();
        for wrong in [
            "",
            "none: ",
            "report.rs",
            "`report.rs`",
            "`port.rs::check`",
            "`report.rs::no_such_test`",
            &format!("{here} `hooks.rs::x`"),
        ] {
            assert!(row(wrong).is_err(), "{wrong}");
        }
    }
}
