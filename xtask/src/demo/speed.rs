//! How long messages take, plain and secured.
//!
//! Both machines run at the same time, pinned to one core, and are measured in turn, a few messages
//! at a time: what else the computer does then falls on both alike.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context, Result, ensure};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use secpvm::lab::Lab;

use super::report::{RoundTrip, Timing};

/// Message sizes in bytes, and how many messages of each are measured in a turn.
const SIZES: [(u32, usize); 5] = [
    (100, 100),
    (1_000, 100),
    (10_000, 50),
    (100_000, 20),
    (1_000_000, 8),
];
const TURNS: usize = 25;

/// Bind this process, and so all that it starts from now on, to the last of its cores.
///
/// # Errors
/// The kernel refuses.
pub fn pin_to_one_core() -> Result<()> {
    let allowed = sched_getaffinity(Pid::from_raw(0))?;
    let last = (0..CpuSet::count())
        .rfind(|&core| allowed.is_set(core).unwrap_or(false))
        .context("no core to run on")?;
    let mut one = CpuSet::new();
    one.set(last)?;
    Ok(sched_setaffinity(Pid::from_raw(0), &one)?)
}

/// Median round trips of each size.
///
/// # Errors
/// The measuring program fails.
pub fn round_trips(plain: &Lab, secured: &Lab) -> Result<Vec<RoundTrip>> {
    let (mut plain, mut secured) = (Meter::start(plain)?, Meter::start(secured)?);
    let mut samples = vec![(Vec::new(), Vec::new()); SIZES.len()];
    for _ in 0..TURNS {
        for ((bytes, count), (plain_us, secured_us)) in SIZES.into_iter().zip(&mut samples) {
            plain_us.extend(plain.measure(bytes, count)?);
            secured_us.extend(secured.measure(bytes, count)?);
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

/// The program `roundtrip`, measuring on request.
struct Meter {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Meter {
    fn start(lab: &Lab) -> Result<Self> {
        let mut command = lab.host("host1").command("roundtrip");
        let mut process = command
            .arg("-i")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let requests = process.stdin.take().context("a pipe")?;
        let answers = BufReader::new(process.stdout.take().context("a pipe")?);
        Ok(Self {
            process,
            requests,
            answers,
        })
    }

    fn measure(&mut self, bytes: u32, count: usize) -> Result<Vec<f64>> {
        writeln!(self.requests, "{bytes} {count}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let times: Vec<f64> = line
            .split_whitespace()
            .skip(1)
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        ensure!(times.len() == count, "roundtrip answered {line:?}");
        Ok(times)
    }

    fn finish(mut self) -> Result<()> {
        drop(self.requests);
        let status = self.process.wait()?;
        ensure!(status.success(), "roundtrip failed ({status})");
        Ok(())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
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

    #[test]
    fn the_median_is_the_middle_value() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
