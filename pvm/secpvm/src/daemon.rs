//! Is a pvmd of this user running on this machine, and is it secured?
//!
//! A pvmd writes the address of its local socket into `pvmd.<uid>` in PVM's temporary directory
//! and listens there. The file outlives a pvmd that was killed, so the socket is looked up in
//! `/proc/net/unix`, and its owner among the user's processes. (`SO_PEERCRED` would name the
//! process that called listen(2): for a slave that one is gone, for it forks once it has started.)
//!
//! A secured pvmd guards its keys: unless the user is root, its memory and files can't be looked
//! into (`PR_SET_DUMPABLE`, proc(5)). A stock one always can by its own user, and so a socket that
//! none of the processes open to this user owns belongs to the one that is closed to them.

use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use nix::unistd::Uid;

use crate::counters;
use crate::log;
use crate::tree::PATCH_NAME;

/// The files that one user's pvmd keeps on one machine.
#[derive(Clone, Debug)]
pub struct Files {
    dir: PathBuf,
    /// `<uid>`, and `.<id>` behind it for a machine that has a `PVM_VMID`.
    suffix: String,
}

impl Files {
    /// As PVM finds them: `PVM_TMP` or `/tmp`, the user's id, `PVM_VMID`.
    pub fn of_this_user() -> Self {
        let dir = std::env::var_os("PVM_TMP").map_or_else(|| "/tmp".into(), PathBuf::from);
        let vmid = std::env::var("PVM_VMID").map_or_else(|_| String::new(), |id| format!(".{id}"));
        Self {
            dir,
            suffix: format!("{}{vmid}", Uid::current()),
        }
    }

    /// Where pvmd writes the address of its local socket.
    pub fn address(&self) -> PathBuf {
        self.dir.join(format!("pvmd.{}", self.suffix))
    }

    /// Where pvmd writes its log.
    pub fn log(&self) -> PathBuf {
        self.dir.join(format!("pvml.{}", self.suffix))
    }

    /// Where a secured pvmd counts what it does.
    pub fn status(&self) -> PathBuf {
        self.dir.join(format!("secpvm.{}", self.suffix))
    }

    /// Where a console listens for starts by hand.
    pub fn manual(&self) -> PathBuf {
        self.dir.join(format!("secpvm.{}.m", self.suffix))
    }

    /// Where a secured pvmd answers.
    pub fn service(&self) -> PathBuf {
        self.dir.join(format!("secpvm.{}.k", self.suffix))
    }

    /// Clear the way for a new pvmd: the address file of one that is gone would keep it from
    /// starting, and an old log, which it never overwrites, would leave it without one.
    ///
    /// # Errors
    /// The files can't be moved or removed.
    pub fn clear(&self) -> Result<()> {
        let (log, old) = (
            self.log(),
            self.dir.join(format!("pvml.{}.old", self.suffix)),
        );
        missing_is_fine(fs::rename(&log, &old))
            .with_context(|| format!("moving the old log {} aside", log.display()))?;
        let address = self.address();
        missing_is_fine(fs::remove_file(&address))
            .with_context(|| format!("removing the stale {}", address.display()))
    }
}

/// What a user's PVM is doing on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// No pvmd runs. There may still be files of one that was killed.
    Down,
    /// A stock pvmd, which sends everything in clear.
    Plain {
        /// Its process.
        pid: u32,
    },
    /// A pvmd with the patch in it.
    Secured {
        /// Its process.
        pid: u32,
        /// Its suite, as its log says; `None` if it has no log.
        suite: Option<String>,
    },
}

/// The state of the pvmd that `files` belong to.
///
/// # Errors
/// A pvmd listens but can't be looked into.
pub fn state(files: &Files) -> Result<State> {
    let path = files.address();
    let address = match fs::read_to_string(&path) {
        Ok(address) => address,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::Down),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    if !address.starts_with('/') {
        return tcp_state(&address, &path);
    }
    let sockets = fs::read_to_string("/proc/net/unix").context("reading /proc/net/unix")?;
    let Some(inode) = listening_inode(&sockets, &address) else {
        // Another container's socket is not in this one's list, and can be reached all the same.
        ensure!(
            UnixStream::connect(&address).is_err(),
            "a pvmd listens at {address}, outside of what can be seen here: halt it first"
        );
        return Ok(State::Down);
    };
    let pvmds = pvmds_of_this_user()?;
    if let Some(process) = pvmds.iter().find(|process| has_open(process, inode)) {
        return inspect(process, files);
    }
    let closed = pvmds
        .iter()
        .filter(|process| fs::read_dir(process.join("fd")).is_err());
    let closed: Vec<u32> = closed
        .map(|process| pid_of(process))
        .collect::<Result<_>>()?;
    // A user with several machines has several: the file of counters says which it is.
    let counting = counters::process_in(&files.status()).filter(|pid| closed.contains(pid));
    let pid = counting.or(closed.first().copied()).with_context(|| {
        format!("a pvmd listens at {address}, but which process it is can't be seen: halt it first")
    })?;
    Ok(secured(pid, files))
}

