//! `cargo xtask demo`: what the project is for, shown in under a minute.
//!
//! Two machines of two hosts, one plain and one secured, run side by side in two laboratories. The
//! same programs run on both while the wire is captured; the same attacks are made on both.

use anyhow::{Context, Result, ensure};
use secpvm::lab::{Lab, Security};
use secpvm_core::suite::Suite;

use crate::shell::root;
use crate::{build, meter, tools};

mod attack;
mod known;
pub mod programs;
mod report;
mod speed;
mod wire;

use report::{Plain, Report, Secured};

const HOSTS: u8 = 2;
const SUITE: Suite = Suite::Aes256Gcm;

/// Arguments of the demo.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print the report as data
    #[arg(long)]
    json: bool,

    /// Make the known attacks on the packets of 1997 instead, on machines of that profile and of ours
    #[arg(long)]
    attacks: bool,
}

/// Install what is missing, build, and show it.
///
/// # Errors
/// Something can't be installed or built, a machine does not start, or a program fails.
pub fn run(args: &Args) -> Result<()> {
    tools::require(&[&tools::C_COMPILER[..], &tools::PVM, &tools::LAB].concat())?;
    let tree = build::run_all()?;
    if args.attacks {
        return show_attacks(args.json);
    }
    let programs = programs::build()?;
    meter::pin_to_one_core()?;

    eprintln!("starting two machines of {HOSTS} hosts");
    let machine = |security| -> Result<Lab> {
        let lab = Lab::builder(tree.path("bin/secpvm"))
            .hosts(HOSTS)
            .programs(&programs)
            .start()?;
        lab.start_machine(security)?;
        Ok(lab)
    };
    let plain = machine(Security::Plain).context("the plain machine")?;
    let secured = machine(Security::Secured(SUITE)).context("the secured machine")?;
    let report = compare(&plain, &secured)?;

    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("\n{report}");
    }
    Ok(())
}

fn show_attacks(json: bool) -> Result<()> {
    let lines = known::attack_all()?;
    if json {
        println!("{}", serde_json::to_string(&lines)?);
    } else {
        println!("\n{}", lines.join("\n"));
    }
    Ok(())
}

fn compare(plain: &Lab, secured: &Lab) -> Result<Report> {
    eprintln!("measuring round trips, in turn");
    let round_trip_us = speed::round_trips(plain, secured)?;
    eprintln!("running /usr/bin/timing on both");
    let timing = speed::timing(plain, secured)?;
    eprintln!("running secret and /usr/bin/hello.pvm on both, and capturing (target/demo-*.pcap)");
    let captures = root().join("target");
    let plain_frames = wire::capture_programs(plain, &captures.join("demo-plain.pcap"))?;
    let secured_frames = wire::capture_programs(secured, &captures.join("demo-secured.pcap"))?;
    ensure!(
        wire::readable(&plain_frames) > 0,
        "nothing can be read even on the plain machine's wire: the check is broken"
    );
    eprintln!("attacking both");
    let forged_fin_killed_slave = attack::kill_plain(plain, &plain_frames)?;
    let outcome = attack::attack_secured(secured, &secured_frames)?;
    Ok(Report {
        hosts: HOSTS,
        plain: Plain {
            clear_on_wire: wire::readable(&plain_frames),
            forged_fin_killed_slave,
        },
        secured: Secured {
            clear_on_wire: wire::readable(&secured_frames),
            forged_dropped: outcome.forged,
            replayed_dropped: outcome.replayed,
            slave_alive: outcome.slave_alive,
        },
        round_trip_us,
        timing,
        suite: SUITE.name(),
    })
}
