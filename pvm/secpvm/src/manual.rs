//! Starts by hand (`so=ms`): a console that has a terminal lends it to secpvm-join, which shows the
//! codes to paste and reads the answers. The new host's end is `secpvm join`.
//!
//! PVM's console waits meanwhile for the host to be added, and reads nothing itself.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread;

use anyhow::{Context, Result};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use nix::unistd::Uid;

use crate::daemon::Files;
use crate::output::say;

const TERMINAL: &str = "/dev/tty";

/// The socket where the console listens. It is removed when this is dropped.
#[derive(Debug)]
pub struct Desk {
    path: PathBuf,
    inode: u64,
}

impl Desk {
    /// Listen, if somebody sits before this process, from now on in the place of an earlier console.
    ///
    /// # Errors
    /// The socket can't be made.
    pub fn open(files: &Files) -> Result<Option<Self>> {
        // A script's console, on a terminal or not, would not answer.
        if !std::io::stdin().is_terminal() || terminal().is_err() {
            return Ok(None);
        }
        let path = files.manual();
        let listen = || -> std::io::Result<(UnixListener, u64)> {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(&path)?;
            fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            Ok((listener, fs::metadata(&path)?.ino()))
        };
        let (listener, inode) =
            listen().with_context(|| format!("listening at {}", path.display()))?;
        // It ends with the process.
        thread::spawn(move || {
            for caller in listener.incoming().flatten() {
                if let Err(error) = lend_terminal(caller) {
                    say(format_args!("secpvm: manual start: {error:#}"));
                }
            }
        });
        Ok(Some(Self { path, inode }))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // A later console may have taken the place.
        if fs::metadata(&self.path).is_ok_and(|about| about.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn terminal() -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).open(TERMINAL)
}

/// Show what `caller` says, and send it what is typed, until it ends.
fn lend_terminal(mut caller: UnixStream) -> Result<()> {
    if getsockopt(&caller, PeerCredentials)?.uid() != Uid::current().as_raw() {
        return Ok(());
    }
    let mut terminal = terminal().context(TERMINAL)?;
    let mut bytes = [0; 4096];
    loop {
        let mut ready = [
            PollFd::new(caller.as_fd(), PollFlags::POLLIN),
            PollFd::new(terminal.as_fd(), PollFlags::POLLIN),
        ];
        poll(&mut ready, PollTimeout::NONE)?;
        let [said, typed] = ready.map(|one| one.any().unwrap_or(true));
        if said {
            let len = caller.read(&mut bytes)?;
            if len == 0 {
                return Ok(());
            }
            terminal.write_all(&bytes[..len])?;
        } else if typed {
            let len = terminal.read(&mut bytes)?;
            if len == 0 {
                return Ok(());
            }
            caller.write_all(&bytes[..len])?;
        }
    }
}
