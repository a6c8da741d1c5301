//! The wide back ends under MemorySanitizer: see core/msan and docs/side-channels.md.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::shell::{read, root, run};

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// `-Zsanitizer` is one of rustc's switches that are not stable yet. The standard library comes
/// without it. An undefined argument of a call is no leak, so it is not looked for.
const FLAGS: &str = "-Zsanitizer=memory -Cunsafe-allow-abi-mismatch=sanitizer \
                     -Cllvm-args=-msan-eager-checks=0";

/// No cipher leaks, at the widest registers of this CPU and in the portable twin, and a planted leak
/// is reported; returns 4, how many runs there are.
///
/// # Errors
/// If one leaks, or the planted leak goes unseen.
pub fn check() -> Result<usize> {
    for features in [&["--features", "wide"][..], &[]] {
        run(Command::new(env!("CARGO"))
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", FLAGS)
            .args(["build", "--release", "--locked", "--target", TARGET])
            .args(["--manifest-path", "core/msan/Cargo.toml"])
            .args(["--target-dir", "target/msan"])
            .args(features))?;
        let program = root().join(format!("target/msan/{TARGET}/release/secpvm-core-msan"));
        eprint!("{}", read(&mut Command::new(&program))?);
        let planted = Command::new(&program).arg("planted").output()?;
        let message = String::from_utf8_lossy(&planted.stderr);
        ensure!(
            // It does nothing else; its name is told only where there is a symbolizer.
            !planted.status.success() && message.contains("use-of-uninitialized-value"),
            "MemorySanitizer did not report the planted leak: {message}"
        );
    }
    Ok(4)
}
