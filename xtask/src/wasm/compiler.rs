//! Rust for a browser: rustup's, or else Debian's.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{root, run};
use crate::tools;

const TARGET: &str = "wasm32-unknown-unknown";

/// Vectors of 128 bits: every engine of the last years has them, and AES is written for them.
const FEATURES: &str = "-Ctarget-feature=+simd128";

/// A compiler, and the folder below target/ that is its own.
pub struct Rust {
    folder: &'static str,
    is_debians: bool,
}

impl Rust {
    /// Rustup's, or else Debian's.
    ///
    /// # Errors
    /// If neither can be had.
    pub fn find(folder: &'static str) -> Result<Self> {
        let rustups = tools::require_rust(&[TARGET]);
        let is_debians = rustups.is_err();
        if let Err(reason) = rustups {
            eprintln!("rustup has no {TARGET} ({reason:#}): taking Debian's");
            tools::require(&tools::RUST_WEB)?;
        }
        Ok(Self { folder, is_debians })
    }

    /// Compile bindings-wasm with `features`; where the module is.
    ///
    /// # Errors
    /// If the compiler fails.
    pub fn compile(&self, features: &[&str]) -> Result<PathBuf> {
        let whose = if self.is_debians {
            "debians"
        } else {
            "rustups"
        };
        let target_dir = root().join("target").join(self.folder).join(whose);
        let mut cargo = self.cargo();
        run(cargo
            .args(["build", "--package", "secpvm-wasm", "--locked"])
            .args(["--profile", "wasm", "--target", TARGET])
            .args(features)
            .arg("--target-dir")
            .arg(&target_dir)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags()?))?;
        Ok(target_dir.join(TARGET).join("wasm/secpvm_wasm.wasm"))
    }

    /// The lints for what is compiled for this target only.
    ///
    /// # Errors
    /// If there is something to say.
    pub fn lint(&self) -> Result<()> {
        run(Command::new(env!("CARGO"))
            .args(["clippy", "--package", "secpvm-wasm", "--package"])
            .args(["secpvm-core", "--lib", "--locked", "--target", TARGET])
            .arg("--target-dir")
            .arg(root().join("target").join(self.folder))
            .args(["--", "-D", "warnings"])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags()?))
    }

    fn cargo(&self) -> Command {
        if !self.is_debians {
            return Command::new(env!("CARGO"));
        }
        // Debian builds no library for the target: it is built along, which stable Rust has to
        // be talked into.
        let mut cargo = Command::new("/usr/bin/cargo");
        cargo
            .args(["-Z", "build-std=std,panic_abort"])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld")
            .env("RUSTC", "/usr/bin/rustc")
            .env("RUSTC_BOOTSTRAP", "1")
            .env_remove("RUSTUP_TOOLCHAIN");
        cargo
    }
}

/// The module names no folder of the machine that it was built on.
fn flags() -> Result<String> {
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cargo"));
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home);
    let (cargo, root) = (cargo.context("no CARGO_HOME")?, root());
    Ok(format!(
        "{FEATURES} --remap-path-prefix={}=/cargo --remap-path-prefix={}=/secpvm",
        cargo.display(),
        root.display()
    ))
}
