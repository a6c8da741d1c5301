//! `cargo xtask bench`: how fast core is beside other libraries, measured by `bench/`, a workspace of
//! its own.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::shell::{root, run};
use crate::tools;

#[derive(clap::Args)]
pub struct Args {
    /// Short turns, and few: to see that it works
    #[arg(long)]
    quick: bool,

    /// Only operations whose names contain this
    #[arg(long, value_name = "PATTERN", conflicts_with = "write_docs")]
    only: Option<String>,

    /// As if the CPU had no AVX-512: ours only, the peers use what there is
    #[arg(long)]
    avx2: bool,

    /// Where all figures go [default: target/bench/figures.json, or avx2.json]
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write the tables of docs/performance.md, and the figure in docs/figures/ if it is not about
    /// AVX2 alone
    #[arg(long)]
    write_docs: bool,
}

/// Every operation of every library works; returns 1. How fast, a busy machine does not tell.
///
/// # Errors
/// As [`run_all`].
pub fn smoke() -> Result<usize> {
    run_all(&Args {
        quick: true,
        only: None,
        avx2: false,
        json: Some(PathBuf::from("target/bench/smoke.json")),
        write_docs: false,
    })?;
    Ok(1)
}

/// Build, measure on one CPU, and print a table.
///
/// # Errors
/// If the peers cannot be built, or it fails.
pub fn run_all(args: &Args) -> Result<()> {
    tools::require(&[&tools::C_COMPILER[..], &tools::BENCH].concat())?;
    run(Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked"])
        .args(["--manifest-path", "bench/Cargo.toml"])
        .args(["--target-dir", "target/bench"])
        .args(args.avx2.then_some("--features=avx2")))?;
    let name = if args.avx2 { "avx2" } else { "figures" };
    let json = PathBuf::from(format!("target/bench/{name}.json"));
    let mut command = Command::new("taskset");
    command
        .args(["-c", "0", "target/bench/release/secpvm-bench", "--json"])
        .arg(args.json.as_ref().unwrap_or(&json));
    if args.quick {
        command.arg("--quick");
    }
    if let Some(pattern) = &args.only {
        command.args(["--only", pattern]);
    }
    if args.write_docs {
        command.args(["--write-docs", "docs"]);
    }
    let status = command.current_dir(root()).stdin(Stdio::null()).status();
    ensure!(
        status.context("cannot start taskset")?.success(),
        "the benchmark failed"
    );
    Ok(())
}
