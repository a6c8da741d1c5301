//! A PVM laboratory: N hosts on one machine.
//!
//! Each host is a network, UTS, IPC and mount namespace with a name (`host1`, ...), an address in
//! 10.77.0.0/24 and a `PVM_TMP` of its own; a bridge joins them, with one place on it for an
//! attacker, `outsider`. Root makes the namespaces directly, anyone else inside an unprivileged
//! user namespace, in which they are root. When the [`Lab`] is dropped or its process dies, by
//! whatever means, the kernel removes everything.
//!
//! ```no_run
//! use secpvm::lab::{Lab, Security};
//!
//! let lab = Lab::builder("target/secpvm/bin/secpvm").hosts(2).start()?;
//! lab.start_machine(Security::Plain)?;
//! let hello = lab.host("host1").command("hello.pvm").output()?;
//! assert!(hello.status.success());
//! lab.halt_machine()?;
//! # anyhow::Ok(())
//! ```

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::log::Dropped;
pub use crate::suite::Security;
use crate::tree::{self, PVM_CONSOLE};

pub mod capture;
pub mod enter;
pub mod init;
pub mod inject;
pub mod layout;
pub mod packet;
pub mod pcap;
pub mod relay;
mod ssh;

use capture::Capture;
use inject::Injector;
use layout::{BRIDGE, HOSTS_MAX, OUTSIDER, Plan};
use relay::{Relay, Way};

/// Exit status of `lab-pvmd` if no pvmd runs on the host.
pub const NO_PVMD: u8 = 3;

/// A laboratory to be. See [`Lab::builder`].
#[derive(Debug)]
pub struct Builder {
    secpvm: PathBuf,
    plan: Plan,
}

/// A running laboratory. Dropping it ends all its processes.
#[derive(Debug)]
pub struct Lab {
    secpvm: PathBuf,
    plan: Plan,
    /// Process 1 of the laboratory, as numbered outside.
    first: u32,
    init: Child,
    /// Process 1 ends when this closes.
    lifeline: Option<ChildStdin>,
}

/// One member of a laboratory, a place to run commands in.
#[derive(Clone, Copy, Debug)]
pub struct Host<'a> {
    lab: &'a Lab,
    name: &'a str,
}

impl Builder {
    /// Number of hosts, 1 to 64; two unless told.
    #[must_use]
    pub fn hosts(mut self, hosts: u8) -> Self {
        self.plan.hosts = hosts;
        self
    }

    /// A directory in which PVM and the shell find programs, besides `/usr/bin`.
    #[must_use]
    pub fn programs(mut self, directory: impl Into<PathBuf>) -> Self {
        self.plan.programs.push(directory.into());
        self
    }

    /// Start remote daemons with OpenSSH, from a real sshd on each host, instead of the
    /// laboratory's own remote shell. Only root can.
    #[must_use]
    pub fn ssh(mut self, ssh: bool) -> Self {
        self.plan.ssh = ssh;
        self
    }

    /// Build the laboratory.
    ///
    /// # Errors
    /// The plan makes no sense, a tool is missing, or the system allows no namespaces.
    pub fn start(mut self) -> Result<Lab> {
        let hosts = self.plan.hosts;
        ensure!(
            (1..=HOSTS_MAX).contains(&hosts),
            "a laboratory has 1 to {HOSTS_MAX} hosts, not {hosts}"
        );
        // The commands of the laboratory may have another working directory.
        for path in std::iter::once(&mut self.secpvm).chain(&mut self.plan.programs) {
            *path = path
                .canonicalize()
                .with_context(|| path.display().to_string())?;
        }
        for folder in &self.plan.programs {
            ensure!(folder.is_dir(), "{} is no directory", folder.display());
        }
        std::env::join_paths(&self.plan.programs).context("a directory of programs")?;
        tree::require_program("ip", "iproute2")?;
        if self.plan.ssh {
            ssh::require()?;
        }
        let mut init = Command::new(&self.secpvm)
            .args(["lab-init", &serde_json::to_string(&self.plan)?])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Out of reach of the terminal's interrupt key: it ends with us, not before.
            .process_group(0)
            .spawn()
            .with_context(|| format!("running {}", self.secpvm.display()))?;
        let lifeline = init.stdin.take();
        let mut first = String::new();
        BufReader::new(init.stdout.take().expect("piped")).read_line(&mut first)?;
        let Ok(first) = first.trim_end().parse() else {
            drop(lifeline);
            init.wait()?;
            bail!("the laboratory could not be built");
        };
        Ok(Lab {
            secpvm: self.secpvm,
            plan: self.plan,
            first,
            init,
            lifeline,
        })
    }
}

impl Lab {
    /// A laboratory built by the `secpvm` command at that path.
    pub fn builder(secpvm: impl Into<PathBuf>) -> Builder {
        Builder {
            secpvm: secpvm.into(),
            plan: Plan {
                hosts: 2,
                programs: Vec::new(),
                ssh: false,
            },
        }
    }

    /// The host of that name: `host1`, ...
    pub fn host<'a>(&'a self, name: &'a str) -> Host<'a> {
        Host { lab: self, name }
    }

