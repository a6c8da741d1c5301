//! `secpvm join`: the new host's end of a start by hand; the master's is [`crate::manual`].

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, Result};
use clap::Args;

use crate::tree::Tree;

/// Join a machine whose console asks for it: a start by hand, with codes to paste
///
/// For hosts that no remote shell reaches. In the master's hostfile they have the option so=ms; when
/// they are added, the console says what to do. Codes go back and forth over the two terminals: three
/// of them, or with static keys (`secpvm keygen`) one each way. What is secret in them is encrypted; but
/// without static keys, who changes a code on its way can join in the place of this host.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  host1$ cat hostfile
  & host2 so=ms
  host1$ secpvm hostfile
  pvm> add host2                                      says: log in to host2 ...
  host2$ secpvm join")]
pub struct Options {}

/// Become secpvm-join, on this terminal.
///
/// # Errors
/// It is missing. Does not return otherwise.
pub fn run(_: &Options) -> Result<u8> {
    let program = Tree::of_this_command()?.join();
    let error = Command::new(&program).arg("manual-slave").exec();
    Err(Error::new(error).context(format!("running {}", program.display())))
}
