//! The paths that handle secrets, under valgrind: see core/ct and docs/side-channels.md.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::shell::{read, root, run};

/// Every path is as documented, and a planted leak is reported; returns 2, how many runs there are.
///
/// # Errors
/// If a path leaks that must not, or the other way round, or the planted leak goes unseen.
pub fn check() -> Result<usize> {
    run(Command::new(env!("CARGO")).args([
        "build",
        "--release",
        "--locked",
        "-p",
        "secpvm-core-ct",
    ]))?;
    let report = read(&mut valgrind(&["--log-file=/dev/null"], &[]))?;
    eprint!("{report}");
    let planted = valgrind(&["--log-fd=2"], &["planted"]).output()?;
    let message = String::from_utf8_lossy(&planted.stderr);
    ensure!(
        !planted.status.success() && message.contains("planted_leak"),
        "valgrind did not report the planted leak: {message}"
    );
    Ok(2)
}

/// The program's own status tells whether all is as documented: valgrind's errors are its input,
/// and what leaks as documented makes megabytes of them.
fn valgrind(options: &[&str], arguments: &[&str]) -> Command {
    let mut command = Command::new("valgrind");
    command
        .current_dir(root())
        .args(["--quiet", "--error-limit=no"])
        .args(options)
        .arg("--suppressions=core/ct/verdicts.supp")
        .arg("target/release/secpvm-core-ct")
        .args(arguments);
    command
}
