//! `secpvm lab`: a laboratory around one command.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{ArgAction, Args};
use nix::sys::signal::Signal;

use super::choice::Choice;
use crate::foreground;
use crate::lab::layout::HOSTS_MAX;
use crate::lab::{Builder, Lab};
use crate::suite::{BadChoice, Security};
use crate::tree::Tree;

/// Try PVM on many hosts of one machine: run a command in a laboratory
///
/// The hosts host1, host2, ... are network namespaces of this machine, joined by a bridge
/// (10.77.0.1, 10.77.0.2, ...). COMMAND runs on host1, where a machine is already running with all
/// hosts in it. When it ends, the machine is halted and everything is removed. Root is not needed
/// where unprivileged user namespaces are allowed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  secpvm lab -- hello.pvm                         a program of PVM, on two secured hosts
  secpvm lab --hosts 4 -- pvm                     PVM's console, to play with
  secpvm lab --plain --capture in-clear.pcap -- hello.pvm
  secpvm lab --no-machine -- sh                   start PVM yourself: secpvm, add host2, ...")]
pub struct Options {
    /// Number of hosts
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=HOSTS_MAX.into()))]
    hosts: u8,

    /// Stock PVM, unsecured
    #[arg(long, conflicts_with_all = ["profile", "level", "encrypt", "authenticate", "require"])]
    plain: bool,

    #[command(flatten)]
    choice: Choice,

    /// Run COMMAND without starting PVM
    #[arg(long, conflicts_with_all = ["plain", "profile", "level", "encrypt", "authenticate", "require"])]
    no_machine: bool,

    /// Start the other hosts' daemons over OpenSSH, with an sshd on each host (root only)
    #[arg(long)]
    ssh: bool,

    /// Write every frame that passes between the hosts to this pcap file
    #[arg(long, value_name = "FILE")]
    capture: Option<PathBuf>,

    /// Another directory in which PVM finds programs
    #[arg(long, value_name = "DIR", action = ArgAction::Append)]
    programs: Vec<PathBuf>,

    /// What to run on host1, with its arguments
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

impl Options {
    /// What protects the machine that is to be started, if any is.
    fn machine(&self) -> Result<Option<Security>, BadChoice> {
        if self.no_machine {
            Ok(None)
        } else if self.plain {
            Ok(Some(Security::Plain))
        } else {
            self.choice.security().map(Some)
        }
    }
}

/// Build the laboratory, start the machine, run the command, and take all down again. Returns the
/// command's exit status.
///
/// # Errors
/// A bad choice; something is missing, or a host does not join.
pub fn run(options: &Options) -> Result<u8> {
    let machine = options.machine()?;
    if machine.is_some_and(|machine| machine != Security::Plain) {
        // Before anything is built: the console would only find out later.
        Tree::of_this_command()?;
    }
    let builder = Lab::builder(std::env::current_exe()?)
        .hosts(options.hosts)
        .ssh(options.ssh);
    let programs = options.programs.iter();
    let lab = programs.fold(builder, Builder::programs).start()?;
    let capture = options.capture.as_deref();
    let capture = capture.map(|path| lab.capture(path)).transpose()?;
    if let Some(security) = machine {
        lab.start_machine(security)?;
    }
    let [program, arguments @ ..] = options.command.as_slice() else {
        unreachable!("clap requires a command")
    };
    let host = lab.host("host1");
    let mut command = host.command(program);
    command.args(arguments);
    let status = foreground::run(&mut command, Signal::SIGTERM).context("running the command")?;
    if host.has_pvmd()? {
        lab.halt_machine()?;
    }
    if let Some(capture) = capture {
        capture.stop()?;
    }
    Ok(foreground::exit_code(status))
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use secpvm_core::packet::classic::Protection;
    use secpvm_core::suite::Suite;

    use super::super::parse;
    use super::*;

    #[test]
    fn a_laboratory_is_secured_unless_told_otherwise() {
        let machine = |arguments: &[&str]| {
            let options: Options = parse(&[arguments, &["--", "x"]].concat()).unwrap();
            options.machine().unwrap()
        };
        let secured = |suite| Some(Security::Secured(suite));
        assert_eq!(machine(&[]), secured(Suite::Aes256Gcm));
        assert_eq!(machine(&["-e3des"]), secured(Suite::TdesCtrKeyedMd5));
        assert_eq!(machine(&["--plain"]), Some(Security::Plain));
        assert_eq!(machine(&["--level", "none"]), Some(Security::Unsealed));
        assert_eq!(
            machine(&["--profile", "classic-1997", "-a", "md5"]),
            Some(Security::Classic(Protection::Authenticated))
        );
        assert_eq!(machine(&["--no-machine"]), None);
    }

    #[test]
    fn a_laboratory_passes_everything_behind_the_dashes_on() {
        let options: Options = parse(&["--hosts", "3", "--", "ls", "--plain"]).unwrap();
        assert_eq!((options.hosts, options.plain), (3, false));
        assert_eq!(options.command, ["ls", "--plain"]);
    }

    #[test]
    fn a_laboratory_that_makes_no_sense_is_refused() {
        for (arguments, refusal) in [
            (&["--hosts", "0", "--", "x"][..], ErrorKind::ValueValidation),
            (&["--hosts", "65", "--", "x"], ErrorKind::ValueValidation),
            (
                &["--plain", "-e3des", "--", "x"],
                ErrorKind::ArgumentConflict,
            ),
            (&[], ErrorKind::MissingRequiredArgument),
        ] {
            assert_eq!(parse::<Options>(arguments).unwrap_err(), refusal);
        }
    }
}
