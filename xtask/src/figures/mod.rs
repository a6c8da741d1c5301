//! `cargo xtask figures`: the figures of the report's section 4, measured again on the stock PVM.
//!
//! One plain machine, and one for each suite, run side by side, pinned to one core, and are measured
//! by turns: what else the computer does then falls on all alike. Then the same once more on all
//! cores.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use secpvm::lab::{Lab, Security};
use secpvm_core::suite::Suite;

use crate::demo::programs;
use crate::shell::root;
use crate::{build, meter, tools};

mod chart;
mod computer;
mod drawings;
mod net_pipe;
mod page;
mod paper;
mod progress;
mod report;
mod routes;
mod start_up;
mod throughput;
mod turns;

use computer::Computer;
use progress::Progress;
use report::{Report, Run};

/// Arguments of the figures.
#[derive(clap::Args)]
pub struct Args {
    /// Few turns, and short: to see that it works
    #[arg(long)]
    quick: bool,

    /// Print everything as data
    #[arg(long)]
    json: bool,

    /// Write the tables of docs/figures.md and the drawings in docs/figures/, too
    #[arg(long, conflicts_with = "quick")]
    write_docs: bool,
}

/// How much is measured.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How many turns each machine has.
    turns: usize,
    /// The time that a machine's turn of round trips takes about, in microseconds: so many messages
    /// are measured, or one.
    turn_us: u32,
    /// The most slaves that are started.
    slaves_max: u8,
    /// The largest message of `NetPIPE`, in bytes.
    net_pipe_max: u32,
}

const FULL: Effort = Effort {
    turns: 25,
    turn_us: 10_000,
    slaves_max: 8,
    net_pipe_max: 1 << 20,
};

const QUICK: Effort = Effort {
    turns: 2,
    turn_us: 1_000,
    slaves_max: 2,
    net_pipe_max: 1 << 10,
};

/// Every figure can be measured and drawn; returns 1. How fast, a busy machine does not tell.
///
/// # Errors
/// As [`run_all`].
pub fn smoke() -> Result<usize> {
    let report = measure(QUICK)?;
    report.pinned.check()?;
    report.unpinned.check()?;
    let tables = page::tables(&report);
    for (name, chart) in drawings::all(&report.pinned) {
        ensure!(!chart.svg().contains("NaN"), "{name} has a gap");
    }
    ensure!(!tables.contains("NaN"), "the tables have a gap:\n{tables}");
    Ok(1)
}

/// Install what is missing, build, measure, and print a table.
///
/// # Errors
/// Something can't be installed or built, a machine does not start, or a program fails.
pub fn run_all(args: &Args) -> Result<()> {
    let report = measure(if args.quick { QUICK } else { FULL })?;
    let data = serde_json::to_string_pretty(&report)?;
    let file = root().join("target/figures.json");
    fs::write(&file, &data).with_context(|| file.display().to_string())?;
    if args.write_docs {
        page::write(&report, &root().join("docs"))?;
    }
    if args.json {
        println!("{data}");
    } else {
        println!("{}", page::tables(&report));
    }
    Ok(())
}

fn measure(effort: Effort) -> Result<Report> {
    tools::require(
        &[
            &tools::C_COMPILER[..],
            &tools::PVM,
            &tools::LAB,
            &tools::NETPIPE,
        ]
        .concat(),
    )?;
    let labs = Labs {
        secpvm: build::run_all()?.path("bin/secpvm"),
        programs: programs::build()?,
    };
    let computer = Computer::here();
    let all = meter::pin_to_one_core()?;
    let pinned = run(&labs, effort, "pinned")?;
    meter::unpin(&all)?;
    let unpinned = run(&labs, effort, "unpinned")?;
    Ok(Report {
        computer,
        turns: effort.turns,
        pinned,
        unpinned,
    })
}

fn run(labs: &Labs, effort: Effort, how: &str) -> Result<Run> {
    let progress = Progress::new(how);
    Ok(Run {
        start_up: start_up::measure(labs, effort, &progress)?,
        throughput: throughput::measure(labs, effort, &progress)?,
        routes: routes::measure(labs, effort, &progress)?,
        net_pipe: net_pipe::measure(labs, effort, &progress)?,
    })
}

/// What laboratories are made of.
struct Labs {
    secpvm: PathBuf,
    programs: PathBuf,
}

impl Labs {
    /// A laboratory where no machine runs yet.
    fn build(&self, hosts: u8) -> Result<Lab> {
        Lab::builder(&self.secpvm)
            .hosts(hosts)
            .programs(&self.programs)
            .start()
    }

    /// A machine of two hosts.
    fn pair(&self, security: Security) -> Result<Lab> {
        let lab = self.build(2)?;
        lab.start_machine(security)
            .with_context(|| format!("the machine with {}", security.name()))?;
        Ok(lab)
    }
}

/// Stock PVM, then every suite: what is compared.
fn contestants() -> Vec<Security> {
    let suites = Suite::ALL.into_iter().map(Security::Secured);
    std::iter::once(Security::Plain).chain(suites).collect()
}
