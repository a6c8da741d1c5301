//! The project's chores, so that none lives in shell folklore: `cargo xtask --help`.

mod bench;
mod build;
mod call_cost;
mod counts;
mod coverage;
mod demo;
mod figures;
mod fuzz;
mod inspector;
mod install;
mod meter;
mod miri;
mod sboxes;
mod shell;
mod sizes;
mod test;
mod tools;
mod vectors;
mod venv;
mod wasm;
mod wheel;

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
    /// Measure core beside other libraries, on one CPU, and print a table
    Bench(bench::Args),
    /// Measure a call through the C interface beside OpenSSL's
    CallCost,
    /// Write core/counts/counts.txt, after a change of speed that is meant
    Counts,
    /// Say which lines of core the tests reach: 95 % at least
    Coverage,
    /// Show it: two machines, plain and secured, side by side, and an attack on both
    Demo(demo::Args),
    /// Measure the report's figures again, plain and secured, and print a table
    Figures(figures::Args),
    /// Run core's tests in Rust's interpreter, of nightly Rust
    Miri,
    /// Write the circuits of core's DES, or look for smaller ones
    Sboxes(sboxes::Args),
    /// Measure core on a Cortex-M4 and the C library here, and write docs/sizes.md
    Sizes,
    /// Look for inputs that break a promise, in all targets of fuzz/ or those named
    Fuzz(fuzz::Args),
    /// Check everything that must hold; the last line says how many tests ran
    Test,
    /// Build the npm package into target/wasm/secpvm, and target/wasm/inspector.html
    Wasm,
    /// Measure the npm package beside others, in Node
    WasmBench,
    /// Photograph the packet inspector for docs/inspector.md
    InspectorFigures,
    /// Build the Python package into target/wheels
    Wheel,
    /// Look after the known answers
    #[command(subcommand)]
    Vectors(vectors::Command),
}

fn main() -> ExitCode {
    let done = match Cli::parse().chore {
        Chore::Build => build::run_all().map(|_| ()),
        Chore::Install(args) => install::run(&args),
        Chore::Abi => test::abi::write(&build::Tree::here()),
        Chore::Bench(args) => bench::run_all(&args),
        Chore::CallCost => call_cost::run_all(),
        Chore::Counts => counts::write(),
        Chore::Coverage => coverage::run_all(),
        Chore::Demo(args) => demo::run(&args),
        Chore::Figures(args) => figures::run_all(&args),
        Chore::Miri => miri::run_all(),
        Chore::Sboxes(args) => sboxes::run(&args),
        Chore::Sizes => sizes::write(),
        Chore::Fuzz(args) => fuzz::run_all(&args),
        Chore::Wheel => wheel::build().map(|wheel| println!("{}", wheel.display())),
        Chore::Vectors(command) => vectors::run(&command),
        Chore::Wasm => wasm::build().and_then(|()| inspector::build()),
        Chore::InspectorFigures => inspector::figures(),
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
