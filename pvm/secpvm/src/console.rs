//! PVM's own console with secured daemons: `secpvm [--profile PROFILE] [--level LEVEL] [-e CIPHER]
//! [-a MAC] [arguments of pvm]`.

use std::ffi::OsString;
use std::io::{IsTerminal, stdin};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::Signal;

use crate::daemon::{self, Files, State};
use crate::keylog;
use crate::keys;
use crate::log::{self, Follower, KEYED, Line};
use crate::manual::Desk;
use crate::os;
use crate::suite::{self, Security};
use crate::tree::{self, PVM_CONSOLE, Tree};

const LOG_POLL: Duration = Duration::from_millis(100);

/// Run the console. `explicit` says that the user named the security, so that no other will do;
/// `keyed` that hosts are to join by static keys. `variables` are for the environment of a pvmd that
/// is started. Returns the console's exit status, as a shell would tell it; but 1 instead of 0 if a
/// host could not be started that nobody sat before a terminal to add: a script's, or a hostfile's.
///
/// # Errors
/// PVM or a file of the installed tree is missing, or a pvmd runs that is not what was asked for.
pub fn run(
    security: Security,
    explicit: bool,
    keyed: bool,
    variables: &[(&str, String)],
    arguments: &[OsString],
) -> Result<u8> {
    tree::require_pvm()?;
    let mut console = console(security)?;
    let keyed = keyed || keys::are_asked_for();
    if keyed {
        ensure!(
            matches!(security, Security::Secured(_) | Security::Unsealed),
            "a machine of stock PVM or classic-1997 is joined without keys: leave out --keys"
        );
        keys::own()?;
        console.env("SECPVM_KEYS", "1");
    }
    let files = Files::of_this_user();
    match attachment(daemon::state(&files)?, security, explicit)? {
        Attachment::Start => {
            keylog::check()?;
            files.clear()?;
        }
        Attachment::To(note) => {
            ensure!(
                !keyed || daemon::is_keyed(&files),
                "hosts join your running machine by trust in the remote shell: halt it first \
                 (`echo halt | secpvm`), or leave out --keys"
            );
            eprintln!("secpvm: {note}");
            if !variables.is_empty() {
                eprintln!("secpvm: its limits stay as they were when it was started");
            }
        }
    }
    if let Some(warning) = suite::warning(security) {
        eprintln!("secpvm: warning: {warning}");
    }

    console.args(arguments);
    console.envs(variables.iter().map(|(name, value)| (name, value)));
    if std::env::var_os("PVM_RSH").is_none() {
        console.env("PVM_RSH", "ssh");
    }
    // Kept until the console ends.
    let _desk =
        Desk::open(&files).inspect_err(|error| eprintln!("secpvm: no manual starts: {error:#}"));
    let log = Follower::from_end(files.log());
    let (finished, watch) = mpsc::channel();
    let watcher = thread::spawn(move || show_our_lines(log, &watch));
    let status = run_in_foreground(&mut console, Signal::SIGTERM);
    drop(finished);
    // The watcher ends when its channel closes; it can only have panicked while printing.
    let hosts_failed = watcher.join().unwrap_or(false);
    let code = exit_code(status.with_context(|| format!("running {PVM_CONSOLE}"))?);
    Ok(if hosts_failed && is_unattended(arguments) {
        code.max(1)
    } else {
        code
    })
}

/// Do the commands come from elsewhere than a terminal?
fn is_unattended(arguments: &[OsString]) -> bool {
    let is_option = |argument: &OsString| argument.as_bytes().starts_with(b"-");
    !stdin().is_terminal() || !arguments.iter().all(is_option)
}

/// PVM's console, which starts a pvmd of that security.
fn console(security: Security) -> Result<Command> {
    let mut console = Command::new(PVM_CONSOLE);
    let Some(mode) = security.mode_word() else {
        return Ok(console);
    };
    let tree = Tree::of_this_command()?;
    console
        .env("LD_PRELOAD", tree.preload(std::env::var_os("LD_PRELOAD"))?)
        .env("SECPVM_MODE", mode);
    match security {
        Security::Secured(suite) => console.env("SECPVM_SUITE", suite.name()),
        _ => console.env_remove("SECPVM_SUITE"),
    };
    Ok(console)
}

/// Run `command` in the foreground of the terminal: the interrupt keys are its own affair, and it
/// gets `at_our_end` if this process ends before it.
pub(crate) fn run_in_foreground(
    command: &mut Command,
    at_our_end: Signal,
) -> std::io::Result<ExitStatus> {
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGQUIT] {
        // A handler, not SIG_IGN, for an ignored signal would stay ignored in the command.
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    os::signal_with_parent(command, at_our_end);
    command.status()
}

