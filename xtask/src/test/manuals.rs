//! The manual pages, as both readers of them see them: groff's `man` and mandoc.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::build::Tree;
use crate::shell::root;

/// Check every page of the tree; returns how many there are.
///
/// # Errors
/// If one of the readers warns.
pub fn check(tree: &Tree) -> Result<usize> {
    // Section 1 is made from the command's help by a crate that cares less for mandoc.
    let made = pages(&tree.path("share/man/man1"))?;
    let written = pages(&tree.path("share/man/man3"))?;
    for page in made.iter().chain(&written) {
        silent(
            Command::new("man")
                .args(["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"])
                .arg(page)
                .env("MANROFFSEQ", ""),
        )?;
    }
    for page in &written {
        silent(
            Command::new("mandoc")
                .args(["-T", "lint", "-W", "warning"])
                .arg(page),
        )?;
    }
    Ok(made.len() + written.len())
}

fn pages(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut pages = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    pages.sort();
    Ok(pages)
}

/// mandoc lints to its output, man warns on its standard error, and prints the page.
fn silent(command: &mut Command) -> Result<()> {
    let output = command
        .current_dir(root())
        .output()
        .with_context(|| format!("{command:?}"))?;
    let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
    if command.get_program() == "mandoc" {
        said += &String::from_utf8_lossy(&output.stdout);
    }
    ensure!(said.is_empty(), "{command:?}: {said}");
    Ok(())
}
