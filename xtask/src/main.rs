//! The project's chores, so that none lives in shell folklore: `cargo xtask --help`.

mod build;
mod call_cost;
mod demo;
mod fuzz;
mod install;
mod shell;
mod sizes;
mod test;
mod tools;
mod vectors;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The chores of secpvm")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build everything that a user installs into target/secpvm
    Build,
    /// Build, and copy everything below a prefix
    Install(install::Args),
    /// Write bindings-c/abi.txt from the header, after a change that is meant
    Abi,
    /// Measure a call through the C interface beside OpenSSL's
    CallCost,
    /// Show it: two machines, plain and secured, side by side, and an attack on both
    Demo(demo::Args),
    /// Measure core on a Cortex-M4 and write docs/sizes.md
    Sizes,
    /// Look for inputs that break a promise, in all targets of fuzz/ or those named
    Fuzz(fuzz::Args),
    /// Check everything that must hold; the last line says how many tests ran
    Test,
    /// Build the npm package into target/wasm/secpvm
    Wasm,
    /// Measure the npm package beside others, in Node
    WasmBench,
    /// Look after the known answers
    #[command(subcommand)]
    Vectors(vectors::Command),
}

fn main() -> ExitCode {
    let done = match Cli::parse().chore {
        Chore::Build => build::run_all().map(|_| ()),
        Chore::Install(args) => install::run(&args),
        Chore::Abi => test::abi::write(&build::Tree::here()),
        Chore::CallCost => call_cost::run_all(),
        Chore::Demo(args) => demo::run(&args),
        Chore::Sizes => sizes::write(),
        Chore::Fuzz(args) => fuzz::run_all(&args),
        Chore::Vectors(command) => vectors::run(&command),
        Chore::Wasm => wasm::build(),
        Chore::WasmBench => wasm::bench(),
        Chore::Test => test::run_all(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
