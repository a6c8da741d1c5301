//! What `secpvm lab` calls of itself: the processes of a laboratory, which no user starts.

use std::ffi::OsString;

use anyhow::Result;
use clap::Subcommand;

use crate::daemon::{self, Files, State};
use crate::lab::{NO_PVMD, capture, enter, init, inject, relay};

/// Which part.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "their arguments are those of the functions that are called"
)]
pub enum Part {
    /// Build a laboratory
    #[command(hide = true)]
    LabInit { plan: String },
    /// Process 1 of a laboratory
    #[command(hide = true)]
    LabFirst { plan: String },
    /// Hold the namespaces of one member
    #[command(hide = true)]
    LabMember { plan: String, name: String },
    /// Run a command in a member, from outside
    #[command(hide = true)]
    LabExec {
        #[arg(long)]
        lab: u32,
        member: String,
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// The remote shell of a laboratory
    #[command(hide = true)]
    LabShell {
        host: String,
        /// Ignored: a laboratory has one user
        #[arg(short)]
        login: Option<String>,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<OsString>,
    },
    /// Write what passes the bridge to standard output
    #[command(hide = true)]
    LabCapture,
    /// Send the packets on standard input
    #[command(hide = true)]
    LabInject,
    /// Pass the frames of two interfaces through standard output and input
    #[command(hide = true)]
    LabRelay { host: String, network: String },
    /// Exit status 0 if a pvmd runs here, 3 if none does
    #[command(hide = true)]
    LabPvmd,
}

/// Be that part.
///
/// # Errors
/// As the function that is called.
pub fn run(part: &Part) -> Result<u8> {
    match part {
        Part::LabInit { plan } => init::run_init(plan)?,
        Part::LabFirst { plan } => init::run_first(plan)?,
        Part::LabMember { plan, name } => init::run_member(plan, name)?,
        Part::LabExec {
            lab,
            member,
            command,
        } => return enter::run_exec(*lab, member, command),
        Part::LabShell { host, command, .. } => return enter::run_shell(host, command),
        Part::LabCapture => capture::run()?,
        Part::LabInject => inject::run()?,
        Part::LabRelay { host, network } => relay::run(host, network)?,
        Part::LabPvmd => {
            let is_down = daemon::state(&Files::of_this_user())? == State::Down;
            return Ok(if is_down { NO_PVMD } else { 0 });
        }
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    use super::*;

    #[test]
    fn the_remote_shell_takes_what_rsh_takes() {
        let words = "secpvm lab-shell host2 -l someone pvmd -s -d0x0";
        let parser = Part::augment_subcommands(clap::Command::new("secpvm"));
        let matches = parser.get_matches_from(words.split(' '));
        let Ok(Part::LabShell {
            host,
            login,
            command,
        }) = Part::from_arg_matches(&matches)
        else {
            panic!("{matches:?}")
        };
        assert_eq!(
            (host.as_str(), login.as_deref()),
            ("host2", Some("someone"))
        );
        assert_eq!(command, ["pvmd", "-s", "-d0x0"]);
    }
}
