//! OpenSSH between the hosts of a laboratory: keys made for it, a server on each host, and a
//! client that knows them. What is made here is gone with the laboratory.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use nix::mount::{MsFlags, mount};
use nix::unistd::Uid;

use super::layout::{self, DIR, Plan};
use crate::tree;

/// The server's absolute path, which it insists on being started by.
const SERVER: &str = "/usr/sbin/sshd";
/// Where Debian's sshd wants an empty directory.
const PRIVILEGE_SEPARATION_PARENT: &str = "/run";

/// Check that this user can have such a laboratory, and that OpenSSH is installed.
///
/// # Errors
/// Not root, or a program is missing.
pub fn require() -> Result<()> {
    ensure!(
        Uid::effective().is_root(),
        "--ssh needs root: sshd can't change users in an unprivileged user namespace"
    );
    ensure!(
        Path::new(SERVER).exists(),
        "{SERVER} is missing: apt-get install openssh-server"
    );
    tree::require_program("ssh", "openssh-client")?;
    tree::require_program("ssh-keygen", "openssh-client")?;
    Ok(())
}

/// Make keys and configurations for all hosts. Returns the client's command line.
///
/// # Errors
/// A key or file can't be made.
pub fn prepare(plan: &Plan) -> Result<String> {
    fs::DirBuilder::new().mode(0o700).create(dir())?;
    for key in ["host_key", "user_key"] {
        let status = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", "laboratory", "-f"])
            .arg(dir().join(key))
            .stdin(Stdio::null())
            .status()
            .context("running ssh-keygen")?;
        ensure!(status.success(), "ssh-keygen failed ({status})");
    }
    fs::copy(dir().join("user_key.pub"), dir().join("authorized_keys"))?;
    let host_key = fs::read_to_string(dir().join("host_key.pub"))?;
    let names: Vec<String> = plan
        .members()
        .into_iter()
        .map(|member| member.name)
        .collect();
    fs::write(
        dir().join("known_hosts"),
        format!("{} {host_key}", names.join(",")),
    )?;
    let dir = dir().display().to_string();
    fs::write(
        format!("{dir}/client"),
        format!(
            "IdentityFile {dir}/user_key\nIdentitiesOnly yes\nBatchMode yes\nGlobalKnownHostsFile none\n\
             UserKnownHostsFile {dir}/known_hosts\nStrictHostKeyChecking yes\n"
        ),
    )?;
    for member in plan.members() {
        let variables: Vec<String> = plan
            .environment(&member.name)
            .set
            .into_iter()
            .map(|(name, value)| format!("\"{name}={}\"", value.display()))
            .collect();
        let config = format!(
            "HostKey {dir}/host_key\nAuthorizedKeysFile {dir}/authorized_keys\nPidFile none\nStrictModes no\nUsePAM yes\n\
             PermitRootLogin prohibit-password\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             ListenAddress {}\nSetEnv {}\n",
            member.address,
            variables.join(" ")
        );
        fs::write(server_config(&member.name), config)?;
    }
    Ok(format!("ssh -F {dir}/client"))
}

/// Start the server of the host whose namespaces this process is in.
///
/// # Errors
/// It does not start.
pub fn start_server(host: &str) -> Result<()> {
    const NONE: Option<&str> = None;
    mount(
        Some("run"),
        PRIVILEGE_SEPARATION_PARENT,
        Some("tmpfs"),
        MsFlags::empty(),
        NONE,
    )
    .context("a /run of its own")?;
    fs::create_dir(Path::new(PRIVILEGE_SEPARATION_PARENT).join("sshd"))?;
    let status = Command::new(SERVER)
        .arg("-f")
        .arg(server_config(host))
        .status()
        .context("running sshd")?;
    ensure!(status.success(), "sshd did not start on {host} ({status})");
    Ok(())
}

fn dir() -> PathBuf {
    Path::new(DIR).join("ssh")
}

fn server_config(host: &str) -> PathBuf {
    layout::tmp_of(host).join("sshd_config")
}