/// An exit status as a shell tells it: 128 and the signal's number for a command that was killed.
pub(crate) fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[derive(Debug, PartialEq, Eq)]
enum Attachment {
    /// Nothing runs: the console starts a pvmd.
    Start,
    /// A secured pvmd runs: the console attaches to it. What to tell the user.
    To(String),
}

fn attachment(state: State, security: Security, explicit: bool) -> Result<Attachment> {
    match (state, security) {
        (State::Down, _) => Ok(Attachment::Start),
        (State::Plain { pid }, Security::Plain) => Ok(Attachment::To(format!(
            "attaching to your running machine (process {pid}, plain)"
        ))),
        (State::Plain { pid }, _) => bail!(
            "a plain pvmd of yours is running (process {pid}), and it sends everything in clear: \
             halt it first (`echo halt | pvm`)"
        ),
        (State::Secured { pid, .. }, Security::Plain) => bail!(
            "your running machine (process {pid}) is secured: halt it first (`echo halt | secpvm`)"
        ),
        (State::Secured { pid, suite }, wanted) => {
            let running = suite.as_deref();
            if !explicit || running == Some(wanted.name()) {
                return Ok(Attachment::To(format!(
                    "attaching to your running machine (process {pid}, {})",
                    running.unwrap_or("secured")
                )));
            }
            let Some(running) = running else {
                bail!(
                    "your running machine (process {pid}) is secured, but its log does not say with which suite: \
                     leave out --level, -e and -a to attach to it, or halt it first (`echo halt | secpvm`)"
                );
            };
            bail!(
                "your running machine (process {pid}) uses {running}, not {}: halt it first (`echo halt | secpvm`), \
                 or leave out --profile, --level, -e and -a",
                wanted.name()
            )
        }
    }
}

/// Print our lines of the log as they come, until `watch` closes. Returns whether pvmd's own lines
/// told of a host that could not be started.
fn show_our_lines(mut log: Follower, watch: &mpsc::Receiver<()>) -> bool {
    let mut failed = false;
    loop {
        let open = watch.recv_timeout(LOG_POLL) == Err(RecvTimeoutError::Timeout);
        for line in log.lines() {
            failed |= log::tells_failed_start(&line);
            match Line::parse(&line) {
                // What the user has just chosen is no news.
                Some(ours) if ours.suite().is_none() && ours.text != KEYED => eprintln!("{ours}"),
                _ => {}
            }
        }
        if !open {
            return failed;
        }
    }
}

#[cfg(test)]
mod tests {
    use secpvm_core::suite::Suite;

    use super::*;

    const GCM: Security = Security::Secured(Suite::Aes256Gcm);

    fn secured(suite: Option<&str>) -> State {
        State::Secured {
            pid: 7,
            suite: suite.map(str::to_owned),
        }
    }

    #[test]
    fn a_plain_pvmd_is_refused_with_what_to_do() {
        let refusal = attachment(State::Plain { pid: 7 }, GCM, false)
            .unwrap_err()
            .to_string();
        assert!(refusal.contains("halt it first"), "{refusal}");
    }

    #[test]
    fn a_secured_pvmd_of_the_same_suite_is_joined() {
        assert!(matches!(
            attachment(secured(Some("aes-256-gcm")), GCM, true),
            Ok(Attachment::To(_))
        ));
        assert_eq!(
            attachment(State::Down, GCM, true).unwrap(),
            Attachment::Start
        );
    }

    #[test]
    fn another_suite_is_refused_only_if_one_was_asked_for() {
        let other = secured(Some("chacha20-poly1305"));
        assert!(matches!(
            attachment(other.clone(), GCM, false),
            Ok(Attachment::To(_))
        ));
        let refusal = attachment(other, GCM, true).unwrap_err().to_string();
        assert!(
            refusal.contains("chacha20-poly1305") && refusal.contains("aes-256-gcm"),
            "{refusal}"
        );
    }

    #[test]
    fn a_suite_that_cannot_be_seen_is_only_joined_unnamed() {
        assert!(matches!(
            attachment(secured(None), GCM, false),
            Ok(Attachment::To(_))
        ));
        assert!(attachment(secured(None), GCM, true).is_err());
    }

    #[test]
    fn plain_and_secured_are_never_mixed_up() {
        let plain = |state| attachment(state, Security::Plain, true);
        assert_eq!(plain(State::Down).unwrap(), Attachment::Start);
        assert!(matches!(
            plain(State::Plain { pid: 7 }),
            Ok(Attachment::To(_))
        ));
        assert!(plain(secured(Some("aes-256-gcm"))).is_err());
    }

    #[test]
    fn exit_codes_are_a_shells() {
        let code = |wait_status| exit_code(ExitStatus::from_raw(wait_status));
        assert_eq!(code(0), 0);
        assert_eq!(code(3 << 8), 3);
        assert_eq!(code(9), 137);
    }
}
