//! `secpvm run`: a program of PVM whose messages are sealed from task to task.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Error, Result, bail};
use clap::Args;

use crate::daemon::{self, Files, State};
use crate::tree::Tree;

/// What tells the library to seal everything, and what to take.
const POLICY: &str = "SECPVM_TASKS";
/// What PVM hands on from the one who spawns a task to the task: names of variables, apart by colons.
const EXPORT: &str = "PVM_EXPORT";

/// Run a program of PVM whose messages are sealed from task to task
///
/// The tasks that it starts are sealed like it, on every host, and so are their direct routes. A
/// message of another task that is not sealed is dropped, with a line on standard error. The machine
/// must have been started by secpvm, and secpvm must be installed at the same place on all hosts.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  secpvm run ./master 10
  secpvm run --accept ./master     also takes messages of tasks that were started without

Programs that seal single messages need no `secpvm run`: see secpvm_pvm3(3).")]
pub struct Options {
    /// Take messages that are not sealed, too; then there are no direct routes between hosts
    #[arg(long)]
    accept: bool,

    /// The program, found as the shell finds it, and its arguments
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        required = true,
        value_name = "PROGRAM"
    )]
    program: Vec<OsString>,
}

/// Become the program; returns only if that fails.
///
/// # Errors
/// No secured machine runs here, a file of the installed tree is missing, or the program can't be
/// executed or sealed.
pub fn run(options: &Options) -> Result<u8> {
    match daemon::state(&Files::of_this_user())? {
        State::Secured { .. } => {}
        State::Plain { pid } => bail!(
            "your pvmd here (process {pid}) is a plain one, which has no keys: halt it, and start PVM by secpvm"
        ),
        State::Down => bail!("no machine of yours is running on this host: start one by secpvm"),
    }
    let Some((program, arguments)) = options.program.split_first() else {
        bail!("there is no program to run");
    };
    if find(program).is_some_and(|path| has_its_own_pvm(&path)) {
        bail!(
            "{} has PVM's library in it (libpvm3.a): nothing can be put before that; link it with libpvm3.so",
            Path::new(program).display()
        );
    }
    let tree = Tree::of_this_command()?;
    let error = Command::new(program)
        .args(arguments)
        .env(
            "LD_PRELOAD",
            tree.preload_in_tasks(std::env::var_os("LD_PRELOAD"))?,
        )
        .env(POLICY, if options.accept { "accept" } else { "require" })
        .env(EXPORT, export(std::env::var_os(EXPORT)))
        .exec();
    Err(Error::new(error).context(format!("running {}", Path::new(program).display())))
}

/// `PVM_EXPORT` with our variables in front of what is there.
fn export(already: Option<OsString>) -> OsString {
    let mut export = OsString::from(format!("LD_PRELOAD:{POLICY}"));
    if let Some(already) = already.filter(|already| !already.is_empty()) {
        export.push(":");
        export.push(already);
    }
    export
}

/// The file that will be executed, as far as `PATH` tells.
fn find(program: &OsStr) -> Option<PathBuf> {
    let named = Path::new(program);
    if named.components().count() > 1 {
        return Some(named.to_owned());
    }
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}

/// Is it linked with libpvm3.a? Then it holds a message of that library's, and not the name of the
/// shared one.
fn has_its_own_pvm(program: &Path) -> bool {
    // Not all of a device.
    let bytes = program.is_file().then(|| std::fs::read(program));
    let Some(Ok(bytes)) = bytes else {
        return false;
    };
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    bytes.starts_with(b"\x7fELF") && holds(b"mroute()") && !holds(b"libpvm3.so")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_of_the_user_stay() {
        assert_eq!(export(None), "LD_PRELOAD:SECPVM_TASKS");
        assert_eq!(export(Some("".into())), "LD_PRELOAD:SECPVM_TASKS");
        assert_eq!(
            export(Some("DISPLAY".into())),
            "LD_PRELOAD:SECPVM_TASKS:DISPLAY"
        );
    }

    #[test]
    fn a_program_is_found_as_the_shell_finds_it() {
        assert!(find("sh".as_ref()).is_some());
        assert_eq!(find("./x".as_ref()), Some("./x".into()));
        assert_eq!(find("no-such-program".as_ref()), None);
        assert!(!has_its_own_pvm(Path::new("/bin/sh")));
    }
}
