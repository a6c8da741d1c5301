//! What is being measured, on one line of a terminal, or a line for each thing elsewhere.

use std::cell::Cell;
use std::io::{IsTerminal, stderr};

/// A line of progress.
pub struct Progress {
    how: String,
    /// What was said last.
    said: Cell<Option<String>>,
}

impl Progress {
    /// Of a run that is called `how`.
    pub fn new(how: &str) -> Self {
        Self {
            how: how.to_owned(),
            said: Cell::new(None),
        }
    }

    /// `done` of `all` turns of `what` are done.
    pub fn tell(&self, what: &str, done: usize, all: usize) {
        let terminal = stderr().is_terminal();
        let last = self.said.replace(Some(what.to_owned()));
        if terminal {
            const WIDTH: usize = 25;
            let filled = WIDTH * done / all.max(1);
            eprint!(
                "\r\x1b[K{}: {what} [{:#<filled$}{:width$}] {done}/{all}",
                self.how,
                "",
                "",
                width = WIDTH - filled
            );
        } else if last.as_deref() != Some(what) {
            eprintln!("{}: {what}", self.how);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if stderr().is_terminal() {
            eprintln!();
        }
    }
}
