//! Files that this user's daemon has written, in a directory where others can write, too.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use nix::fcntl::OFlag;
use nix::unistd::Uid;

/// Open the file at `path` for reading.
///
/// # Errors
/// There is none, or it is not a regular file of this user's.
pub fn open(path: &Path) -> Result<File> {
    // A fifo of somebody's would have us wait for them.
    let flags = OFlag::O_NONBLOCK.bits();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    check(&file)?;
    Ok(file)
}

/// Whether an open file is one of ours.
///
/// # Errors
/// It is not a regular file of this user's.
pub fn check(file: &File) -> Result<()> {
    let about = file.metadata()?;
    if about.is_file() && about.uid() == Uid::current().as_raw() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::PermissionDenied,
        "it is no file of yours; remove it, or set PVM_TMP to another directory",
    ))
}

/// All that is in it.
///
/// # Errors
/// As [`open`].
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    use super::*;

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pvmd.0");
        mkfifo(&path, Mode::S_IRWXU).unwrap();
        for no_file in [&path, dir.path(), Path::new("/dev/zero")] {
            let refusal = read(no_file).unwrap_err().to_string();
            assert!(refusal.contains("no file of yours"), "{refusal}");
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read(&path).unwrap_err().kind(), ErrorKind::NotFound);
        std::fs::write(&path, "7").unwrap();
        assert_eq!(read(&path).unwrap(), b"7");
    }
}
