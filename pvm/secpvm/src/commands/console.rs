//! PVM's own console with secured daemons: `secpvm [--profile PROFILE] [--level LEVEL] [-e CIPHER]
//! [-a MAC] [arguments of pvm]`.

use std::ffi::OsString;
use std::io::{IsTerminal, stdin};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use nix::sys::signal::Signal;
use nix::unistd::{AccessFlags, access};

use super::choice::Choice;
use crate::daemon::{self, Files, State};
use crate::failures::Failures;
use crate::foreground;
use crate::keylog;
use crate::keys;
use crate::log::{self, Follower, KEYED, Line};
use crate::manual::Desk;
use crate::output::say;
use crate::start_lock::StartLock;
use crate::suite::{self, Security};
use crate::tree::{self, PVM_CONSOLE, Tree};

const LOG_POLL: Duration = Duration::from_millis(100);
/// The daemon counts time in milliseconds, in 64 bits.
const LIMIT_MAX: u64 = u64::MAX / 1000;

/// What `secpvm` without the name of a command takes.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    choice: Choice,

    /// Hosts join by static keys (`secpvm keygen`), not by trust in the remote shell
    #[arg(long)]
    keys: bool,

    #[command(flatten)]
    limits: Limits,

    /// Arguments of PVM's console, passed on as they are: -n<HOST>, -d<MASK>, a hostfile
    #[arg(trailing_var_arg = true, value_name = "PVM ARGUMENTS")]
    arguments: Vec<OsString>,
}

/// When keys change by themselves. The defaults are in the documentation of core's `RekeyPolicy`.
#[derive(Debug, Args)]
pub struct Limits {
    /// New keys when this host has sent N datagrams with the same [default: 2^29; weak suites: 2^16]
    #[arg(long = "rekey-after-packets", value_name = "N", value_parser = clap::value_parser!(u64).range(1..=LIMIT_MAX))]
    packets: Option<u64>,

    /// New keys when this host has sent N bytes with the same [default: 2^40; weak suites: 2^30]
    #[arg(long = "rekey-after-bytes", value_name = "N", value_parser = clap::value_parser!(u64).range(1..=LIMIT_MAX))]
    bytes: Option<u64>,

    /// New keys after that time [default: 3600]
    #[arg(long = "rekey-after-seconds", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=LIMIT_MAX))]
    seconds: Option<u64>,
}

impl Limits {
    /// How the first host's daemon is told: variables of its environment. Those that the user has set
    /// there are looked at, too: the daemon would not start, and its words be lost.
    fn variables(&self) -> Result<Vec<(&'static str, String)>> {
        let mut variables = Vec::new();
        for (name, limit) in [
            ("SECPVM_REKEY_PACKETS", self.packets),
            ("SECPVM_REKEY_BYTES", self.bytes),
            ("SECPVM_REKEY_SECONDS", self.seconds),
        ] {
            if let Some(limit) = limit {
                variables.push((name, limit.to_string()));
            } else if let Some(set) = std::env::var_os(name) {
                let digits = set.to_str().filter(|text| !text.starts_with(['+', '0']));
                let limit = digits.and_then(|digits| digits.parse().ok());
                ensure!(
                    limit.is_some_and(|limit| (1..=LIMIT_MAX).contains(&limit)),
                    "{name}={} is no number from 1 to {LIMIT_MAX}",
                    set.display()
                );
            }
        }
        Ok(variables)
    }
}

/// What stands below the options in `secpvm --help`.
pub fn help() -> String {
    format!(
        "Suites:\n{}  with --profile classic-1997: -e des, 3des, idea or rc4, and -a md5; all broken

In the console, `add host2` starts a secured daemon on host2 through PVM_RSH (default: ssh), and
`halt` ends the machine. Programs need no change: start them there or from a shell.

Examples:
  secpvm                              a secured machine, started on this host
  secpvm hostfile                     ... and on the hosts of a hostfile
  echo 'add host2' | secpvm -e 3des   not interactive, another suite
  secpvm -a md5                       authentication alone: faster, and readable
  secpvm --keys                       hosts join by static keys: see secpvm keygen
  secpvm --level none                 nothing between daemons; programs seal what they choose
  secpvm --profile classic-1997 -e des   the report's own packets: broken, to compare with
  secpvm lab -- hello.pvm             no second host at hand? Try it on one machine",
        suite::table()
    )
}

