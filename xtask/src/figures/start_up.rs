//! Figure 4.1: how long it takes to start one to eight slaves at the same time.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use secpvm::lab::{Lab, Security};
use secpvm_core::suite::Suite;

use super::progress::Progress;
use super::turns::{Series, compare};
use super::{Effort, Labs};
use crate::meter::Meter;

/// How long a deleted host's daemon may take to end.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked for.
const POLL: Duration = Duration::from_millis(2);

/// Start-up is the same with every suite: one stands for all.
const CONTESTANTS: [Security; 2] = [Security::Plain, Security::Secured(Suite::Aes256Gcm)];

/// A machine to which hosts are added, and from which they are deleted again.
struct Machine {
    lab: Lab,
    meter: Meter,
}

/// The time of `pvm_addhosts` with 1, 2, ... hosts, on a plain and a secured machine by turns.
///
/// # Errors
/// A machine does not start, or a host is not added or deleted.
pub fn measure(labs: &Labs, effort: Effort, progress: &Progress) -> Result<Vec<Series>> {
    const WHAT: &str = "start-up of slaves";
    let mut machines = CONTESTANTS
        .iter()
        .map(|&security| Machine::start(labs, effort.slaves_max, security))
        .collect::<Result<Vec<_>>>()?;
    let slaves: Vec<u32> = (1..=u32::from(effort.slaves_max)).collect();
    let figures = compare(
        &CONTESTANTS.map(Security::name),
        &slaves,
        effort.turns,
        &|turn| progress.tell(WHAT, turn, effort.turns),
        |i, slaves| machines[i].add_and_delete(slaves),
    )?;
    for machine in machines {
        machine.meter.finish()?;
    }
    Ok(figures)
}

impl Machine {
    fn start(labs: &Labs, slaves: u8, security: Security) -> Result<Self> {
        let lab = labs.build(slaves + 1)?;
        lab.start_master(security)
            .with_context(|| format!("the machine with {}", security.name()))?;
        let meter = Meter::start(&mut lab.host("host1").command("addhosts"))?;
        Ok(Self { lab, meter })
    }

    fn add_and_delete(&mut self, slaves: u32) -> Result<f64> {
        self.meter.request(&slaves.to_string())?;
        let line = self.meter.answer()?;
        let time = line.split_once(' ').and_then(|(_, time)| time.parse().ok());
        let time = time.with_context(|| format!("addhosts answered {line:?}"))?;
        ensure!(self.meter.answer()? == "deleted", "hosts were not deleted");
        for host in 2..=slaves + 1 {
            self.await_end(&format!("host{host}"))?;
        }
        Ok(time)
    }

    /// A deleted host's daemon runs on for a moment, and none can be started beside it.
    fn await_end(&self, host: &str) -> Result<()> {
        let start = Instant::now();
        while self.lab.host(host).has_address_file() {
            ensure!(
                start.elapsed() < PATIENCE,
                "the daemon of {host} does not end"
            );
            sleep(POLL);
        }
        Ok(())
    }
}
