//! `secpvm known-hosts` and `secpvm known-masters`: the lists of public keys.

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::keys::PublicKey;
use crate::keys::known::{self, Entry, List};
use crate::output::show;

/// The public keys of the hosts that this one may add
///
/// A machine that was started with `secpvm --keys` adds no other hosts. The list is the file
/// known-hosts in `${XDG_CONFIG_HOME:-~/.config}/secpvm`.
#[derive(Debug, Args)]
pub struct Hosts {
    #[command(subcommand)]
    action: Action,
}

/// The public keys of the masters that may add this host
///
/// The list is the file known-masters in `${XDG_CONFIG_HOME:-~/.config}/secpvm`. If the file is
/// there, this host takes joins of these masters by static keys and no others: remove it to trust
/// the remote shell again.
#[derive(Debug, Args)]
pub struct Masters {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print names and fingerprints
    List {
        /// As JSON, with the keys
        #[arg(long)]
        json: bool,
    },
    /// Add a key
    Add {
        /// The host's name as `add` in PVM's console has it; for a master any word
        name: String,
        /// Its public key, from its `secpvm keygen`
        key: PublicKey,
        /// Also if another key is known for that name
        #[arg(long)]
        replace: bool,
    },
    /// Take a key out
    Remove {
        /// The name
        name: String,
    },
}

/// `secpvm known-hosts`.
///
/// # Errors
/// The list is bad, or the change is none; the file is then as it was.
pub fn run_hosts(options: &Hosts) -> Result<u8> {
    run(List::Hosts, &options.action)
}

/// `secpvm known-masters`.
///
/// # Errors
/// As [`run_hosts`].
pub fn run_masters(options: &Masters) -> Result<u8> {
    run(List::Masters, &options.action)
}

fn run(list: List, action: &Action) -> Result<u8> {
    let _lock = match action {
        Action::List { .. } => None,
        Action::Add { .. } | Action::Remove { .. } => Some(known::lock()?),
    };
    let mut known = list.read()?;
    match action {
        Action::List { json: true } => {
            let shown: Vec<_> = known.entries().map(Entry::shown).collect();
            show(&(serde_json::to_string_pretty(&shown)? + "\n"))?;
        }
        Action::List { json: false } => {
            let entries = known.entries();
            let lines: Vec<String> = entries
                .map(|entry| format!("{:<20} {}\n", entry.name, entry.key.fingerprint()))
                .collect();
            show(&lines.concat())?;
        }
        Action::Add { name, key, replace } => {
            known.add(name, *key, *replace)?;
            known.write()?;
        }
        Action::Remove { name } => {
            known.remove(name)?;
            known.write()?;
        }
    }
    Ok(0)
}
