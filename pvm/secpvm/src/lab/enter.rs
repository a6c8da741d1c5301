//! Going into a member of a laboratory.
//!
//! From outside (`lab-exec`) the way leads through process 1: into its user namespace, if that is
//! another, then into its PID and mount namespaces; from there, as from another member
//! (`lab-shell`), into those of the member.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Error, Result, bail};
use nix::sched::{CloneFlags, setns};
use nix::sys::signal::Signal;

use super::layout::Layout;
use crate::foreground;
use crate::os;

/// What a login has for its search path.
const LOGIN_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// `lab-exec --lab PID MEMBER COMMAND...`: run a command in a member, from outside. It keeps this
/// process's environment and working directory. Returns its exit status.
///
/// # Errors
/// The member can't be entered, or the command not started.
pub fn run_exec(first: u32, member: &str, command: &[OsString]) -> Result<u8> {
    // To be asked before going in: another /proc is there.
    let directory = std::env::current_dir()?;
    let own_bin = std::env::current_exe()?.parent().map(Path::to_owned);
    enter_laboratory(first)?;
    let layout = enter_member(member)?;
    std::env::set_current_dir(&directory)
        .with_context(|| format!("{} in the laboratory", directory.display()))?;
    let [program, arguments @ ..] = command else {
        bail!("no command")
    };
    let mut process = Command::new(program);
    process.args(arguments);
    apply_environment(&mut process, &layout, member);
    let mut path: Vec<PathBuf> = layout.plan.programs.clone();
    path.extend(own_bin);
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_else(|| LOGIN_PATH.into()),
    ));
    process.env("PATH", std::env::join_paths(path)?);
    os::keep_standard_streams_only()?;
    // A new process, for entering a PID namespace takes effect in children only.
    let status = foreground::run(&mut process, Signal::SIGKILL)
        .with_context(|| format!("running {}", program.display()))?;
    Ok(foreground::exit_code(status))
}

/// `lab-shell HOST COMMAND...`: the laboratory's remote shell. The command is one string for
/// `sh -c`, as with rsh and ssh; its environment is that of a fresh login.
///
/// # Errors
/// The host can't be entered, or the shell not started. Does not return otherwise.
pub fn run_shell(host: &str, command: &[OsString]) -> Result<u8> {
    let layout = enter_member(host)?;
    let home = std::env::var_os("HOME").unwrap_or_else(|| "/".into());
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(command.join(" ".as_ref())).env_clear();
    shell
        .env("PATH", LOGIN_PATH)
        .env("HOME", &home)
        .env("USER", "root")
        .env("LOGNAME", "root")
        .env("SHELL", "/bin/sh");
    apply_environment(&mut shell, &layout, host);
    std::env::set_current_dir(&home).or_else(|_| std::env::set_current_dir("/"))?;
    os::keep_standard_streams_only()?;
    Err(Error::new(shell.exec()).context("running /bin/sh"))
}

fn apply_environment(command: &mut Command, layout: &Layout, member: &str) {
    let environment = layout.plan.environment(member);
    for name in environment.unset {
        command.env_remove(name);
    }
    command.envs(environment.set);
}

fn enter_laboratory(first: u32) -> Result<()> {
    let namespaces = PathBuf::from(format!("/proc/{first}/ns"));
    let gone = || format!("the laboratory of process {first} is gone");
    let same_user = inode(&namespaces.join("user")).with_context(gone)?
        == inode(Path::new("/proc/self/ns/user"))?;
    let user = (!same_user).then_some(("user", CloneFlags::CLONE_NEWUSER));
    enter(
        &namespaces,
        user.into_iter().chain([
            ("pid", CloneFlags::CLONE_NEWPID),
            ("mnt", CloneFlags::CLONE_NEWNS),
        ]),
    )
    .with_context(|| format!("entering the laboratory of process {first}"))
}

/// Enter `member` of the laboratory whose files this process sees.
fn enter_member(member: &str) -> Result<Layout> {
    let layout = Layout::read()?;
    let namespaces = PathBuf::from(format!("/proc/{}/ns", layout.holder(member)?));
    let kinds = [
        ("net", CloneFlags::CLONE_NEWNET),
        ("uts", CloneFlags::CLONE_NEWUTS),
        ("ipc", CloneFlags::CLONE_NEWIPC),
        ("mnt", CloneFlags::CLONE_NEWNS),
    ];
    enter(&namespaces, kinds).with_context(|| format!("entering {member}"))?;
    Ok(layout)
}

/// Open all, then enter all: the way to the files changes with the mount namespace.
fn enter(
    namespaces: &Path,
    kinds: impl IntoIterator<Item = (&'static str, CloneFlags)>,
) -> Result<()> {
    let open = |(kind, flag)| Ok((File::open(namespaces.join(kind))?, flag));
    let files: Vec<(File, CloneFlags)> = kinds.into_iter().map(open).collect::<Result<_>>()?;
    for (file, flag) in files {
        setns(file, flag)?;
    }
    Ok(())
}

fn inode(path: &Path) -> Result<u64> {
    Ok(fs::metadata(path)?.ino())
}
