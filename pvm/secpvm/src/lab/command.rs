//! `secpvm lab`: a laboratory around one command.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use super::{Lab, Security};
use crate::console::{exit_code, run_in_foreground};
use crate::tree::Tree;

/// What the command line asks for.
#[derive(Debug)]
pub struct Options {
    /// Number of hosts.
    pub hosts: u8,
    /// The machine to start on them, if any.
    pub machine: Option<Security>,
    /// Start remote daemons with OpenSSH.
    pub ssh: bool,
    /// Where to write what passes the bridge.
    pub capture: Option<PathBuf>,
    /// Directories in which PVM finds programs.
    pub programs: Vec<PathBuf>,
    /// What to run on `host1`.
    pub command: Vec<OsString>,
}

/// Build the laboratory, start the machine, run the command, and take all down again. Returns the
/// command's exit status.
///
/// # Errors
/// Something is missing, or a host does not join.
pub fn run(options: Options) -> Result<u8> {
    if options
        .machine
        .is_some_and(|machine| machine != Security::Plain)
    {
        // Before anything is built: the console would only find out later.
        Tree::of_this_command()?;
    }
    let builder = Lab::builder(std::env::current_exe()?)
        .hosts(options.hosts)
        .ssh(options.ssh);
    let lab = options
        .programs
        .into_iter()
        .fold(builder, super::Builder::programs)
        .start()?;
    let capture = options.capture.map(|path| lab.capture(&path)).transpose()?;
    if let Some(security) = options.machine {
        lab.start_machine(security)?;
    }
    let [program, arguments @ ..] = options.command.as_slice() else {
        unreachable!("clap requires a command")
    };
    let host = lab.host("host1");
    let mut command = host.command(program);
    command.args(arguments);
    let status = run_in_foreground(&mut command, Signal::SIGTERM).context("running the command")?;
    if host.has_pvmd()? {
        lab.halt_machine()?;
    }
    if let Some(capture) = capture {
        capture.stop()?;
    }
    Ok(exit_code(status))
}
