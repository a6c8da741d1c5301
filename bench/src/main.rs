//! How fast core is beside other libraries, in one run. Started by `cargo xtask bench`, which builds
//! it and keeps it on one CPU.

mod machine;
mod measure;
mod operation;
mod operations;
mod page;
mod peers;
mod plot;
mod report;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use openssl::provider::Provider;

use crate::machine::Machine;
use crate::operation::Contestant;
use crate::report::{Report, Row};

#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Args {
    /// Short turns, and few: to see that it works
    #[arg(long)]
    quick: bool,

    /// Only operations whose names contain this
    #[arg(long, value_name = "PATTERN", default_value = "")]
    only: String,

    /// Write all figures to this file
    #[arg(long, value_name = "FILE")]
    json: PathBuf,

    /// Write the table and the figure to this folder
    #[arg(long, value_name = "FOLDER")]
    write_docs: Option<PathBuf>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    // DES, RC4 and Blowfish live there; with it, the default provider has to be asked for.
    let _legacy = Provider::load(None, "legacy").context("OpenSSL's legacy provider")?;
    let _default = Provider::load(None, "default").context("OpenSSL's default provider")?;

    let report = measure_all(&args)?;
    print!("{}", report.table());
    fs::write(&args.json, serde_json::to_string_pretty(&report)?)
        .with_context(|| args.json.display().to_string())?;
    if let Some(folder) = &args.write_docs {
        page::write(&report, folder)?;
    }
    Ok(())
}

fn measure_all(args: &Args) -> Result<Report> {
    let effort = if args.quick {
        measure::QUICK
    } else {
        measure::FULL
    };
    let machine = Machine::here();
    let mut operations = operations::all();
    operations.retain(|operation| operation.name.contains(&args.only));
    ensure!(
        !operations.is_empty(),
        "no operation has {} in its name",
        args.only
    );
    let mut rows = Vec::new();
    for operation in &operations {
        eprintln!("{}", operation.name);
        for &size in operation.sizes {
            let mut contestants: Vec<Contestant> = operation.at(size);
            let times = measure::measure(&mut contestants, effort);
            let libraries: Vec<_> = contestants.iter().map(|one| one.library).collect();
            rows.push(Row::new(operation, size, &libraries, &times));
        }
    }
    Ok(Report {
        machine,
        effort,
        rows,
    })
}
