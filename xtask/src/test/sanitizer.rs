//! The C tests once more with AddressSanitizer in the library itself: on the C side alone it would not
//! see what Rust does with the caller's memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::build::{C_FLAGS, c_files};
use crate::shell::{root, run};

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Run the C tests; returns how many passed.
///
/// # Errors
/// If one fails, or if the sanitizer does not see a call that is wrong on purpose.
pub fn test() -> Result<usize> {
    let library = library()?;
    let out = root().join("target/sanitizer-tests");
    fs::create_dir_all(&out)?;
    let tests = c_files("bindings-c/tests")?;
    for test in &tests {
        let program = link(test, &library, &out)?;
        run(Command::new(program).arg("target/known-answers.txt"))?;
    }
    let overrun = root().join("bindings-c/tests/sanitizer/overrun.c");
    let found = Command::new(link(&overrun, &library, &out)?).output()?;
    ensure!(
        String::from_utf8_lossy(&found.stderr).contains("heap-buffer-overflow"),
        "the sanitizer does not look into the library"
    );
    Ok(tests.len() + 1)
}

/// The archive with checks before each access. The switch is one of rustc's that are not stable yet,
/// and the standard library is as it comes; what this project and its crates do is checked.
fn library() -> Result<PathBuf> {
    let folder = root().join("target/sanitizer");
    run(Command::new(env!("CARGO"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zsanitizer=address")
        .args(["rustc", "--package", "secpvm-c", "--lib", "--locked"])
        .args(["--crate-type", "staticlib", "--target", TARGET])
        .arg("--target-dir")
        .arg(&folder))?;
    Ok(folder.join(TARGET).join("debug/libsecpvm_c.a"))
}

fn link(source: &Path, library: &Path, out: &Path) -> Result<PathBuf> {
    let program = out.join(source.file_stem().unwrap_or_default());
    run(Command::new("gcc")
        .args(C_FLAGS)
        .args(["-fsanitize=address", "-Ibindings-c/include"])
        .args([source, library])
        .args(["-lpthread", "-ldl", "-lm", "-o"])
        .arg(&program))?;
    Ok(program)
}
