//! Figure 4.2 and the report's table: round trips through the daemons, with every suite.

use anyhow::Result;
use secpvm::lab::{Lab, Security};
use serde::Serialize;

use super::progress::Progress;
use super::turns::{Series, compare};
use super::{Effort, Labs, contestants};
use crate::meter::{Meter, median};

/// Message sizes of Figure 4.2, from 128 bytes to 4 KiB.
pub const FIGURE_SIZES: [u32; 6] = [128, 256, 512, 1024, 2048, 4096];
/// Message sizes of the report's table.
pub const TABLE_SIZES: [u32; 5] = [100, 1_000, 10_000, 100_000, 1_000_000];

/// What was measured.
#[derive(Serialize)]
pub struct Throughput {
    /// Messages that come back at their full length, as for Figure 4.2.
    pub echo: Vec<Series>,
    /// Messages that are answered with 4 bytes, as in the table.
    pub answer: Vec<Series>,
}

/// Round trips with each suite, by turns.
///
/// # Errors
/// A machine does not start, or the measuring program fails.
pub fn measure(labs: &Labs, effort: Effort, progress: &Progress) -> Result<Throughput> {
    let contestants = contestants();
    let mut machines = Vec::new();
    for &security in &contestants {
        progress.tell("machines", machines.len(), contestants.len());
        machines.push(labs.pair(security)?);
    }
    let names: Vec<&str> = contestants.iter().copied().map(Security::name).collect();
    let run = |what, arguments: &[&str], sizes: &[u32]| {
        let meters = machines.iter().map(|lab| roundtrip(lab, arguments));
        round_trips(
            &names,
            meters.collect::<Result<_>>()?,
            sizes,
            effort,
            &|turn| {
                progress.tell(what, turn, effort.turns);
            },
        )
    };
    Ok(Throughput {
        echo: run("round trips of 128 bytes to 4 KiB", &["-e"], &FIGURE_SIZES)?,
        answer: run("round trips of 100 bytes to 1 MB", &[], &TABLE_SIZES)?,
    })
}

fn roundtrip(lab: &Lab, arguments: &[&str]) -> Result<Meter> {
    let host = lab.host("host1");
    Meter::start(host.command("roundtrip").arg("-i").args(arguments))
}

/// Round trips of each size with each of `meters`, by turns; `told` how many turns are done.
///
/// # Errors
/// A measuring program fails.
pub fn round_trips(
    names: &[&str],
    mut meters: Vec<Meter>,
    sizes: &[u32],
    effort: Effort,
    told: &dyn Fn(usize),
) -> Result<Vec<Series>> {
    let figures = compare(names, sizes, effort.turns, told, |i, bytes| {
        Ok(median(meters[i].round_trips(bytes, count(bytes, effort))?))
    })?;
    for meter in meters {
        meter.finish()?;
    }
    Ok(figures)
}

/// How many messages make a turn: one takes about 50 us and, above a packet's length, 14 ns a byte.
fn count(bytes: u32, effort: Effort) -> usize {
    let message_us = 50 + bytes / 70;
    (effort.turn_us / message_us).max(1) as usize
}
