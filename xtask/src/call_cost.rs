//! `cargo xtask call-cost`: what a call through the C interface costs, beside OpenSSL's EVP in the same
//! run. The numbers go to target/call-cost.json.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::shell::{read, root, run};
use crate::{build, tools};

/// Measure, print, and keep.
///
/// # Errors
/// If the program cannot be built or fails.
pub fn run_all() -> Result<()> {
    tools::require(&tools::FUZZ)?;
    let tree = build::run_all()?;
    let program = root().join("target/call-cost");
    run(build::cc()
        .arg("bindings-c/bench/mac.c")
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(tree.path("lib"))
        .arg(format!("-Wl,-rpath,{}", tree.path("lib").display()))
        .args(["-lsecpvm_core", "-lcrypto"]))?;
    let numbers = read(Command::new("taskset").args(["-c", "0"]).arg(&program))?;
    print!("{numbers}");
    Ok(fs::write(root().join("target/call-cost.json"), numbers)?)
}