/// Put `--` before the first of PVM's own options (-n and -d). The parser could be told to let
/// every unknown option pass instead, but then it would let `-e3des` pass too.
pub fn mark_arguments(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = words.collect();
    let mut at = 1;
    while let Some(word) = words.get(at).and_then(|word| word.to_str()) {
        match word {
            "-e"
            | "-a"
            | "--encrypt"
            | "--authenticate"
            | "--level"
            | "--profile"
            | "--rekey-after-packets"
            | "--rekey-after-bytes"
            | "--rekey-after-seconds" => at += 2,
            pvms if pvms.starts_with("-n") || pvms.starts_with("-d") => {
                words.insert(at, "--".into());
                break;
            }
            ours if ours.starts_with('-') && ours != "--" => at += 1,
            _ => break,
        }
    }
    words
}

/// Run the console. Returns its exit status, as a shell would tell it; but 1 instead of 0 if a host
/// could not be started that nobody sat before a terminal to add: a script's, or a hostfile's.
///
/// # Errors
/// A bad choice; PVM or a file of the installed tree is missing, or a pvmd runs that is not what was
/// asked for.
pub fn run(options: &Options) -> Result<u8> {
    let security = options.choice.security()?;
    let hostfile = hostfile(&options.arguments)?;
    let limits = options.limits.variables()?;
    tree::require_pvm()?;
    let mut console = console(security)?;
    let keyed = options.keys || keys::are_asked_for();
    if keyed {
        ensure!(
            matches!(security, Security::Secured(_) | Security::Unsealed),
            "a machine of stock PVM or classic-1997 is joined without keys: leave out --keys"
        );
        keys::own()?;
        console.env("SECPVM_KEYS", "1");
    }
    let files = Files::of_this_user();
    let (state, starting) = look(&files)?;
    match attachment(state, security, options.choice.is_explicit())? {
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
            say(format_args!("secpvm: {note}"));
            if !limits.is_empty() {
                say("secpvm: its limits stay as they were when it was started");
            }
            if hostfile.is_some() {
                say("secpvm: PVM reads no hostfile now: `add` in the console adds more hosts");
            }
        }
    }
    if let Some(warning) = suite::warning(security) {
        say(format_args!("secpvm: warning: {warning}"));
    }

    console.args(&options.arguments).envs(limits);
    console.env("PVM_RSH", tree::remote_shell());
    let (status, hosts_failed) = watched(console, &files, starting)?;
    // Nobody sits before a terminal to see it.
    let is_unattended = !stdin().is_terminal() || hostfile.is_some();
    let code = foreground::exit_code(status);
    Ok(if hosts_failed && is_unattended {
        code.max(1)
    } else {
        code
    })
}

/// Look for a running pvmd; with the right to start one, if there is none.
fn look(files: &Files) -> Result<(State, Option<StartLock>)> {
    let state = daemon::state(files)?;
    // One that has not named its suite may be about to: whoever starts it has the lock until then.
    if !matches!(state, State::Down | State::Secured { suite: None, .. }) {
        return Ok((state, None));
    }
    files.check()?;
    let starting = StartLock::take(files)?;
    // Another console may have been faster.
    let state = daemon::state(files)?;
    let starting = (state == State::Down).then_some(starting);
    Ok((state, starting))
}

/// Run `console`, and show what the log tells. Returns how it ended, and whether a host was not added.
fn watched(
    mut console: Command,
    files: &Files,
    starting: Option<StartLock>,
) -> Result<(ExitStatus, bool)> {
    // Kept until the console ends.
    let _desk = Desk::open(files)
        .inspect_err(|error| say(format_args!("secpvm: no manual starts: {error:#}")));
    let log = Follower::from_end(files.log());
    let failures = Failures::of(&mut console)?;
    let (finished, watch) = mpsc::channel();
    let watcher = thread::spawn(move || show_log(log, &watch, starting));
    let status = foreground::run(&mut console, Signal::SIGTERM);
    drop(finished);
    // The watcher ends when its channel closes; it has nothing to panic of.
    let hosts_failed = watcher.join().unwrap_or(true) | failures.any();
    let status = status.with_context(|| format!("running {PVM_CONSOLE}"))?;
    Ok((status, hosts_failed))
}

