//! Commands that run in the foreground of the terminal, in the place of this one.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use nix::sys::signal::Signal;

use crate::os;

/// Run `command`: the interrupt keys are its own affair, and it gets `at_our_end` if this process
/// ends before it.
pub fn run(command: &mut Command, at_our_end: Signal) -> std::io::Result<ExitStatus> {
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGQUIT] {
        // A handler, not SIG_IGN, for an ignored signal would stay ignored in the command.
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    os::signal_with_parent(command, at_our_end);
    command.status()
}

/// An exit status as a shell tells it: 128 and the signal's number for a command that was killed.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_a_shells() {
        let code = |wait_status| exit_code(ExitStatus::from_raw(wait_status));
        assert_eq!(code(0), 0);
        assert_eq!(code(3 << 8), 3);
        assert_eq!(code(9), 137);
    }
}