/// A pvmd built without unix sockets listens at an address in hexadecimal, `7f000001:9c40`.
fn tcp_state(address: &str, path: &Path) -> Result<State> {
    let parsed = address.split_once(':').and_then(|(ip, port)| {
        let ip = u32::from_str_radix(ip, 16).ok()?;
        let port = u16::from_str_radix(port, 16).ok()?;
        Some(SocketAddrV4::new(Ipv4Addr::from(ip), port))
    });
    let parsed = parsed
        .with_context(|| format!("{} holds no address of a pvmd: {address:?}", path.display()))?;
    if TcpStream::connect(parsed).is_err() {
        return Ok(State::Down);
    }
    bail!(
        "a pvmd listens at {parsed}, and whether it is secured can't be seen there: halt it first"
    )
}

/// The inode of the socket that listens at `address`, from the text of `/proc/net/unix`: number,
/// reference count, protocol, flags, type, state, inode, path.
fn listening_inode(sockets: &str, address: &str) -> Option<u64> {
    const ACCEPTS_CONNECTIONS: &str = "00010000";
    sockets.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        (fields.len() == 8 && fields[3] == ACCEPTS_CONNECTIONS && fields[7] == address)
            .then(|| fields[6].parse().ok())?
    })
}

/// The directories in `/proc` of this user's processes named `pvmd`.
fn pvmds_of_this_user() -> Result<Vec<PathBuf>> {
    let uid = Uid::current().to_string();
    let is_ours = |process: &PathBuf| {
        // Real, effective, saved and filesystem id. The owner of the directory may be another.
        let status = fs::read_to_string(process.join("status")).unwrap_or_default();
        let mut ids = status.lines().filter_map(|line| line.strip_prefix("Uid:"));
        ids.any(|ids| ids.split_whitespace().next() == Some(&uid))
    };
    let is_pvmd =
        |process: &PathBuf| fs::read(process.join("comm")).is_ok_and(|name| name == b"pvmd\n");
    let processes = fs::read_dir("/proc")
        .context("reading /proc")?
        .flatten()
        .map(|entry| entry.path());
    Ok(processes.filter(is_pvmd).filter(is_ours).collect())
}

fn has_open(process: &Path, inode: u64) -> bool {
    let socket = format!("socket:[{inode}]");
    let mut fds = fs::read_dir(process.join("fd"))
        .into_iter()
        .flatten()
        .flatten();
    fds.any(|fd| {
        fs::read_link(fd.path()).is_ok_and(|target| target.as_os_str() == OsStr::new(&socket))
    })
}

fn pid_of(process: &Path) -> Result<u32> {
    process
        .file_name()
        .and_then(OsStr::to_str)
        .and_then(|name| name.parse().ok())
        .context("a process without a number")
}

fn inspect(process: &Path, files: &Files) -> Result<State> {
    let pid = pid_of(process)?;
    let maps = read(&process.join("maps"))?;
    if !contains(&maps, PATCH_NAME.as_bytes()) {
        return Ok(State::Plain { pid });
    }
    Ok(secured(pid, files))
}

fn secured(pid: u32, files: &Files) -> State {
    let log = fs::read(files.log()).unwrap_or_default();
    let suite = log::suite_in(&String::from_utf8_lossy(&log)).map(str::to_owned);
    State::Secured { pid, suite }
}

/// Whether hosts join the running machine by static keys, as its master's log says.
pub fn is_keyed(files: &Files) -> bool {
    let log = fs::read(files.log()).unwrap_or_default();
    log::is_keyed(&String::from_utf8_lossy(&log))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes));
    read.with_context(|| format!("looking into the running pvmd: {}", path.display()))?;
    Ok(bytes)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn missing_is_fine(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOCKETS: &str = "\
Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 14183 /tmp/pvmtmp000015.0
0000000000000000: 00000003 00000000 00000000 0001 03 14190 /tmp/pvmtmp000015.0
0000000000000000: 00000003 00000000 00000000 0001 03 14191
0000000000000000: 00000002 00000000 00000000 0002 01 14192 /tmp/pvmtmp000016.0
";

    #[test]
    fn the_listening_socket_of_a_path_is_found() {
        assert_eq!(listening_inode(SOCKETS, "/tmp/pvmtmp000015.0"), Some(14183));
    }

    #[test]
    fn a_path_without_a_listener_has_none() {
        assert_eq!(listening_inode(SOCKETS, "/tmp/pvmtmp000016.0"), None);
        assert_eq!(listening_inode(SOCKETS, "/tmp/pvmtmp00001"), None);
    }

    #[test]
    fn a_stale_address_file_is_no_running_pvmd_and_is_cleared_away() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files {
            dir: dir.path().into(),
            suffix: "0".into(),
        };
        assert_eq!(state(&files).unwrap(), State::Down);
        fs::write(files.address(), "/nonexistent/pvmtmp000001.0").unwrap();
        fs::write(files.log(), "old").unwrap();
        assert_eq!(state(&files).unwrap(), State::Down);
        files.clear().unwrap();
        assert!(!files.address().exists() && !files.log().exists());
        assert_eq!(
            fs::read_to_string(dir.path().join("pvml.0.old")).unwrap(),
            "old"
        );
        files.clear().unwrap();
    }

    #[test]
    fn an_address_file_with_nonsense_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files {
            dir: dir.path().into(),
            suffix: "0".into(),
        };
        fs::write(files.address(), "nonsense").unwrap();
        assert!(state(&files).is_err());
    }
}
