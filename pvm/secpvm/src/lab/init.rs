//! Building a laboratory, from the inside.
//!
//! `lab-init` makes the namespaces and becomes the parent of the laboratory's process 1, which
//! lays the bridge and starts one `lab-member` for each member. A member's process makes the
//! namespaces of one host, connects them to the bridge, and then only holds them.
//!
//! Nothing has to be cleaned up: the files are in a tmpfs, the links in unnamed namespaces, the
//! processes in one PID namespace, and all of it goes when process 1 does. That one ends when its
//! standard input does, and the other end of that pipe is in the hands of whoever started the
//! laboratory; the kernel also kills it when `lab-init` is killed.

use std::fs::{self, Permissions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Gid, Uid, pause, sethostname};

use super::layout::{self, BRIDGE, DIR, Layout, Member, Plan};
use super::ssh;
use crate::os;
use crate::output::show;

/// The bridge's interface.
pub const BRIDGE_LINK: &str = "lab0";
/// What process 1 and a member's process write to standard output when they are done.
pub const READY: &str = "ready";

/// `lab-init PLAN`: make the namespaces, start process 1, print its number once the laboratory is
/// ready, and wait for it to end.
///
/// # Errors
/// The kernel refuses a namespace, or process 1 fails.
pub fn run_init(plan: &str) -> Result<()> {
    enter_new_namespaces()?;
    let mut command = own_command();
    command.args(["lab-first", plan]).stdout(Stdio::piped());
    os::signal_with_parent(&mut command, Signal::SIGKILL);
    let mut first = command
        .spawn()
        .context("starting process 1 of the laboratory")?;
    await_ready(first.stdout.take().expect("piped"))?;
    show(&format!("{}\n", first.id()))?;
    first.wait()?;
    Ok(())
}

/// `lab-first PLAN`: process 1. Lay the bridge, start the members, say so, and stay until standard
/// input ends.
///
/// # Errors
/// A mount, a link or a member can't be made.
pub fn run_first(plan: &str) -> Result<()> {
    let plan: Plan = serde_json::from_str(plan).context("the plan of the laboratory")?;
    ensure!(
        std::process::id() == 1,
        "this command is a part of `secpvm lab`, not one for users"
    );
    lay_out_files(&plan)?;
    bring_up(&[
        "link set lo up",
        &format!("link add {BRIDGE_LINK} type bridge mcast_snooping 0"),
        // Promiscuous: a capture on the bridge sees every frame that it forwards, once.
        &format!("link set {BRIDGE_LINK} promisc on up"),
    ])?;
    let holders = start_members(&plan)?;
    Layout { plan, holders }.write()?;
    show(&format!("{READY}\n"))?;
    reap_until_end_of_input()
}

/// `lab-member PLAN NAME`: the namespaces of one member, held until the laboratory ends.
///
/// # Errors
/// A namespace or a link can't be made.
pub fn run_member(plan: &str, name: &str) -> Result<()> {
    let plan: Plan = serde_json::from_str(plan).context("the plan of the laboratory")?;
    let address = plan.address_of(name)?;
    let namespaces = CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWIPC;
    unshare(namespaces).with_context(|| format!("the namespaces of {name}"))?;
    sethostname(name)?;
    let hardware = layout::hardware_address(address);
    let mut commands = vec![
        format!("link add eth0 address {hardware} type veth peer name {name} netns 1"),
        format!("addr add {address}/24 dev eth0"),
        "link set lo up".to_owned(),
        "link set eth0 up".to_owned(),
    ];
    commands.extend(plan.neighbours_of(name));
    bring_up(&commands)?;
    if plan.ssh {
        ssh::start_server(name)?;
    }
    show(&format!("{READY}\n"))?;
    loop {
        pause();
    }
}

fn enter_new_namespaces() -> Result<()> {
    let namespaces = CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWIPC;
    match unshare(namespaces) {
        Err(Errno::EPERM) => {}
        other => return other.context("the namespaces of the laboratory"),
    }
    let (uid, gid) = (Uid::effective(), Gid::effective());
    unshare(CloneFlags::CLONE_NEWUSER | namespaces).context(
        "without root, a laboratory needs unprivileged user namespaces, and this system allows none \
         (see the sysctls user.max_user_namespaces, kernel.unprivileged_userns_clone and \
         kernel.apparmor_restrict_unprivileged_userns); as root it needs nothing",
    )?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("0 {uid} 1"))?;
    fs::write("/proc/self/gid_map", format!("0 {gid} 1"))?;
    Ok(())
}

