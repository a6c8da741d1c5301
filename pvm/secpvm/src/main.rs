//! The `secpvm` command.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};
use secpvm::daemon::{self, Files, State};
use secpvm::keys::known::List;
use secpvm::keys::{self, PublicKey};
use secpvm::lab::layout::HOSTS_MAX;
use secpvm::lab::{capture, command, enter, init, inject, relay};
use secpvm::suite::{self, BadChoice, Level, Profile, Security};
use secpvm::{console, doctor, kat, manual, pages, rekey, run, status};

/// PVM's console with secured daemons
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    choice: Choice,

    /// Hosts join by static keys (`secpvm keygen`), not by trust in the remote shell
    #[arg(long)]
    keys: bool,

    #[command(flatten)]
    limits: Limits,

    /// Arguments of PVM's console, passed on as they are: -n<HOST>, -d<MASK>, a hostfile
    #[arg(trailing_var_arg = true, value_name = "PVM ARGUMENTS")]
    console: Vec<OsString>,

    #[command(subcommand)]
    command: Option<Subcommands>,
}

#[derive(Debug, Args)]
struct Choice {
    /// How what is protected looks on the wire [default: current]
    #[arg(long)]
    profile: Option<Profile>,

    /// How much is protected [default: encrypt; with a MAC alone: authenticate]
    #[arg(long)]
    level: Option<Level>,

    /// Cipher that protects what the daemons send each other [default: aes-256-gcm]
    #[arg(short, long, value_name = "CIPHER")]
    encrypt: Option<String>,

    /// MAC, beside a cipher that does not authenticate by itself, or alone: no encryption then
    #[arg(short, long, value_name = "MAC")]
    authenticate: Option<String>,

    /// Refuse what leaves a host in clear. Nothing does unless --level none says so, or a program for a
    /// message of its own; so this is for scripts whose options come from elsewhere
    #[arg(long)]
    require: bool,
}

/// When keys change by themselves. The defaults are in the documentation of core's `RekeyPolicy`.
#[derive(Debug, Args)]
struct Limits {
    /// New keys when this host has sent N datagrams with the same [default: 2^29; weak suites: 2^16]
    #[arg(long = "rekey-after-packets", value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    packets: Option<u64>,

    /// New keys when this host has sent N bytes with the same [default: 2^40; weak suites: 2^30]
    #[arg(long = "rekey-after-bytes", value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    bytes: Option<u64>,

    /// New keys after that time [default: 3600]
    #[arg(long = "rekey-after-seconds", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    seconds: Option<u64>,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Try PVM on many hosts of one machine: run a command in a laboratory
    Lab(Lab),
    Run(Run),
    /// Check known answers: this implementation's, or another one's
    Kat(Kat),
    /// Show what this host's daemon has sealed, opened and rejected
    Status {
        /// Again every second, until interrupted
        #[arg(long)]
        watch: bool,

        /// As JSON, one line each time
        #[arg(long)]
        json: bool,
    },
    Rekey(Rekey),
    /// Find what would keep a secured machine from starting, and say how to mend it
    Doctor(Doctor),
    /// Join a machine whose console asks for it: a start by hand, with codes to paste
    Join(Join),
    /// Make this user's static key on this host, and print its public key
    Keygen(Keygen),
    /// The public keys of the hosts that this one may add
    KnownHosts(KnownHosts),
    /// The public keys of the masters that may add this host; if it lists any, nobody else may
    KnownMasters(KnownMasters),
    /// Build a laboratory
    #[command(hide = true)]
    LabInit {
        plan: String,
    },
    /// Process 1 of a laboratory
    #[command(hide = true)]
    LabFirst {
        plan: String,
    },
    /// Hold the namespaces of one member
    #[command(hide = true)]
    LabMember {
        plan: String,
        name: String,
    },
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
    LabRelay {
        host: String,
        network: String,
    },
    /// Write the manual pages and the shells' completions below a prefix
    #[command(hide = true)]
    Pages {
        prefix: PathBuf,
    },
    /// Exit status 0 if a pvmd runs here, 3 if none does
    #[command(hide = true)]
    LabPvmd,
}

/// Try PVM on many hosts of one machine: run a command in a laboratory
///
/// The hosts host1, host2, ... are network namespaces of this machine, joined by a bridge
/// (10.77.0.1, 10.77.0.2, ...). COMMAND runs on host1, where a machine is already running with all
/// hosts in it. When it ends, the machine is halted and everything is removed. Root is not needed
/// where unprivileged user namespaces are allowed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  secpvm lab -- hello.pvm                         a program of PVM, on two secured hosts
  secpvm lab --hosts 4 -- pvm                     PVM's console, to play with
  secpvm lab --plain --capture in-clear.pcap -- hello.pvm
  secpvm lab --no-machine -- sh                   start PVM yourself: secpvm, add host2, ...")]
