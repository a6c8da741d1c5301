//! `cargo xtask install --prefix DIR`: the tree of `cargo xtask build` at another place, without what
//! only a debugger reads: three quarters of it, most of which tells of Rust's own library.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::build;
use crate::shell::run as run_command;

/// How programs and libraries begin, and archives of them.
const COMPILED: [&[u8; 4]; 2] = [b"\x7fELF", b"!<ar"];

#[derive(clap::Args)]
pub struct Args {
    /// Where to: bin, include, lib and share are made below it
    #[arg(long, value_name = "DIR")]
    prefix: PathBuf,
}

/// Build the tree and copy it below the prefix.
///
/// # Errors
/// If it cannot be built, or the prefix is not absolute or cannot be written.
pub fn run(args: &Args) -> Result<()> {
    let prefix = &args.prefix;
    ensure!(
        prefix.is_absolute(),
        "--prefix {} is not absolute",
        prefix.display()
    );
    let tree = build::run_all()?;
    for part in ["bin", "include", "lib", "share"] {
        copy(&tree.path(part), &prefix.join(part))
            .with_context(|| format!("{} to {}", part, prefix.display()))?;
    }
    println!("installed below {}", prefix.display());
    Ok(())
}

/// Copy a folder. A file takes the place of another by a rename, so that a running program keeps what
/// it has mapped.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&source, &target)?;
            continue;
        }
        let beside = to.join(format!(".{}.new", entry.file_name().to_string_lossy()));
        if entry.file_type()?.is_symlink() {
            // One that an interrupted run left.
            let _ = fs::remove_file(&beside);
            std::os::unix::fs::symlink(fs::read_link(&source)?, &beside)?;
        } else if is_compiled(&source)? {
            strip(&source, &beside)?;
        } else {
            fs::copy(&source, &beside)?;
        }
        fs::rename(&beside, &target)?;
    }
    Ok(())
}

fn is_compiled(file: &Path) -> Result<bool> {
    let mut start = [0; 4];
    let len = File::open(file)?.read(&mut start)?;
    Ok(len == start.len() && COMPILED.contains(&&start))
}

/// Copy a program or library without its debugging information. Names of functions stay, for traces.
///
/// # Errors
/// If `strip`, which comes with the C compiler, fails.
pub fn strip(from: &Path, to: &Path) -> Result<()> {
    run_command(
        Command::new("strip")
            .args(["--strip-debug", "-o"])
            .args([to, from]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::root;

    #[test]
    fn what_is_installed_has_no_debugging_information() {
        let dir = root().join("target/install-test");
        let _ = fs::remove_dir_all(&dir);
        let (from, to) = (dir.join("from"), dir.join("to"));
        fs::create_dir_all(&from).unwrap();
        fs::write(from.join("text"), "no program").unwrap();
        fs::write(from.join("p.c"), "int main(void) { return 7; }\n").unwrap();
        std::os::unix::fs::symlink("program", from.join("link")).unwrap();
        let cc = Command::new("cc")
            .args(["-g", "-o"])
            .args([from.join("program"), from.join("p.c")])
            .status();
        assert!(cc.unwrap().success());
        copy(&from, &to).unwrap();
        let debugged = |file: PathBuf| {
            let bytes = fs::read(file).unwrap();
            bytes.windows(11).any(|name| name == b".debug_info")
        };
        assert!(debugged(from.join("program")) && !debugged(to.join("program")));
        let status = Command::new(to.join("link")).status().unwrap();
        assert_eq!(status.code(), Some(7));
        assert_eq!(fs::read_to_string(to.join("text")).unwrap(), "no program");
    }
}
