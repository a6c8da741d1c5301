//! The commands, a file each: its options, the text of its help, and what it does.
//!
//! A command's `run` returns the exit status. An error is one line for the user; a
//! [`BadChoice`](crate::suite::BadChoice) is a mistake on the command line.

pub mod choice;
pub mod console;
pub mod doctor;
pub mod join;
pub mod kat;
pub mod keygen;
pub mod known;
pub mod lab;
pub mod lab_parts;
pub mod pages;
pub mod rekey;
pub mod run;
pub mod status;

/// `arguments` as the options of one command, read by a parser of their own.
#[cfg(test)]
fn parse<Options: clap::Args>(arguments: &[&str]) -> Result<Options, clap::error::ErrorKind> {
    let parser = Options::augment_args(clap::Command::new("secpvm"));
    let words = std::iter::once("secpvm").chain(arguments.iter().copied());
    parser
        .try_get_matches_from(words)
        .and_then(|matches| Options::from_arg_matches(&matches))
        .map_err(|error| error.kind())
}
