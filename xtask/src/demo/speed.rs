//! How long messages take, plain and secured.
//!
//! Both machines run at the same time, pinned to one core, and are measured in turn, a few messages
//! at a time: what else the computer does then falls on both alike.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use secpvm::lab::Lab;

use super::report::{RoundTrip, Timing};
use crate::meter::{Meter, median};

/// Message sizes in bytes, and how many messages of each are measured in a turn.
const SIZES: [(u32, usize); 5] = [
    (100, 100),
    (1_000, 100),
    (10_000, 50),
    (100_000, 20),
    (1_000_000, 8),
];
const TURNS: usize = 25;

/// Median round trips of each size.
///
/// # Errors
/// The measuring program fails.
pub fn round_trips(plain: &Lab, secured: &Lab) -> Result<Vec<RoundTrip>> {
    let (mut plain, mut secured) = (meter(plain)?, meter(secured)?);
    let mut samples = vec![(Vec::new(), Vec::new()); SIZES.len()];
    for _ in 0..TURNS {
        for ((bytes, count), (plain_us, secured_us)) in SIZES.into_iter().zip(&mut samples) {
            plain_us.extend(plain.round_trips(bytes, count)?);
            secured_us.extend(secured.round_trips(bytes, count)?);
        }
    }
    plain.finish()?;
    secured.finish()?;
    let medians = SIZES
        .into_iter()
        .zip(samples)
        .map(|((bytes, _), (plain, secured))| {
            let (plain, secured) = (median(plain), median(secured));
            RoundTrip {
                bytes,
                plain,
                secured,
                ratio: hundredths(secured / plain),
            }
        });
    Ok(medians.collect())
}

/// Run the stock program `timing` on both machines.
///
/// # Errors
/// It does not come to its end.
pub fn timing(plain: &Lab, secured: &Lab) -> Result<Timing> {
    Ok(Timing {
        plain: timing_on(plain)?,
        secured: timing_on(secured)?,
    })
}

fn timing_on(lab: &Lab) -> Result<u64> {
    let output = lab
        .host("host1")
        .command("/usr/bin/timing")
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    // Its exit status is 1 even at the end of a good run.
    ensure!(
        text.contains("done"),
        "timing did not come to its end:\n{text}"
    );
    last_average(&text).context("timing printed no averages")
}

/// The last line below "Avg uSec" holds the averages of the largest message: pack, then send.
fn last_average(text: &str) -> Option<u64> {
    let averages = text.rsplit_once("Avg uSec\n")?.1.lines().next()?;
    averages.split_whitespace().nth(1)?.parse().ok()
}

fn meter(lab: &Lab) -> Result<Meter> {
    Meter::start(lab.host("host1").command("roundtrip").arg("-i"))
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_of_timings_largest_message_is_found() {
        let text = "Message size 100\n N  Pack\nAvg uSec\n            1         14\nAvg Byte/uSec\n\n\
                    Message size 1000000\nAvg uSec\n          285       1981\nAvg Byte/uSec\n  1 2\n\ndone\n";
        assert_eq!(last_average(text), Some(1981));
        assert_eq!(last_average("no figures"), None);
    }
}
