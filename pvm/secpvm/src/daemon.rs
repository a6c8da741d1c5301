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

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use nix::unistd::Uid;

use crate::counters;
use crate::log;
use crate::own_file;
use crate::tree::PATCH_NAME;

/// unix(7): 108 bytes, of which one ends the path.
const SOCKET_LEN_MAX: usize = 107;
/// `/pvmtmp<process>.<number>`: a process has up to 7 digits.
const TASK_SOCKET_LEN: usize = "/pvmtmp1234567.0".len();

/// The files that one user's pvmd keeps on one machine.
#[derive(Clone, Debug)]
pub struct Files {
    /// Set in front of a file's name and a slash, as PVM does: an empty one is the root.
    dir: OsString,
    /// `<uid>`, and `.<id>` behind it for a machine that has a `PVM_VMID`.
    suffix: OsString,
}

impl Files {
    /// As PVM finds them: `PVM_TMP` or `/tmp`, the user's id, `PVM_VMID`.
    pub fn of_this_user() -> Self {
        let dir = std::env::var_os("PVM_TMP").unwrap_or_else(|| "/tmp".into());
        let mut suffix = OsString::from(Uid::current().to_string());
        if let Some(id) = std::env::var_os("PVM_VMID") {
            suffix.push(".");
            suffix.push(id);
        }
        Self { dir, suffix }
    }

    /// Those of user 0 in `dir`.
    #[cfg(test)]
    pub(crate) fn at(dir: &Path) -> Self {
        Self {
            dir: dir.into(),
            suffix: "0".into(),
        }
    }

    /// Where pvmd writes the address of its local socket.
    pub fn address(&self) -> PathBuf {
        self.file("pvmd", "")
    }

    /// Where pvmd writes its log.
    pub fn log(&self) -> PathBuf {
        self.file("pvml", "")
    }

    /// Where a secured pvmd counts what it does.
    pub fn status(&self) -> PathBuf {
        self.file("secpvm", "")
    }

    /// Where a console listens for starts by hand.
    pub fn manual(&self) -> PathBuf {
        self.file("secpvm", ".m")
    }

    /// Where a secured pvmd answers.
    pub fn service(&self) -> PathBuf {
        self.file("secpvm", ".k")
    }

    /// What a console locks that is going to start a pvmd.
    pub fn start_lock(&self) -> PathBuf {
        self.file("secpvm", ".l")
    }

    fn file(&self, name: &str, end: &str) -> PathBuf {
        let mut path = self.dir.clone();
        for part in [
            "/".as_ref(),
            name.as_ref(),
            ".".as_ref(),
            &*self.suffix,
            end.as_ref(),
        ] {
            path.push::<&OsStr>(part);
        }
        path.into()
    }

    /// Clear the way for a new pvmd: the address file of one that is gone would keep it from
    /// starting, and an old log, which it never overwrites, would leave it without one.
    ///
    /// # Errors
    /// The files can't be moved or removed.
    pub fn clear(&self) -> Result<()> {
        let (log, old) = (self.log(), self.file("pvml", ".old"));
        missing_is_fine(fs::rename(&log, &old))
            .with_context(|| format!("moving the old log {} aside", log.display()))?;
        let address = self.address();
        missing_is_fine(fs::remove_file(&address))
            .with_context(|| format!("removing the stale {}", address.display()))
    }

    /// The directory of all of them, which is `PVM_TMP`.
    pub fn directory(&self) -> &Path {
        if self.dir.is_empty() {
            return Path::new("/");
        }
        Path::new(&self.dir)
    }

    /// Can pvmd keep files there? It and its tasks need an absolute path in a line of text, and room
    /// for the names of sockets; without those a daemon may run that no console reaches.
    ///
    /// # Errors
    /// It can't.
    pub fn check(&self) -> Result<()> {
        let dir = self.directory().display();
        ensure!(
            self.directory().is_absolute(),
            "PVM_TMP={dir} is no absolute path"
        );
        for (name, value) in [("PVM_TMP", &self.dir), ("PVM_VMID", &self.suffix)] {
            ensure!(
                !value.as_bytes().contains(&b'\n'),
                "{name} holds an end of line, and PVM passes it on in a line"
            );
        }
        ensure!(
            !self.suffix.as_bytes().contains(&b'/'),
            "PVM_VMID holds a slash, and can't be a part of a file's name"
        );
        let longest = self
            .service()
            .as_os_str()
            .len()
            .max(self.dir.len() + TASK_SOCKET_LEN);
        ensure!(
            longest <= SOCKET_LEN_MAX,
            "PVM_TMP and PVM_VMID make paths of {longest} bytes for sockets, which have room for \
             {SOCKET_LEN_MAX}: choose shorter ones"
        );
        self.try_writing().with_context(|| {
            format!(
                "PVM_TMP: pvmd can't write in {dir}; make room there, or name another directory"
            )
        })
    }

