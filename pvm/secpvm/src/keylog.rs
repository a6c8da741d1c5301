//! The key log's file (decision 0012), looked at before a daemon starts that would write it: the
//! daemon refuses a bad one too, but its standard error leads nowhere.

use std::fs::OpenOptions;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use nix::fcntl::OFlag;
use nix::unistd::Uid;

/// The environment variable that names the file.
const VARIABLE: &str = "SECPVM_KEYLOG";

/// Check the file that the environment names, if it names one.
///
/// # Errors
/// It can't be written, or others may read it.
pub fn check() -> Result<()> {
    match std::env::var_os(VARIABLE) {
        Some(path) if !path.is_empty() => check_file(Path::new(&path)),
        _ => Ok(()),
    }
}

fn check_file(path: &Path) -> Result<()> {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .custom_flags(flags.bits())
        .open(path)
        .with_context(|| format!("{VARIABLE}: {}", path.display()))?;
    let metadata = file.metadata()?;
    ensure!(
        metadata.is_file(),
        "{VARIABLE}: {} is no regular file",
        path.display()
    );
    ensure!(
        metadata.uid() == Uid::effective().as_raw()
            && metadata.mode() & 0o777 == metadata.mode() & 0o700,
        "{VARIABLE}: {} is open to others: chmod 600",
        path.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_made_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        check_file(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        check_file(&path).unwrap();
    }

    #[test]
    fn what_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let refusal = check_file(&path).unwrap_err().to_string();
        assert!(
            refusal.contains("keys") && refusal.contains("chmod 600"),
            "{refusal}"
        );
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        for path in [dir.path(), &link, Path::new("/dev/null")] {
            assert!(check_file(path).is_err(), "{}", path.display());
        }
    }
}