fn lay_out_files(plan: &Plan) -> Result<()> {
    const NONE: Option<&str> = None;
    mount(NONE, "/", NONE, MsFlags::MS_REC | MsFlags::MS_PRIVATE, NONE)
        .context("making mounts private")?;
    mount(Some("proc"), "/proc", Some("proc"), MsFlags::empty(), NONE).context("mounting /proc")?;
    mount(
        Some("lab"),
        DIR,
        Some("tmpfs"),
        MsFlags::MS_NOSUID | MsFlags::MS_NODEV,
        Some("mode=0755"),
    )
    .with_context(|| format!("mounting a tmpfs at {DIR}"))?;
    for member in plan.members() {
        let tmp = layout::tmp_of(&member.name);
        fs::create_dir(&tmp)?;
        fs::set_permissions(&tmp, Permissions::from_mode(0o700))?;
    }
    let hosts = Path::new(DIR).join("hosts");
    fs::write(&hosts, plan.hosts_file())?;
    mount(Some(&hosts), "/etc/hosts", NONE, MsFlags::MS_BIND, NONE)
        .context("replacing /etc/hosts")?;
    let exe = std::env::current_exe()?;
    let shell = if plan.ssh {
        ssh::prepare(plan)?
    } else {
        format!("{} lab-shell", quote(&exe)?)
    };
    fs::write(layout::rsh(), format!("#!/bin/sh\nexec {shell} \"$@\"\n"))?;
    fs::set_permissions(layout::rsh(), Permissions::from_mode(0o755))?;
    Ok(())
}

/// `path` as one word of a shell's command line.
fn quote(path: &Path) -> Result<String> {
    let path = path
        .to_str()
        .context("the path of this command is no text")?;
    Ok(format!("'{}'", path.replace('\'', r"'\''")))
}

/// Start every member; their processes, and process 1 for the bridge.
fn start_members(plan: &Plan) -> Result<Vec<(String, u32)>> {
    let mut holders = vec![(BRIDGE.to_owned(), 1)];
    let members = plan.members();
    let told = serde_json::to_string(plan)?;
    let started: Vec<_> = members
        .iter()
        .map(|member| start_member(member, &told))
        .collect::<Result<_>>()?;
    let mut links = Vec::new();
    for (member, mut process) in members.into_iter().zip(started) {
        await_ready(process.stdout.take().expect("piped"))?;
        links.push(format!("link set {} master {BRIDGE_LINK} up", member.name));
        holders.push((member.name, process.id()));
    }
    bring_up(&links)?;
    Ok(holders)
}

fn start_member(member: &Member, plan: &str) -> Result<std::process::Child> {
    let mut command = own_command();
    command.args(["lab-member", plan, &member.name]);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
        .spawn()
        .with_context(|| format!("starting {}", member.name))
}

/// This very program, under its name in the list of processes.
fn own_command() -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg0("secpvm");
    command
}

/// Wait for the line [`READY`]. A process that ends without it has said why on standard error, and
/// this one has nothing to add.
fn await_ready(stdout: impl Read) -> io::Result<()> {
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    if line.trim_end() != READY {
        std::process::exit(1);
    }
    Ok(())
}

/// Carry out commands of ip(8) in this network namespace, without IPv6: its own chatter
/// (duplicate address detection, router solicitation) would only fill captures.
fn bring_up(commands: &[impl AsRef<str>]) -> Result<()> {
    for scope in ["all", "default"] {
        match fs::write(format!("/proc/sys/net/ipv6/conf/{scope}/disable_ipv6"), "1") {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).context("turning IPv6 off");
            }
            _ => {}
        }
    }
    let mut ip = Command::new("ip")
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .context("running ip: apt-get install iproute2")?;
    let mut stdin = ip.stdin.take().expect("piped");
    for command in commands {
        writeln!(stdin, "{}", command.as_ref())?;
    }
    drop(stdin);
    let status = ip.wait()?;
    ensure!(status.success(), "ip failed ({status})");
    Ok(())
}

/// Orphans of the laboratory become children of process 1 and must be waited for.
fn reap_until_end_of_input() -> Result<()> {
    let mut child_ended = SigSet::empty();
    child_ended.add(Signal::SIGCHLD);
    child_ended.thread_block()?;
    let signals =
        SignalFd::with_flags(&child_ended, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
    let stdin = io::stdin();
    loop {
        while !matches!(
            waitpid(None, Some(WaitPidFlag::WNOHANG)),
            Ok(WaitStatus::StillAlive) | Err(_)
        ) {}
        let mut fds = [
            PollFd::new(stdin.as_fd(), PollFlags::POLLIN),
            PollFd::new(signals.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other?,
        };
        if fds[0].any() == Some(true) {
            return Ok(());
        }
        while signals.read_signal()?.is_some() {}
    }
}
