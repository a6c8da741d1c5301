//! The packet inspector, in Debian's Chromium.

use anyhow::{Context, Result, bail};

use crate::shell::read;
use crate::{inspector, tools, wasm};

/// Build the page and run its tests; returns how many passed.
///
/// # Errors
/// If one fails, or is not run.
pub fn test() -> Result<usize> {
    tools::require(&tools::BROWSER)?;
    wasm::build()?;
    inspector::build()?;
    let output = read(&mut inspector::script("test"))?;
    print!("{output}");
    passed_in(&output)
}

/// The count of a run of `node --test`. One that was skipped is an error.
fn passed_in(output: &str) -> Result<usize> {
    let count = |what: &str| -> Result<usize> {
        let line = output
            .lines()
            .find_map(|line| line.strip_prefix("# ")?.strip_prefix(what));
        let number = line.with_context(|| format!("node does not say how many {what}"))?;
        Ok(number.trim().parse()?)
    };
    let (tests, passed) = (count("tests ")?, count("pass ")?);
    if tests != passed || tests == 0 {
        bail!("{passed} of {tests} tests of the inspector passed");
    }
    Ok(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read() {
        let output = "ok 1 - one\n# tests 12\n# suites 0\n# pass 12\n# fail 0\n# skipped 0\n";
        assert_eq!(passed_in(output).unwrap(), 12);
        assert!(passed_in(&output.replace("pass 12", "pass 11")).is_err());
        assert!(passed_in("").is_err());
    }
}