struct Lab {
    /// Number of hosts
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=HOSTS_MAX.into()))]
    hosts: u8,

    /// Stock PVM, unsecured
    #[arg(long, conflicts_with_all = ["profile", "level", "encrypt", "authenticate", "require"])]
    plain: bool,

    #[command(flatten)]
    choice: Choice,

    /// Run COMMAND without starting PVM
    #[arg(long, conflicts_with_all = ["plain", "profile", "level", "encrypt", "authenticate", "require"])]
    no_machine: bool,

    /// Start the other hosts' daemons over OpenSSH, with an sshd on each host (root only)
    #[arg(long)]
    ssh: bool,

    /// Write every frame that passes between the hosts to this pcap file
    #[arg(long, value_name = "FILE")]
    capture: Option<PathBuf>,

    /// Another directory in which PVM finds programs
    #[arg(long, value_name = "DIR", action = ArgAction::Append)]
    programs: Vec<PathBuf>,

    /// What to run on host1, with its arguments
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

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
struct Run {
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

/// Check known answers: this implementation's, or another one's
///
/// A line for each algorithm says how many passed; the status is 0 if all did. The schema of the files,
/// and the protocol that a program speaks, are in vectors/README.md of the sources.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  secpvm kat                                  all of this project's known answers
  secpvm kat --against openssl                the same, by OpenSSL
  secpvm kat --program 'java MyCipher' vectors/cipher/aes-nist.json")]
struct Kat {
    /// Files of known answers; all of this project's, if none is named
    files: Vec<PathBuf>,

    /// Check another implementation; needs python3, and for `python` its package cryptography
    #[arg(long, value_name = "PEER", conflicts_with = "program")]
    against: Option<kat::Peer>,

    /// Check a program that answers requests on its standard input
    #[arg(long, value_name = "COMMAND")]
    program: Option<String>,

    /// The report as JSON
    #[arg(long)]
    json: bool,
}

/// Find what would keep a secured machine from starting, and say how to mend it
///
/// Looks at this host, and through the remote shell (`PVM_RSH`, ssh by default) at each HOST. The
/// status is 1 if anything is bad.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  secpvm doctor                  this host
  secpvm doctor host2 host3      also whether these could be added")]
struct Doctor {
    /// Hosts that are to be added
    hosts: Vec<String>,

    /// The findings as JSON
    #[arg(long)]
    json: bool,
}

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
struct Join {}

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
struct Keygen {
    /// Show the public key of the key there is
    #[arg(long)]
    show: bool,

    /// As JSON
    #[arg(long)]
    json: bool,
}

/// The public keys of the hosts that this one may add
///
/// A machine that was started with `secpvm --keys` adds no other hosts. The list is the file
/// known-hosts in `${XDG_CONFIG_HOME:-~/.config}/secpvm`.
#[derive(Debug, Args)]
struct KnownHosts {
    #[command(subcommand)]
    change: Change,
}

/// The public keys of the masters that may add this host
///
/// The list is the file known-masters in `${XDG_CONFIG_HOME:-~/.config}/secpvm`. If the file is
/// there, this host takes joins of these masters by static keys and no others: remove it to trust
/// the remote shell again.
#[derive(Debug, Args)]
struct KnownMasters {
    #[command(subcommand)]
    change: Change,
}

#[derive(Debug, Subcommand)]
enum Change {
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

/// Have all hosts change to new keys, while programs run
///
/// Any host of the machine will do. The keys of the next epoch are drawn afresh, and handed to each
/// host under a key of its own. The status is 0 when this host seals with them. Keys also change by
/// themselves: at the limits of --rekey-after-..., and when a host leaves.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  secpvm rekey                   prints: epoch 1
  secpvm rekey --json            prints: {\"before\":0,\"epoch\":1}")]
struct Rekey {
    /// As JSON: the epoch before, and the new one
    #[arg(long)]
    json: bool,

