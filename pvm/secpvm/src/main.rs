//! The `secpvm` command: the names of its commands. What each is and does is in
//! [`secpvm::commands`].

use std::process::ExitCode;

use anyhow::Result;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use secpvm::commands::{
    console, doctor, join, kat, keygen, known, lab, lab_parts, pages, rekey, run, status,
};
use secpvm::output;
use secpvm::suite::BadChoice;

/// PVM's console with secured daemons
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    console: console::Options,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Lab(lab::Options),
    Run(run::Options),
    Kat(kat::Options),
    Status(status::Options),
    Rekey(rekey::Options),
    Doctor(doctor::Options),
    Join(join::Options),
    Keygen(keygen::Options),
    KnownHosts(known::Hosts),
    /// The public keys of the masters that may add this host; if it lists any, nobody else may
    KnownMasters(known::Masters),
    #[command(flatten)]
    LabPart(lab_parts::Part),
    #[command(hide = true)]
    Pages(pages::Options),
}

fn main() -> ExitCode {
    let words = console::mark_arguments(std::env::args_os());
    let cli = Cli::from_arg_matches(&parser().get_matches_from(words))
        .unwrap_or_else(|error| error.exit());
    let error = match run(&cli) {
        Ok(code) => return code.into(),
        Err(error) => error,
    };
    if let Some(bad) = error.downcast_ref::<BadChoice>() {
        parser().error(ErrorKind::InvalidValue, bad).exit()
    }
    output::say(format_args!("secpvm: {error:#}"));
    ExitCode::FAILURE
}

fn parser() -> clap::Command {
    Cli::command().after_help(console::help())
}

fn run(cli: &Cli) -> Result<u8> {
    match &cli.command {
        None => console::run(&cli.console),
        Some(Command::Lab(options)) => lab::run(options),
        Some(Command::Run(options)) => run::run(options),
        Some(Command::Kat(options)) => kat::run(options),
        Some(Command::Status(options)) => status::run(options),
        Some(Command::Rekey(options)) => rekey::run(options),
        Some(Command::Doctor(options)) => doctor::run(options),
        Some(Command::Join(options)) => join::run(options),
        Some(Command::Keygen(options)) => keygen::run(options),
        Some(Command::KnownHosts(options)) => known::run_hosts(options),
        Some(Command::KnownMasters(options)) => known::run_masters(options),
        Some(Command::LabPart(part)) => lab_parts::run(part),
        Some(Command::Pages(options)) => pages::run(options, &parser()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_is_sound() {
        parser().debug_assert();
    }
}
