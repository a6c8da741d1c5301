//! Programs that measure on request, one line a time, so that several machines can be measured by
//! turns.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// A running program of pvm/programs that takes requests.
pub struct Meter {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Meter {
    /// Start it.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut process = command
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

    /// Send a line.
    ///
    /// # Errors
    /// The program has ended.
    pub fn request(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(self.requests, "{line}")?)
    }

    /// Receive a line.
    ///
    /// # Errors
    /// The program has ended.
    pub fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        let len = self.answers.read_line(&mut line)?;
        ensure!(len > 0, "the measuring program has ended");
        Ok(line.trim_end().to_owned())
    }

    /// Have `roundtrip` measure `count` messages of `bytes` bytes. In microseconds.
    ///
    /// # Errors
    /// It fails.
    pub fn round_trips(&mut self, bytes: u32, count: usize) -> Result<Vec<f64>> {
        self.request(&format!("{bytes} {count}"))?;
        let line = self.answer()?;
        let times: Vec<f64> = line
            .split_whitespace()
            .skip(1)
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        ensure!(times.len() == count, "roundtrip answered {line:?}");
        Ok(times)
    }

    /// Have it end.
    ///
    /// # Errors
    /// It fails.
    pub fn finish(mut self) -> Result<()> {
        drop(self.requests);
        let status = self.process.wait()?;
        ensure!(
            status.success(),
            "the measuring program failed at its end ({status})"
        );
        Ok(())
    }
}

/// Bind this process, and so all that it starts from now on, to the last of its cores. Returns the
/// cores that it had.
///
/// # Errors
/// The kernel refuses.
pub fn pin_to_one_core() -> Result<CpuSet> {
    let allowed = sched_getaffinity(Pid::from_raw(0))?;
    let last = (0..CpuSet::count())
        .rfind(|&core| allowed.is_set(core).unwrap_or(false))
        .context("no core to run on")?;
    let mut one = CpuSet::new();
    one.set(last)?;
    sched_setaffinity(Pid::from_raw(0), &one)?;
    Ok(allowed)
}

/// Let this process, and all that it starts from now on, run on these cores.
///
/// # Errors
/// The kernel refuses.
pub fn unpin(cores: &CpuSet) -> Result<()> {
    Ok(sched_setaffinity(Pid::from_raw(0), cores)?)
}

/// The middle value.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_value() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
