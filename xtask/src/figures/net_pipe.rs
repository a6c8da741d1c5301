//! `NetPIPE`'s PVM module (Debian's netpipe-pvm), as it is: a message goes there and back, of each of
//! many sizes.
//!
//! Its two ends are started by hand, one on each host; the transmitter finds the receiver among the
//! machine's tasks. It asks for a direct route, so that of the plain machine is TCP in clear.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use secpvm::lab::{Lab, Security};
use secpvm::tree::PVM_CONSOLE;
use secpvm_core::suite::Suite;

use super::progress::Progress;
use super::routes::{NAMES, commands};
use super::turns::{Series, series};
use super::{Effort, Labs};
use crate::shell::root;

const PROGRAM: &str = "/usr/bin/NPpvm";
/// How often each message is sent; without, it takes half a second for each.
const REPEATS: &str = "5";
/// How long NPpvm may take to enrol, and for its sizes.
const PATIENCE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(20);

/// Half the time of a round trip of each of `NetPIPE`'s sizes, on both machines by turns.
///
/// # Errors
/// A machine does not start, or `NetPIPE` fails.
pub fn measure(labs: &Labs, effort: Effort, progress: &Progress) -> Result<Vec<Series>> {
    const WHAT: &str = "NetPIPE";
    let plain = labs.pair(Security::Plain)?;
    let secured = labs.pair(Security::Secured(Suite::Aes256Gcm))?;
    let (mut sizes, mut taken) = (Vec::new(), vec![Vec::new(); NAMES.len()]);
    // It has many sizes, and is slow to start.
    let turns = effort.turns.div_ceil(5);
    for turn in 0..turns {
        progress.tell(WHAT, turn, turns);
        let receivers = commands([&plain, &secured], "host2", PROGRAM);
        let transmitters = commands([&plain, &secured], "host1", PROGRAM);
        let ways = [&plain, &secured, &secured]
            .into_iter()
            .zip(receivers.into_iter().zip(transmitters));
        for ((lab, ends), taken) in ways.zip(&mut taken) {
            let figures = sweep(lab, ends, effort.net_pipe_max)?;
            sizes = figures.iter().map(|&(bytes, _)| bytes).collect();
            taken.resize(sizes.len(), Vec::new());
            for ((_, us), taken) in figures.into_iter().zip(taken) {
                taken.push(us);
            }
        }
    }
    Ok(series(&NAMES, &sizes, &taken))
}

/// One run of a receiver and a transmitter: bytes and microseconds of each size.
fn sweep(lab: &Lab, ends: (Command, Command), bytes_max: u32) -> Result<Vec<(u32, f64)>> {
    let start = |mut command: Command, arguments: &[&str]| {
        command
            .args(["-p", "0", "-n", REPEATS, "-u", &bytes_max.to_string()])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().context("starting NPpvm")
    };
    let file = root().join("target/netpipe.out");
    let name = file
        .to_str()
        .context("the path of the workspace is no text")?;
    // The transmitter takes any task for the receiver, even one that has just ended, and no task for
    // an error.
    await_tasks(lab, 0)?;
    let mut receiver = start(ends.0, &[])?;
    await_tasks(lab, 1)?;
    let mut transmitter = start(ends.1, &["-h", "host2", "-o", name])?;
    finish(&mut transmitter)?;
    finish(&mut receiver)?;
    figures_in(&file)
}

/// Wait until the machine has so many tasks.
fn await_tasks(lab: &Lab, count: usize) -> Result<()> {
    let start = Instant::now();
    while tasks(lab)? != count {
        ensure!(start.elapsed() < PATIENCE, "NPpvm does not start or end");
        sleep(POLL);
    }
    Ok(())
}

/// How many tasks PVM's console lists, itself not among them: a line for each, its host first.
fn tasks(lab: &Lab) -> Result<usize> {
    let mut console = lab
        .host("host1")
        .command(PVM_CONSOLE)
        .env("HOME", "/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut commands = console.stdin.take().context("a pipe")?;
    commands.write_all(b"ps -a\nquit\n")?;
    drop(commands);
    let output = console.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let of_a_host = |line: &&str| line.trim_start().starts_with("host");
    Ok(text.lines().filter(of_a_host).count())
}

/// Wait for the end of a program that must end well.
fn finish(program: &mut Child) -> Result<()> {
    let start = Instant::now();
    loop {
        if let Some(status) = program.try_wait()? {
            ensure!(status.success(), "NPpvm failed ({status})");
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            program.kill()?;
            program.wait()?;
            bail!("NPpvm does not come to its end");
        }
        sleep(POLL);
    }
}

/// Its output file has a line for each size: bytes, Mbit/s, seconds.
fn figures_in(file: &Path) -> Result<Vec<(u32, f64)>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let figures: Option<Vec<(u32, f64)>> = text.lines().map(figure).collect();
    figures.with_context(|| format!("{} is no output of NetPIPE", file.display()))
}

fn figure(line: &str) -> Option<(u32, f64)> {
    let mut words = line.split_whitespace();
    let bytes = words.next()?.parse().ok()?;
    let seconds: f64 = words.nth(1)?.parse().ok()?;
    Some((bytes, seconds * 1e6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_net_pipe_is_read() {
        let (bytes, us) = figure("    8195 2237.065472   0.00002795").unwrap();
        assert_eq!(bytes, 8195);
        assert!((us - 27.95).abs() < 1e-9);
        assert_eq!(figure("8195 1"), None);
    }
}
