//! `cargo xtask wasm`: the npm package, under target/wasm/secpvm.
//!
//! Rust becomes WebAssembly twice, everything and the packet decoder alone; wasm-bindgen writes
//! what loads it, wasm-opt makes it smaller and faster, and the TypeScript of bindings-wasm/ts goes
//! on top.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{root, run};
use crate::tools;
use compiler::Rust;

pub mod compiler;

/// The two modules: their folder in the package, and the features of the crate.
pub const MODULES: [(&str, &[&str]); 2] = [
    ("full", &["--features", "full"]),
    ("packet", &["--no-default-features"]),
];

/// What the packet decoder has of the full package's scripts.
const PACKET_SCRIPTS: [&str; 10] = [
    "arguments",
    "border",
    "classic",
    "init",
    "keylog",
    "owned",
    "packet",
    "pvm",
    "record",
    "session",
];

/// The package, built or not.
pub fn package() -> PathBuf {
    root().join("target/wasm/secpvm")
}

/// Build the package.
///
/// # Errors
/// If a tool is missing or fails.
pub fn build() -> Result<()> {
    tools::require(&tools::NODE)?;
    npm_ci("bindings-wasm")?;
    link()?;
    bindgen()?;
    let rust = Rust::find("wasm-build")?;
    for (folder, features) in MODULES {
        module(&rust, folder, features)?;
    }
    scripts()
}

/// Build the package and measure it: a table, and target/wasm/bench.json.
///
/// # Errors
/// If it does not build, or an implementation in JavaScript is faster.
pub fn bench() -> Result<()> {
    build()?;
    run(Command::new("taskset")
        .args([
            "--cpu-list",
            "0",
            "node",
            "bindings-wasm/bench/throughput.js",
        ])
        .arg(root().join("target/wasm/bench.json")))
}

/// What package-lock.json in `folder` says, unless it is there.
///
/// # Errors
/// If npm fails.
pub fn npm_ci(folder: &str) -> Result<()> {
    let folder = root().join(folder);
    let installed = folder.join("node_modules/.package-lock.json");
    let is_newer = || -> Result<bool> {
        let lock = fs::metadata(folder.join("package-lock.json"))?.modified()?;
        Ok(fs::metadata(&installed)?.modified()? >= lock)
    };
    if is_newer().unwrap_or(false) {
        return Ok(());
    }
    run(npm("ci").arg("--prefix").arg(folder))
}

/// The package where the tests look for one called so.
fn link() -> Result<()> {
    let link = root().join("bindings-wasm/node_modules/secpvm");
    if !link.is_symlink() {
        std::os::unix::fs::symlink("../../target/wasm/secpvm", &link)
            .with_context(|| link.display().to_string())?;
    }
    Ok(())
}

fn npm(verb: &str) -> Command {
    let mut command = Command::new("npm");
    command.args([verb, "--no-audit", "--no-fund"]);
    command
}

/// The program that runs wasm-bindgen, in a workspace of its own.
fn bindgen() -> Result<()> {
    run(Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked"])
        .args(["--manifest-path", "bindings-wasm/bindgen/Cargo.toml"])
        .args(["--target-dir", "target/bindgen"]))
}

/// One WebAssembly module, with the script that loads it.
fn module(rust: &Rust, folder: &str, features: &[&str]) -> Result<()> {
    let module = rust.compile(features)?;
    let out = package().join(folder);
    fs::create_dir_all(&out)?;
    finish(&module, &out)
}

/// What wasm-bindgen and wasm-opt make of a compiled module.
pub fn finish(module: &Path, out: &Path) -> Result<()> {
    run(
        Command::new(root().join("target/bindgen/release/secpvm-wasm-bindgen"))
            .arg(module)
            .arg(out),
    )?;
    let module = out.join("raw_bg.wasm");
    run(node_tool("wasm-opt")
        .arg("-O3")
        .arg(&module)
        .arg("-o")
        .arg(&module))
}

/// A program that npm has installed for bindings-wasm.
pub fn node_tool(name: &str) -> Command {
    Command::new(root().join("bindings-wasm/node_modules/.bin").join(name))
}

/// The scripts that users import, and their types.
fn scripts() -> Result<()> {
    run(node_tool("tsc").args(["--project", "bindings-wasm"]))?;
    let package = package();
    for script in PACKET_SCRIPTS {
        for extension in ["js", "d.ts"] {
            let file = format!("{script}.{extension}");
            let (from, to) = (
                package.join("full").join(&file),
                package.join("packet").join(&file),
            );
            fs::copy(&from, to).with_context(|| from.display().to_string())?;
        }
    }
    for (from, to) in [
        ("bindings-wasm/package/package.json", "package.json"),
        ("bindings-wasm/README.md", "README.md"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
        ("LICENSE-MIT", "LICENSE-MIT"),
    ] {
        fs::copy(root().join(from), package.join(to)).context(from)?;
    }
    Ok(())
}
