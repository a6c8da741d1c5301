//! One console at a time looks for a running pvmd and starts one if there is none: two would each
//! start one, and take the other's files for old ones.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::PathBuf;

use anyhow::{Context, Result};
use nix::fcntl::OFlag;

use crate::daemon::Files;
use crate::own_file;

/// The right to start a pvmd, until it is dropped.
#[derive(Debug)]
pub struct StartLock {
    path: PathBuf,
    /// Locked until it is closed.
    _file: File,
}

impl StartLock {
    /// Take it; that waits for whoever has it.
    ///
    /// # Errors
    /// Its file can't be made, or is not this user's.
    pub fn take(files: &Files) -> Result<Self> {
        let path = files.start_lock();
        loop {
            let lock = || -> std::io::Result<Option<File>> {
                let mut options = OpenOptions::new();
                let options = options.append(true).create(true).mode(0o600);
                // Neither a fifo of somebody's is waited for, nor a lock that they keep.
                let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
                let file = options.custom_flags(flags.bits()).open(&path)?;
                own_file::check(&file)?;
                file.lock()?;
                let inode = file.metadata()?.ino();
                // The one before has removed it, and another may have made a new one.
                let is_there = fs::metadata(&path).is_ok_and(|there| there.ino() == inode);
                Ok(is_there.then_some(file))
            };
            if let Some(file) = lock().with_context(|| path.display().to_string())? {
                return Ok(Self { path, _file: file });
            }
        }
    }
}

impl Drop for StartLock {
    fn drop(&mut self) {
        // It has served; one that stays does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::at(dir.path());
        nix::unistd::mkfifo(&files.start_lock(), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert!(StartLock::take(&files).is_err());
        // Somebody reads from it, so it can be opened.
        let mut reading = OpenOptions::new();
        let reading = reading.read(true).custom_flags(OFlag::O_NONBLOCK.bits());
        let _reader = reading.open(files.start_lock()).unwrap();
        let refusal = StartLock::take(&files).unwrap_err();
        assert!(
            format!("{refusal:#}").contains("no file of yours"),
            "{refusal:#}"
        );
    }

    #[test]
    fn one_at_a_time_has_it_and_no_file_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::at(dir.path());
        let holders = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _lock = StartLock::take(&files).unwrap();
                        assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                        holders.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