    /// The place for an attacker: on the hosts' bridge, and no part of the machine.
    pub fn outsider(&self) -> Host<'_> {
        self.host(OUTSIDER)
    }

    /// Start PVM on `host1` alone.
    ///
    /// # Errors
    /// PVM is not installed, or does not start; the error has the console's words.
    pub fn start_master(&self, security: Security) -> Result<()> {
        tree::require_pvm()?;
        talk(&mut self.console(security), "quit\n", "pvmd still running")
    }

    /// Start PVM on `host1` and add all the other hosts.
    ///
    /// # Errors
    /// PVM is not installed, or a host does not join; the error has the console's words.
    pub fn start_machine(&self, security: Security) -> Result<()> {
        tree::require_pvm()?;
        let others = usize::from(self.plan.hosts) - 1;
        if others == 0 {
            return self.start_master(security);
        }
        let mut console = self.console(security);
        let names: Vec<String> = (2..=self.plan.hosts)
            .map(|number| format!("host{number}"))
            .collect();
        talk(
            &mut console,
            &format!("add {}\nquit\n", names.join(" ")),
            &format!("{others} successful"),
        )
    }

    /// Halt PVM on all hosts.
    ///
    /// # Errors
    /// The console can't be run.
    pub fn halt_machine(&self) -> Result<()> {
        // Any console will do, for it only talks to the daemon on its own host.
        talk(&mut self.console(Security::Plain), "halt\n", "")
    }

    /// Start to capture every frame that passes the bridge, into a pcap file.
    ///
    /// # Errors
    /// The file can't be made, or the bridge not listened to.
    pub fn capture(&self, path: &Path) -> Result<Capture> {
        Capture::start(self.host(BRIDGE).secpvm("lab-capture"), path)
    }

    /// Start to send packets of any content and any source address from the outsider's place.
    ///
    /// # Errors
    /// The process that sends them can't be started.
    pub fn injector(&self) -> Result<Injector> {
        Injector::start(self.outsider().secpvm("lab-inject"))
    }

    /// Put a man in the middle between a host and the bridge. `decide` gets the payload of each UDP
    /// datagram that came in one frame; it can alter it, and says whether it goes on.
    ///
    /// # Errors
    /// The interfaces can't be made.
    pub fn relay(
        &self,
        host: &str,
        decide: impl FnMut(Way, &mut [u8]) -> bool + Send + 'static,
    ) -> Result<Relay> {
        let [inside, outside] = ["in", "out"].map(|end| format!("{host}-{end}"));
        let bridge = init::BRIDGE_LINK;
        for command in [
            format!("link add {inside} type veth peer name {outside}"),
            format!("link set {host} nomaster"),
            format!("link set {host} promisc on"),
            format!("link set {outside} master {bridge} up"),
            format!("link set {inside} promisc on up"),
        ] {
            let mut ip = self.host(BRIDGE).command("ip");
            let status = ip.args(command.split(' ')).status()?;
            ensure!(status.success(), "ip {command} failed ({status})");
        }
        let mut command = self.host(BRIDGE).secpvm("lab-relay");
        command.args([host, &inside]);
        Relay::start(command, decide)
    }

    fn console(&self, security: Security) -> Command {
        let host = self.host("host1");
        let mut console = match security {
            Security::Plain => host.command(PVM_CONSOLE),
            other => {
                let mut console = host.command(&self.secpvm);
                console.args(other.arguments());
                console
            }
        };
        // No .pvmrc of the user's own machine here.
        console.env("HOME", layout::tmp_of("host1"));
        console
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // It ends when process 1 has ended, and nothing can be done here if waiting fails.
        let _ = self.init.wait();
    }
}

impl Host<'_> {
    /// Its address.
    pub fn address(&self) -> Option<Ipv4Addr> {
        self.lab.plan.address_of(self.name).ok()
    }

    /// A command to run here, with this process's environment and the host's.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(&self.lab.secpvm);
        command
            .args([
                "lab-exec",
                "--lab",
                &self.lab.first.to_string(),
                self.name,
                "--",
            ])
            .arg(program);
        command
    }

    /// What its pvmd has written into its log; empty if there is none.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.file("pvml.0")).unwrap_or_default()
    }

    /// What its pvmd says it has dropped since it started.
    pub fn dropped(&self) -> Dropped {
        Dropped::last_in(&self.log())
    }

    /// Whether the file with its pvmd's address is there: from the daemon's start to its end.
    pub fn has_address_file(&self) -> bool {
        self.file("pvmd.0").exists()
    }

    /// Whether a pvmd runs here.
    ///
    /// # Errors
    /// The host can't be entered.
    pub fn has_pvmd(&self) -> Result<bool> {
        let status = self
            .secpvm("lab-pvmd")
            .status()
            .context("asking for the host's pvmd")?;
        match status.code() {
            Some(0) => Ok(true),
            Some(code) if code == i32::from(NO_PVMD) => Ok(false),
            _ => bail!("{} could not be asked for its pvmd ({status})", self.name),
        }
    }

    fn secpvm(&self, subcommand: &str) -> Command {
        let mut command = self.command(&self.lab.secpvm);
        command.arg(subcommand);
        command
    }

    /// A file of its `PVM_TMP`, as seen from outside.
    fn file(&self, name: &str) -> PathBuf {
        let root = format!("/proc/{}/root", self.lab.first);
        PathBuf::from(root + layout::DIR).join(self.name).join(name)
    }
}

/// Give PVM's console its commands, and look for `wanted` in what it prints.
fn talk(console: &mut Command, commands: &str, wanted: &str) -> Result<()> {
    let mut child = console
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("running PVM's console")?;
    let mut stdin = child.stdin.take().expect("piped");
    // A console that ends early closes its end; what it printed tells more than the broken pipe.
    let _ = stdin.write_all(commands.as_bytes());
    drop(stdin);
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(
        text.contains(wanted),
        "the machine did not start; PVM's console says:\n{}",
        text.trim_end()
    );
    Ok(())
}