/// The hostfile among PVM's arguments. A pvmd that can't read it would go on without a word; and it
/// may be a mistyped command.
fn hostfile(arguments: &[OsString]) -> Result<Option<&Path>> {
    let is_option = |argument: &&OsString| argument.as_bytes().starts_with(b"-");
    let files: Vec<&OsString> = arguments.iter().filter(|word| !is_option(word)).collect();
    let hostfile = match files[..] {
        [] => return Ok(None),
        [hostfile] => Path::new(hostfile),
        _ => bail!("PVM takes one hostfile, not {}", files.len()),
    };
    let shown = hostfile.display();
    let none = || format!("'{shown}' is no command (see `secpvm --help`), and no hostfile");
    access(hostfile, AccessFlags::R_OK).with_context(none)?;
    ensure!(!hostfile.is_dir(), "{}", none());
    Ok(Some(hostfile))
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

/// Print of the log what the user has to know as it comes, until `watch` closes. A pvmd that is being
/// started is there when it names its suite. Returns whether pvmd's own lines told of a host that could
/// not be started.
fn show_log(
    mut log: Follower,
    watch: &mpsc::Receiver<()>,
    mut starting: Option<StartLock>,
) -> bool {
    let mut failed = false;
    let mut last = String::new();
    loop {
        let open = watch.recv_timeout(LOG_POLL) == Err(RecvTimeoutError::Timeout);
        for line in log.lines() {
            if let Some(ours) = Line::parse(&line) {
                // What the user has just chosen is no news.
                if ours.suite().is_some() {
                    starting = None;
                } else if ours.text != KEYED {
                    say(ours);
                }
            } else if let Some(text) = log::text(&line) {
                if log::tells_no_pvmd(&line) {
                    say(format_args!("secpvm: pvmd did not start: {last}"));
                }
                if let Some(told) = log::bad_hostfile(text) {
                    say(format_args!("secpvm: hostfile: {told}"));
                    failed = true;
                }
                failed |= log::tells_failed_start(text);
                text.clone_into(&mut last);
            }
        }
        if !open {
            drop(starting);
            return failed;
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use secpvm_core::suite::Suite;

    use super::super::parse;
    use super::*;

    const GCM: Security = Security::Secured(Suite::Aes256Gcm);

    /// The options, with PVM's own marked as the command does.
    fn options(arguments: &[&str]) -> Options {
        let words = ["secpvm"].iter().chain(arguments).map(OsString::from);
        let words = mark_arguments(words);
        let words: Vec<&str> = words[1..]
            .iter()
            .map(|word| word.to_str().unwrap())
            .collect();
        parse(&words).unwrap()
    }

    #[test]
    fn what_is_not_ours_goes_to_the_console() {
        let mixed = options(&["-e3des", "-nhost7", "-d0x1", "-e", "hostfile"]);
        let suite = Suite::TdesCtrKeyedMd5;
        assert_eq!(mixed.choice.security(), Ok(Security::Secured(suite)));
        assert_eq!(mixed.arguments, ["-nhost7", "-d0x1", "-e", "hostfile"]);
        assert_eq!(options(&["hostfile"]).arguments, ["hostfile"]);
        assert_eq!(options(&["-e", "3des", "-d0xff"]).arguments, ["-d0xff"]);
        let unknown = parse::<Options>(&["--encipher", "3des"]);
        assert_eq!(unknown.unwrap_err(), ErrorKind::UnknownArgument);
    }

    #[test]
    fn limits_are_told_to_the_daemon() {
        let words = "--rekey-after-packets 9 --rekey-after-seconds=60 -nhost7";
        let limited = options(&words.split(' ').collect::<Vec<_>>());
        assert_eq!(
            limited.limits.variables().unwrap(),
            [
                ("SECPVM_REKEY_PACKETS", "9".to_owned()),
                ("SECPVM_REKEY_SECONDS", "60".to_owned())
            ]
        );
        assert_eq!(limited.arguments, ["-nhost7"]);
        let none = parse::<Options>(&["--rekey-after-bytes", "0"]);
        assert_eq!(none.unwrap_err(), ErrorKind::ValueValidation);
    }

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
}
