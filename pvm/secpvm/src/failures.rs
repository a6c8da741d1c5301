//! Hosts that PVM's console did not add: it tells of them by bytes in a pipe, which
//! `pvm/patch/console.c` writes.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd};
use std::process::Command;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::os;

/// Names the descriptor to write to.
const VARIABLE: &str = "SECPVM_FAILURES";

/// What a console has to tell.
#[derive(Debug)]
pub struct Failures {
    told: PipeReader,
    /// Open until this is dropped, so that `told` never ends.
    _teller: PipeWriter,
}

impl Failures {
    /// Have `console` tell, which must be started before this is dropped.
    ///
    /// # Errors
    /// The system has no more pipes.
    pub fn of(console: &mut Command) -> io::Result<Self> {
        let (told, teller) = io::pipe()?;
        console.env(VARIABLE, teller.as_raw_fd().to_string());
        os::hand_on(console, teller.as_raw_fd());
        Ok(Self {
            told,
            _teller: teller,
        })
    }

    /// Whether it has told of any until now.
    pub fn any(&self) -> bool {
        let mut told = [PollFd::new(self.told.as_fd(), PollFlags::POLLIN)];
        poll(&mut told, PollTimeout::ZERO) == Ok(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_seen_when_it_is_told_and_not_before() {
        for (script, told) in [("true", false), ("printf x >&$SECPVM_FAILURES", true)] {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            let failures = Failures::of(&mut command).unwrap();
            assert!(command.status().unwrap().success());
            assert_eq!(failures.any(), told);
        }
    }
}
