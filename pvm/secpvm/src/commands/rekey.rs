//! `secpvm rekey`: new keys for the whole machine, while its programs run.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use crate::daemon::{self, Files, State};
use crate::output::show;
use crate::service::{self, Kind};
use crate::suite;

const INTERVAL: Duration = Duration::from_millis(50);

/// Have all hosts change to new keys, while programs run
///
/// Any host of the machine will do. The keys of the next epoch are drawn afresh, and handed to each
/// host under a key of its own. The status is 0 when this host seals with them. Keys also change by
/// themselves: at the limits of --rekey-after-..., and when a host leaves.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  secpvm rekey                   prints: epoch 1
  secpvm rekey --json            prints: {\"before\":0,\"epoch\":1}")]
pub struct Options {
    /// As JSON: the epoch before, and the new one
    #[arg(long)]
    json: bool,

    /// How long to wait. A change waits until the last one is complete, which takes 12 seconds, and
    /// until no hosts are being added
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Report {
    /// The epoch that this host sealed in.
    before: u32,
    /// The one that it seals in now.
    epoch: u32,
}

/// Where the daemon stands.
#[derive(Debug, PartialEq, Eq)]
struct Look {
    epoch: u32,
    waits: Waits,
}

/// What a change of epoch waits for: `enum group_wait` of `pvm/patch/group.h`.
#[derive(Debug, PartialEq, Eq)]
enum Waits {
    Nothing,
    LastChange,
    Addition,
    Leader,
}

/// Ask for another epoch, and wait until this host seals in it.
///
/// # Errors
/// No secured pvmd of this user runs here; the epoch has not changed in time.
pub fn run(options: &Options) -> Result<u8> {
    let files = Files::of_this_user();
    match daemon::state(&files)? {
        State::Secured { suite, .. } if suite.as_deref().is_some_and(suite::is_of_1997) => {
            bail!("a machine of classic-1997 has one key for the whole of its life")
        }
        State::Secured { .. } => {}
        State::Plain { pid } => bail!("your pvmd here (process {pid}) is a plain one: no keys"),
        State::Down => bail!("no machine of yours is running on this host"),
    }
    let report = rekey(&files.service(), Duration::from_secs(options.timeout))?;
    let text = if options.json {
        serde_json::to_string(&report)?
    } else {
        format!("epoch {}", report.epoch)
    };
    show(&(text + "\n"))?;
    Ok(0)
}

fn rekey(service: &Path, timeout: Duration) -> Result<Report> {
    // A wait without an end in sight has none.
    let end = Instant::now().checked_add(timeout);
    let before = Look::parse(&service::ask(service, Kind::BeginRekeying)?)?.epoch;
    loop {
        let look = Look::parse(&service::ask(service, Kind::LookAtRekeying)?)?;
        if look.epoch != before {
            let epoch = look.epoch;
            return Ok(Report { before, epoch });
        }
        if end.is_some_and(|end| Instant::now() >= end) {
            bail!(
                "still epoch {before} after {} s, because {}",
                timeout.as_secs(),
                look.waits.reason()
            );
        }
        sleep(INTERVAL);
    }
}

impl Look {
    fn parse(result: &[u8]) -> Result<Self> {
        let (epoch, waits) = result
            .split_first_chunk()
            .context("the daemon is of another version of secpvm")?;
        Ok(Self {
            epoch: u32::from_be_bytes(*epoch),
            waits: match waits {
                [0] => Waits::Nothing,
                [1] => Waits::LastChange,
                [2] => Waits::Addition,
                [3] => Waits::Leader,
                _ => bail!("the daemon is of another version of secpvm"),
            },
        })
    }
}

impl Waits {
    fn reason(&self) -> &'static str {
        match self {
            Self::Nothing => "the new one has been offered, and not every host has answered",
            Self::LastChange => "the last change of keys is not complete; it will follow",
            Self::Addition => "hosts are being added; it will follow",
            Self::Leader => "the first host's daemon does not answer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemons_answer_is_read() {
        let look = Look::parse(&[0, 0, 1, 2, 2]).unwrap();
        assert_eq!((look.epoch, look.waits), (258, Waits::Addition));
        for wrong in [&[][..], &[0, 0, 1], &[0, 0, 1, 2], &[0, 0, 1, 2, 9]] {
            assert!(Look::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
