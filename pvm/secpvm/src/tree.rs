//! Where things are: the installed tree that this command belongs to, and the stock PVM programs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// PVM's console, where Debian's package puts it.
pub const PVM_CONSOLE: &str = "/usr/bin/pvm";
/// What PVM needs, and the Debian package of each: its console, its daemon, which the console execs
/// by this very path, and the table of services, without which a daemon ends when a host is added.
const PVM_FILES: [(&str, &str); 3] = [
    (PVM_CONSOLE, "pvm"),
    ("/usr/bin/pvmd", "pvm"),
    ("/etc/services", "netbase"),
];
/// File name of the patch; the mark of a secured pvmd in `/proc/PID/maps`.
pub const PATCH_NAME: &str = "secpvm-pvmd.so";
/// File name of the program that carries the session to a new host.
const JOIN_NAME: &str = "secpvm-join";
/// File name of the library that seals from task to task, in `lib/`.
const TASK_NAME: &str = "libsecpvm_pvm3.so.0";

/// The library files of an installed tree, all of them present.
#[derive(Clone, Debug)]
pub struct Tree {
    patch: PathBuf,
    task: PathBuf,
}

impl Tree {
    /// The tree whose `bin/` holds the running executable.
    ///
    /// # Errors
    /// A file of the tree is missing.
    pub fn of_this_command() -> Result<Self> {
        let exe = std::env::current_exe().context("this command's own path")?;
        let root = exe
            .parent()
            .and_then(Path::parent)
            .context("this command has no directory above its own")?;
        Self::at(root)
    }

    /// The tree at `root`: `lib/` and `lib/secpvm/` below it.
    ///
    /// # Errors
    /// A file of the tree is missing.
    pub fn at(root: &Path) -> Result<Self> {
        let lib = root.join("lib/secpvm");
        let patch = lib.join(PATCH_NAME);
        let task = root.join("lib").join(TASK_NAME);
        for file in [
            &patch,
            &task,
            &lib.join(JOIN_NAME),
            &root.join("lib/libsecpvm_core.so.0"),
        ] {
            ensure!(
                file.is_file(),
                "{} is missing: run the secpvm of a complete tree (`cargo xtask build` makes target/secpvm/bin/secpvm)",
                file.display()
            );
        }
        Ok(Self { patch, task })
    }

    /// The program that carries the session to a new host.
    pub fn join(&self) -> PathBuf {
        self.patch.with_file_name(JOIN_NAME)
    }

    /// The value of `LD_PRELOAD` that loads the patch, before whatever is preloaded already.
    ///
    /// # Errors
    /// The path holds a character that separates entries of `LD_PRELOAD`.
    pub fn preload(&self, already: Option<OsString>) -> Result<OsString> {
        preload(&self.patch, already)
    }

    /// The same for the library that seals from task to task.
    ///
    /// # Errors
    /// As [`preload`](Self::preload).
    pub fn preload_in_tasks(&self, already: Option<OsString>) -> Result<OsString> {
        preload(&self.task, already)
    }
}

fn preload(library: &Path, already: Option<OsString>) -> Result<OsString> {
    let path = library.to_str().filter(|path| !path.contains([' ', ':']));
    let Some(path) = path else {
        bail!(
            "{} can't be preloaded: its path holds a space, a colon or a byte that is no text",
            library.display()
        );
    };
    let mut preload = OsString::from(path);
    if let Some(already) = already.filter(|already| !already.is_empty()) {
        preload.push(":");
        preload.push(already);
    }
    Ok(preload)
}

/// The program that starts daemons on other hosts: what `PVM_RSH` says, or ssh.
pub fn remote_shell() -> PathBuf {
    let named = std::env::var_os("PVM_RSH").filter(|name| !name.is_empty());
    named.map_or_else(|| "ssh".into(), PathBuf::from)
}

/// Check that stock PVM is installed.
///
/// # Errors
/// It is not; the error says how to install it.
pub fn require_pvm() -> Result<()> {
    for (file, package) in PVM_FILES {
        ensure!(
            Path::new(file).exists(),
            "{file} is missing: apt-get install {package}"
        );
    }
    Ok(())
}

/// Check that `program` is somewhere in `PATH`, or where Debian keeps programs for root.
///
/// # Errors
/// It is not; the error names the Debian `package` that has it.
pub fn require_program(program: &str, package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin", "/usr/bin"].map(PathBuf::from))
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
        .with_context(|| format!("the program {program} is missing: apt-get install {package}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete_tree() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("lib/secpvm")).unwrap();
        for file in [
            "lib/secpvm/secpvm-pvmd.so",
            "lib/secpvm/secpvm-join",
            "lib/libsecpvm_core.so.0",
            "lib/libsecpvm_pvm3.so.0",
        ] {
            std::fs::write(root.path().join(file), "").unwrap();
        }
        root
    }

    #[test]
    fn each_missing_file_is_named() {
        let root = complete_tree();
        assert!(Tree::at(root.path()).is_ok());
        for file in [
            "lib/secpvm/secpvm-pvmd.so",
            "lib/secpvm/secpvm-join",
            "lib/libsecpvm_core.so.0",
            "lib/libsecpvm_pvm3.so.0",
        ] {
            std::fs::remove_file(root.path().join(file)).unwrap();
            let error = Tree::at(root.path()).unwrap_err().to_string();
            assert!(error.contains(file), "{error}");
            std::fs::write(root.path().join(file), "").unwrap();
        }
    }

    #[test]
    fn the_patch_is_preloaded_before_what_is_there() {
        let root = complete_tree();
        let tree = Tree::at(root.path()).unwrap();
        let alone = tree.preload(None).unwrap();
        assert_eq!(tree.preload(Some(OsString::new())).unwrap(), alone);
        let mut both = alone;
        both.push(":libother.so");
        assert_eq!(tree.preload(Some("libother.so".into())).unwrap(), both);
    }

    #[test]
    fn a_path_that_ld_preload_would_split_is_refused() {
        let tree = Tree {
            patch: "/opt/my programs/lib/secpvm/secpvm-pvmd.so".into(),
            task: "/opt/a:b/lib/libsecpvm_pvm3.so.0".into(),
        };
        assert!(tree.preload(None).is_err() && tree.preload_in_tasks(None).is_err());
    }

    #[test]
    fn a_missing_program_is_named_with_its_package() {
        let error = require_program("no-such-program", "its-package")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("no-such-program") && error.contains("apt-get install its-package"),
            "{error}"
        );
    }
}