    fn try_writing(&self) -> std::io::Result<()> {
        let probe = self.file("secpvm", &format!(".{}", std::process::id()));
        // A new file, for in a directory that others can write to an old one may be theirs.
        let mut file = fs::File::create_new(&probe)?;
        let written = file.write_all(b"can be written\n");
        fs::remove_file(&probe).and(written)
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
    let address = match own_file::read(&path) {
        Ok(address) => OsString::from_vec(address),
        Err(error) if is_missing(&error) => return Ok(State::Down),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    if address.is_empty() {
        // It is about to be written, or there was no room for it: nothing listens yet.
        return Ok(State::Down);
    }
    if !address.as_bytes().starts_with(b"/") {
        return tcp_state(&address.to_string_lossy(), &path);
    }
    let sockets = fs::read("/proc/net/unix").context("reading /proc/net/unix")?;
    let shown = address.display();
    let Some(inode) = listening_inode(&sockets, address.as_bytes()) else {
        // Another container's socket is not in this one's list, and can be reached all the same.
        ensure!(
            UnixStream::connect(&address).is_err(),
            "a pvmd listens at {shown}, outside of what can be seen here: halt it first"
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
        format!("a pvmd listens at {shown}, but which process it is can't be seen: halt it first")
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
/// reference count, protocol, flags, type, state, inode, path. A path can hold anything, spaces and
/// ends of lines too, and anybody's sockets stand there.
fn listening_inode(sockets: &[u8], address: &[u8]) -> Option<u64> {
    const ACCEPTS_CONNECTIONS: &str = "00010000";
    let line_end = [address, b"\n"].concat();
    let ends = sockets.windows(line_end.len()).enumerate();
    let mut ends = ends.filter_map(|(at, end)| (end == line_end).then_some(at));
    ends.find_map(|at| {
        let before = sockets[..at].rsplit(|&byte| byte == b'\n').next()?;
        let before = str::from_utf8(before).ok()?.strip_suffix(' ')?;
        let fields: Vec<&str> = before.split_whitespace().collect();
        (fields.len() == 7 && fields[3] == ACCEPTS_CONNECTIONS).then(|| fields[6].parse().ok())?
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
    let log = own_file::read(&files.log()).unwrap_or_default();
    let suite = log::suite_in(&String::from_utf8_lossy(&log)).map(str::to_owned);
    State::Secured { pid, suite }
}

/// Whether hosts join the running machine by static keys, as its master's log says.
pub fn is_keyed(files: &Files) -> bool {
    let log = own_file::read(&files.log()).unwrap_or_default();
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
        Err(error) if is_missing(&error) => Ok(()),
        other => other,
    }
}

/// There is no such file, or no such directory.
fn is_missing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOCKETS: &[u8] = b"\
Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 14183 /tmp/pvmtmp000015.0
0000000000000000: 00000003 00000000 00000000 0001 03 14190 /tmp/pvmtmp000015.0
0000000000000000: 00000003 00000000 00000000 0001 03 14191
0000000000000000: 00000002 00000000 00000000 0002 01 14192 /tmp/pvmtmp000016.0
0000000000000000: 00000002 00000000 00010000 0001 01 14193 @\xff
0000000000000000: 00000002 00000000 00010000 0001 01 14194 /tmp/a b/\xff/pvmtmp000017.0
0000000000000000: 00000002 00000000 00010000 0001 01 14195 /tmp/a
b/pvmtmp000018.0
";

    #[test]
    fn the_listening_socket_of_a_path_is_found() {
        for (path, inode) in [
            (&b"/tmp/pvmtmp000015.0"[..], 14183),
            (b"/tmp/a b/\xff/pvmtmp000017.0", 14194),
            (b"/tmp/a\nb/pvmtmp000018.0", 14195),
        ] {
            assert_eq!(listening_inode(SOCKETS, path), Some(inode));
        }
    }

    #[test]
    fn a_path_without_a_listener_has_none() {
        for path in [
            &b"/tmp/pvmtmp000016.0"[..],
            b"/tmp/pvmtmp00001",
            b"b/pvmtmp000018.0",
        ] {
            assert_eq!(listening_inode(SOCKETS, path), None);
        }
    }

    #[test]
    fn a_place_where_no_daemon_could_be_reached_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let refusal = |dir: &str, suffix: &str| {
            let files = Files {
                dir: dir.into(),
                suffix: suffix.into(),
            };
            format!("{:#}", files.check().unwrap_err())
        };
        let good = dir.path().to_str().unwrap();
        assert!(Files::at(dir.path()).check().is_ok());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let none = format!("{good}/none");
        let long = "7".repeat(SOCKET_LEN_MAX);
        for (dir, suffix, reason) in [
            ("here", "0", "absolute"),
            (&none[..], "0", "can't write"),
            (&format!("{good}\n"), "0", "PVM_TMP holds an end of line"),
            (good, "0.a\nb", "PVM_VMID holds an end of line"),
            (good, "0.a/b", "slash"),
            (good, &long, "room for 107"),
            (&format!("/{long}"), "0", "room for 107"),
        ] {
            let refusal = refusal(dir, suffix);
            assert!(refusal.contains(reason), "{refusal}");
        }
    }

    #[test]
    fn files_stand_where_pvm_has_them() {
        let root = Files {
            dir: "".into(),
            suffix: "0.a b".into(),
        };
        assert_eq!(root.address(), Path::new("/pvmd.0.a b"));
        assert_eq!(root.service(), Path::new("/secpvm.0.a b.k"));
    }

    #[test]
    fn a_stale_address_file_is_no_running_pvmd_and_is_cleared_away() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::at(dir.path());
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
        let files = Files::at(dir.path());
        fs::write(files.address(), "nonsense").unwrap();
        assert!(state(&files).is_err());
    }
}