    /// How long to wait. A change waits until the last one is complete, which takes 12 seconds, and
    /// until no hosts are being added
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
}

fn main() -> ExitCode {
    let matches = parser().get_matches_from(mark_console_options(std::env::args_os()));
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(cli) {
        Ok(code) => code.into(),
        Err(error) => {
            eprintln!("secpvm: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Put `--` before the first of PVM's own options (-n and -d). The parser could be told to let
/// every unknown option pass instead, but then it would let `-e3des` pass too.
fn mark_console_options(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let mut at = 1;
    while let Some(argument) = arguments.get(at).and_then(|argument| argument.to_str()) {
        match argument {
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
                arguments.insert(at, "--".into());
                break;
            }
            ours if ours.starts_with('-') && ours != "--" => at += 1,
            _ => break,
        }
    }
    arguments
}

/// The parser, with the table of suites in its help.
fn parser() -> clap::Command {
    Cli::command().after_help(format!(
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
    ))
}

fn run(cli: Cli) -> Result<u8> {
    match cli.command {
        None => console::run(
            cli.choice.security(),
            cli.choice.is_explicit(),
            cli.keys,
            &cli.limits.variables(),
            &cli.console,
        ),
        Some(Subcommands::Lab(lab)) => command::run(lab.into_options()),
        Some(Subcommands::Run(options)) => run::run(&run::Options {
            accept: options.accept,
            program: options.program,
        }),
        Some(Subcommands::Kat(kat)) => kat::run(&kat.into_options()),
        Some(Subcommands::Status { watch, json }) => status::run(&status::Options { watch, json }),
        Some(Subcommands::Rekey(Rekey { json, timeout })) => rekey::run(&rekey::Options {
            json,
            timeout: Duration::from_secs(timeout),
        }),
        Some(Subcommands::Doctor(Doctor { hosts, json })) => {
            doctor::run(&doctor::Options { hosts, json })
        }
        Some(Subcommands::Join(Join {})) => manual::join(),
        Some(Subcommands::Keygen(Keygen { show, json })) => keys::command::run_keygen(show, json),
        Some(Subcommands::KnownHosts(KnownHosts { change })) => {
            keys::command::run_known(List::Hosts, &change.into())
        }
        Some(Subcommands::KnownMasters(KnownMasters { change })) => {
            keys::command::run_known(List::Masters, &change.into())
        }
        Some(Subcommands::LabInit { plan }) => init::run_init(&plan).map(|()| 0),
        Some(Subcommands::LabFirst { plan }) => init::run_first(&plan).map(|()| 0),
        Some(Subcommands::LabMember { plan, name }) => init::run_member(&plan, &name).map(|()| 0),
        Some(Subcommands::LabExec {
            lab,
            member,
            command,
        }) => enter::run_exec(lab, &member, &command),
        Some(Subcommands::LabShell { host, command, .. }) => enter::run_shell(&host, &command),
        Some(Subcommands::Pages { prefix }) => pages::write(&parser(), &prefix).map(|()| 0),
        Some(Subcommands::LabCapture) => capture::run().map(|()| 0),
        Some(Subcommands::LabInject) => inject::run().map(|()| 0),
        Some(Subcommands::LabRelay { host, network }) => relay::run(&host, &network).map(|()| 0),
        Some(Subcommands::LabPvmd) => {
            Ok(if daemon::state(&Files::of_this_user())? == State::Down {
                3
            } else {
                0
            })
        }
    }
}

impl Limits {
    /// How the first host's daemon is told.
    fn variables(&self) -> Vec<(&'static str, String)> {
        [
            ("SECPVM_REKEY_PACKETS", self.packets),
            ("SECPVM_REKEY_BYTES", self.bytes),
            ("SECPVM_REKEY_SECONDS", self.seconds),
        ]
        .into_iter()
        .filter_map(|(name, limit)| Some((name, limit?.to_string())))
        .collect()
    }
}

impl Choice {
    fn is_explicit(&self) -> bool {
        self.profile.is_some()
            || self.level.is_some()
            || self.encrypt.is_some()
            || self.authenticate.is_some()
    }

    /// What was chosen, or the end of the process with a usage error.
    fn security(&self) -> Security {
        let chosen = if self.require && self.level == Some(Level::None) {
            Err(BadChoice::RequiredAtLevelNone)
        } else {
            suite::choose(
                self.profile.unwrap_or_default(),
                self.level,
                self.encrypt.as_deref(),
                self.authenticate.as_deref(),
            )
        };
        chosen.unwrap_or_else(|bad| parser().error(ErrorKind::InvalidValue, bad).exit())
    }
}

impl From<Change> for keys::command::Change {
    fn from(change: Change) -> Self {
        match change {
            Change::List { json } => Self::List { json },
            Change::Add { name, key, replace } => Self::Add { name, key, replace },
            Change::Remove { name } => Self::Remove { name },
        }
    }
}

impl Kat {
    fn into_options(self) -> kat::Options {
        kat::Options {
            files: self.files,
            against: self.against,
            program: self.program,
            json: self.json,
        }
    }
}

impl Lab {
    fn into_options(self) -> command::Options {
        let machine = if self.no_machine {
            None
        } else if self.plain {
            Some(Security::Plain)
        } else {
            Some(self.choice.security())
        };
        command::Options {
            hosts: self.hosts,
            machine,
            ssh: self.ssh,
            capture: self.capture,
            programs: self.programs,
            command: self.command,
        }
    }
}

#[cfg(test)]
mod tests {
    use secpvm_core::packet::classic::Protection;
    use secpvm_core::suite::Suite;

    use super::*;

    fn parse(arguments: &[&str]) -> Cli {
        let arguments = std::iter::once("secpvm")
            .chain(arguments.iter().copied())
            .map(OsString::from);
        Cli::from_arg_matches(&parser().get_matches_from(mark_console_options(arguments))).unwrap()
    }

    fn refusal(arguments: &[&str]) -> ErrorKind {
        let arguments = std::iter::once("secpvm").chain(arguments.iter().copied());
        parser().try_get_matches_from(arguments).unwrap_err().kind()
    }

    #[test]
    fn the_parser_is_sound() {
        parser().debug_assert();
    }

    #[test]
    fn names_stand_behind_their_option_or_apart() {
        for arguments in [&["-e3des", "-amd5"][..], &["-e", "3des", "-a", "md5"]] {
            let choice = parse(arguments).choice;
            assert_eq!(choice.encrypt.as_deref(), Some("3des"));
            assert_eq!(choice.authenticate.as_deref(), Some("md5"));
            assert_eq!(choice.security(), Security::Secured(Suite::TdesCtrKeyedMd5));
        }
    }

    #[test]
    fn what_is_not_ours_goes_to_the_console() {
        let cli = parse(&["-e3des", "-nhost7", "-d0x1", "-e", "hostfile"]);
        assert_eq!(cli.choice.encrypt.as_deref(), Some("3des"));
        assert_eq!(cli.console, ["-nhost7", "-d0x1", "-e", "hostfile"]);
        assert_eq!(parse(&["hostfile"]).console, ["hostfile"]);
        assert_eq!(parse(&["-e", "3des", "-d0xff"]).console, ["-d0xff"]);
        assert_eq!(refusal(&["--encipher", "3des"]), ErrorKind::UnknownArgument);
    }

    #[test]
    fn limits_are_told_to_the_daemon() {
        let cli = parse(&[
            "--rekey-after-packets",
            "9",
            "--rekey-after-seconds=60",
            "-nhost7",
        ]);
        assert_eq!(
            cli.limits.variables(),
            [
                ("SECPVM_REKEY_PACKETS", "9".to_owned()),
                ("SECPVM_REKEY_SECONDS", "60".to_owned())
            ]
        );
        assert_eq!(cli.console, ["-nhost7"]);
        assert_eq!(
            refusal(&["--rekey-after-bytes", "0"]),
            ErrorKind::ValueValidation
        );
    }

    #[test]
    fn a_laboratory_is_secured_unless_told_otherwise() {
        let machine = |arguments: &[&str]| match parse(arguments).command {
            Some(Subcommands::Lab(lab)) => lab.into_options().machine,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            machine(&["lab", "--", "x"]),
            Some(Security::Secured(Suite::Aes256Gcm))
        );
        assert_eq!(
            machine(&["lab", "-e3des", "--", "x"]),
            Some(Security::Secured(Suite::TdesCtrKeyedMd5))
        );
        assert_eq!(
            machine(&["lab", "--plain", "--", "x"]),
            Some(Security::Plain)
        );
        assert_eq!(
            machine(&["lab", "--level", "none", "--", "x"]),
            Some(Security::Unsealed)
        );
        assert_eq!(
            machine(&["lab", "--profile", "classic-1997", "-a", "md5", "--", "x"]),
            Some(Security::Classic(Protection::Authenticated))
        );
        assert_eq!(machine(&["lab", "--no-machine", "--", "x"]), None);
    }

    #[test]
    fn a_laboratory_passes_everything_behind_the_dashes_on() {
        let Some(Subcommands::Lab(lab)) =
            parse(&["lab", "--hosts", "3", "--", "ls", "--plain"]).command
        else {
            panic!()
        };
        assert_eq!((lab.hosts, lab.plain), (3, false));
        assert_eq!(lab.command, ["ls", "--plain"]);
    }

    #[test]
    fn a_laboratory_that_makes_no_sense_is_refused() {
        assert_eq!(
            refusal(&["lab", "--hosts", "0", "--", "x"]),
            ErrorKind::ValueValidation
        );
        assert_eq!(
            refusal(&["lab", "--hosts", "65", "--", "x"]),
            ErrorKind::ValueValidation
        );
        assert_eq!(
            refusal(&["lab", "--plain", "-e3des", "--", "x"]),
            ErrorKind::ArgumentConflict
        );
        assert_eq!(refusal(&["lab"]), ErrorKind::MissingRequiredArgument);
    }

    #[test]
    fn the_remote_shell_takes_what_rsh_takes() {
        let Some(Subcommands::LabShell {
            host,
            login,
            command,
        }) = parse(&["lab-shell", "host2", "-l", "someone", "pvmd", "-s", "-d0x0"]).command
        else {
            panic!()
        };
        assert_eq!(
            (host.as_str(), login.as_deref()),
            ("host2", Some("someone"))
        );
        assert_eq!(command, ["pvmd", "-s", "-d0x0"]);
    }
}
