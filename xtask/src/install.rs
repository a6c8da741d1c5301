//! `cargo xtask install --prefix DIR`: the tree of `cargo xtask build` at another place.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::build;

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
        } else {
            fs::copy(&source, &beside)?;
        }
        fs::rename(&beside, &target)?;
    }
    Ok(())
}
