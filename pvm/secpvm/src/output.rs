//! What the user reads: results on standard output, and all else on standard error, a line each.

use std::env;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

use anyhow::{Context, Result};

/// Write `text` to standard output. `false` if its reader has seen enough (`secpvm doctor | head -1`),
/// which is no error.
///
/// # Errors
/// It can't be written.
pub fn show(text: &str) -> Result<bool> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true).context("writing the result"),
    }
}

/// Say `what` in a line of its own. Where nobody can read it, there is nothing to be done.
pub fn say(what: impl Display) {
    let _ = stderr().write_all(visible(&format!("{what}\n")).as_bytes());
}

/// `text`, in which names that others have chosen may stand, so that nothing in it steers a terminal.
fn visible(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', "?")
}

/// Is standard output a terminal that obeys control sequences?
pub fn has_screen() -> bool {
    stdout().is_terminal() && env::var_os("TERM").is_some_and(|name| name != "dumb")
}

/// Does the user want colours there? Not if `NO_COLOR` is set (no-color.org).
pub fn has_colours() -> bool {
    has_screen() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(visible("a\x1b[2J\r\u{9b}b\n\té\n"), "a?[2J??b\n?é\n");
    }
}
