//! What the demo found, as data and as text.

use std::fmt;

use serde::Serialize;

/// Everything, in the shape that `--json` prints.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Number of hosts of each machine.
    pub hosts: u8,
    /// Stock PVM.
    pub plain: Plain,
    /// Secured PVM.
    pub secured: Secured,
    /// How long a message and its answer of 4 bytes take.
    pub round_trip_us: Vec<RoundTrip>,
    /// What the stock program `timing` says of itself; in the text only.
    #[serde(skip)]
    pub timing: Timing,
    /// The suite of the secured machine; in the text only.
    #[serde(skip)]
    pub suite: &'static str,
}

/// What became of the plain machine.
#[derive(Debug, Serialize)]
pub struct Plain {
    /// Captured packets in which a string sent by a program could be read.
    pub clear_on_wire: usize,
    /// One datagram from a third host, with the master's source address, ended the slave.
    pub forged_fin_killed_slave: bool,
}

/// What became of the secured machine.
#[derive(Debug, Serialize)]
pub struct Secured {
    /// As for the plain machine.
    pub clear_on_wire: usize,
    /// Forged datagrams that the slave dropped, as its log counts them.
    pub forged_dropped: u64,
    /// Captured and re-sent datagrams that the slave dropped.
    pub replayed_dropped: u64,
    /// The slave runs afterwards, and a program on it comes to its right result.
    pub slave_alive: bool,
}

/// Medians of one message size.
#[derive(Debug, Serialize)]
pub struct RoundTrip {
    /// Length of the message.
    pub bytes: u32,
    /// Through stock daemons, in microseconds.
    pub plain: f64,
    /// Through secured daemons, in microseconds.
    pub secured: f64,
    /// secured / plain.
    pub ratio: f64,
}

/// Averages that `timing` prints for its largest message, in microseconds.
#[derive(Debug)]
pub struct Timing {
    /// In the plain machine: over direct TCP between the tasks, in clear.
    pub plain: u64,
    /// In the secured machine: through the daemons, sealed.
    pub secured: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plain, secured) = (&self.plain, &self.secured);
        writeln!(
            f,
            "{} hosts, stock PVM; secured: {}",
            self.hosts, self.suite
        )?;
        writeln!(f)?;
        writeln!(f, "{:<44}{:>14}{:>22}", "", "plain", "secured")?;
        let mut row = |what: &str, plain: String, secured: String| {
            writeln!(f, "{what:<44}{plain:>14}{secured:>22}")
        };
        row(
            "packets with readable text on the wire",
            plain.clear_on_wire.to_string(),
            secured.clear_on_wire.to_string(),
        )?;
        let died = if plain.forged_fin_killed_slave {
            "slave dead"
        } else {
            "slave alive"
        };
        row(
            "forged datagrams from a third host",
            died.to_owned(),
            format!("{} dropped", secured.forged_dropped),
        )?;
        row(
            "replayed datagrams",
            "-".to_owned(),
            format!("{} dropped", secured.replayed_dropped),
        )?;
        let alive = if secured.slave_alive {
            "slave runs on"
        } else {
            "slave dead"
        };
        row("after the attack", died.to_owned(), alive.to_owned())?;
        writeln!(f)?;
        writeln!(
            f,
            "{:<30}{:>14}{:>14}{:>14}",
            "round trip through the daemons", "plain us", "secured us", "ratio"
        )?;
        for size in &self.round_trip_us {
            writeln!(
                f,
                "{:>24} bytes{:>14.1}{:>14.1}{:>14.2}",
                size.bytes, size.plain, size.secured, size.ratio
            )?;
        }
        writeln!(f)?;
        writeln!(
            f,
            "/usr/bin/timing, 1 MB: {} us plain (direct TCP, in clear), {} us secured (through the daemons, sealed)",
            self.timing.plain, self.timing.secured
        )
    }
}
