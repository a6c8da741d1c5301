//! `secpvm keygen`, `secpvm known-hosts` and `secpvm known-masters`.

use anyhow::Result;
use serde_json::json;

use super::known::{Entry, List};
use super::{PublicKey, generate, own};

/// What is to be done with a list.
#[derive(Clone, Debug)]
pub enum Change {
    /// Print it.
    List {
        /// As JSON.
        json: bool,
    },
    /// Add a key.
    Add {
        /// Whose it is.
        name: String,
        /// The key.
        key: PublicKey,
        /// Even if another stands there.
        replace: bool,
    },
    /// Take a key out.
    Remove {
        /// Whose it is.
        name: String,
    },
}

/// Make a key, or show the one there is. The public key goes to standard output.
///
/// # Errors
/// There is one already, or none, or its file is bad.
pub fn run_keygen(show: bool, json: bool) -> Result<u8> {
    let (key, path) = if show { own()? } else { generate()? };
    if json {
        println!(
            "{}",
            json!({"public_key": key.to_string(), "fingerprint": key.fingerprint(), "file": path})
        );
    } else {
        println!("{key}");
        eprintln!(
            "fingerprint {}, private key in {}",
            key.fingerprint(),
            path.display()
        );
    }
    Ok(0)
}

/// Show or change a list.
///
/// # Errors
/// The list is bad, or the change is none; the file is then as it was.
pub fn run_known(list: List, change: &Change) -> Result<u8> {
    let mut known = list.read()?;
    match change {
        Change::List { json: true } => {
            let shown: Vec<_> = known.entries().map(Entry::shown).collect();
            println!("{}", serde_json::to_string_pretty(&shown)?);
        }
        Change::List { json: false } => {
            for entry in known.entries() {
                println!("{:<20} {}", entry.name, entry.key.fingerprint());
            }
        }
        Change::Add { name, key, replace } => {
            known.add(name, *key, *replace)?;
            known.write()?;
        }
        Change::Remove { name } => {
            known.remove(name)?;
            known.write()?;
        }
    }
    Ok(0)
}
