//! `secpvm keygen`: this user's static key on this host.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::keys::{generate, own};
use crate::output::{say, show};

/// Make this user's static key on this host, and print its public key
///
/// The private key goes to the file `key` in `${XDG_CONFIG_HOME:-~/.config}/secpvm`, and nowhere
/// else. `secpvm --keys` has hosts join by such keys: the master's host lists theirs in known-hosts,
/// they list the master's in known-masters. Carry public keys by a way on which nobody changes them,
/// or compare fingerprints.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  host2$ secpvm keygen                                once for each host
  host1$ secpvm keygen
  host1$ secpvm known-hosts add host2 KEY             what host2's keygen has printed
  host2$ secpvm known-masters add host1 KEY           what host1's keygen has printed
  host1$ secpvm --keys                                pvm> add host2")]
pub struct Options {
    /// Show the public key of the key there is
    #[arg(long)]
    show: bool,

    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Make a key, or show the one there is. The public key goes to standard output.
///
/// # Errors
/// There is one already, or none, or its file is bad.
pub fn run(options: &Options) -> Result<u8> {
    let (key, path) = if options.show { own()? } else { generate()? };
    if options.json {
        let file = path.display();
        let report = json!({"public_key": key.to_string(), "fingerprint": key.fingerprint(), "file": file.to_string()});
        show(&format!("{report}\n"))?;
    } else {
        show(&format!("{key}\n"))?;
        let (fingerprint, file) = (key.fingerprint(), path.display());
        say(format_args!(
            "fingerprint {fingerprint}, private key in {file}"
        ));
    }
    Ok(0)
}
