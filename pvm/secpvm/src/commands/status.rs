//! `secpvm status`: what this host's daemon has sealed, opened and rejected.

use std::fmt::Write as _;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::counters::{Counters, Traffic};
use crate::daemon::{self, Files, State};
use crate::output;

const INTERVAL: Duration = Duration::from_secs(1);
/// Clear the screen, and go to its first line.
const CLEAR: &str = "\x1b[2J\x1b[H";

/// Show what this host's daemon has sealed, opened and rejected
#[derive(Debug, Args)]
pub struct Options {
    /// Again every second, until interrupted
    #[arg(long)]
    watch: bool,

    /// As JSON, one line each time
    #[arg(long)]
    json: bool,
}

/// Show it.
///
/// # Errors
/// No secured pvmd of this user runs here.
pub fn run(options: &Options) -> Result<u8> {
    loop {
        let counters = of_running_daemon(&Files::of_this_user())?;
        let text = if options.json {
            serde_json::to_string(&counters)? + "\n"
        } else {
            table(&counters)
        };
        let clear = options.watch && !options.json && output::has_screen();
        let has_reader = output::show(&format!("{}{text}", if clear { CLEAR } else { "" }))?;
        if !has_reader || !options.watch {
            return Ok(0);
        }
        sleep(INTERVAL);
    }
}

fn of_running_daemon(files: &Files) -> Result<Counters> {
    let pid = match daemon::state(files)? {
        State::Secured { pid, .. } => pid,
        State::Plain { pid } => bail!(
            "your pvmd here (process {pid}) is a plain one: nothing is sealed, opened or rejected"
        ),
        State::Down => bail!("no machine of yours is running on this host"),
    };
    let path = files.status();
    let counters = Counters::read(&path).with_context(|| path.display().to_string())?;
    if counters.process != u64::from(pid) {
        bail!("{} is not of process {pid}, which runs now", path.display());
    }
    Ok(counters)
}

fn table(counters: &Counters) -> String {
    let rejected = &counters.rejected;
    let mut text = format!(
        "host {}, process {}, {}, epoch {}, up {}\n\
         rejected: forged {}, replayed {}, stale {}, malformed {}, foreign {}; not sent: {}\n",
        counters.host,
        counters.process,
        counters.suite,
        counters.epoch,
        duration(age(counters.started)),
        rejected.forged,
        rejected.replayed,
        rejected.stale,
        rejected.malformed,
        rejected.foreign,
        counters.unsent
    );
    if counters.peers.is_empty() {
        return text + "no datagram to or from another host yet\n";
    }
    text += "\n host  address                    sealed                  opened\n";
    for peer in &counters.peers {
        let line = writeln!(
            text,
            "{:5}  {:<21} {} {}",
            peer.host,
            peer.address.to_string(),
            traffic(&peer.sealed),
            traffic(&peer.opened)
        );
        line.expect("writing to a String");
    }
    text
}

fn traffic(traffic: &Traffic) -> String {
    format!("{:>10} {:>12}", traffic.datagrams, bytes(traffic.bytes))
}

/// Three digits and a unit, of powers of ten.
fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut unit = 0;
    let mut tenths = count / 100;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

fn age(started: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs().saturating_sub(started))
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_a_unit() {
        for (count, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (12_345, "12.3 kB"),
            (999_999, "999.9 kB"),
            (1_000_000, "1.0 MB"),
            (u64::MAX, "18446.7 PB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn times_have_a_unit() {
        assert_eq!(duration(59), "59 s");
        assert_eq!(duration(60), "1 min");
        assert_eq!(duration(3_661), "1 h 1 min");
    }
}
