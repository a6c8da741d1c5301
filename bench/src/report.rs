//! What came out, as data and as a table.

use std::fmt::Write as _;
use std::io::IsTerminal;

use serde::Serialize;

use crate::machine::Machine;
use crate::measure::{Effort, Spread};
use crate::operation::{Operation, US};

#[derive(Serialize)]
pub struct Report {
    pub machine: Machine,
    pub effort: Effort,
    pub rows: Vec<Row>,
}

/// An operation on messages of one size.
#[derive(Serialize)]
pub struct Row {
    pub operation: &'static str,
    pub size: usize,
    pub messages: usize,
    /// Ours first.
    pub contestants: Vec<Result>,
    /// How much faster we are than the fastest other library.
    pub best: Option<Ratio>,
    pub target: Option<Verdict>,
}

#[derive(Serialize)]
pub struct Result {
    pub library: &'static str,
    pub ns: Spread,
    pub mb_per_s: f64,
}

/// Time of a peer divided by ours: more than 1, and we are faster.
#[derive(Serialize)]
pub struct Ratio {
    pub peer: &'static str,
    pub ratio: Spread,
}

#[derive(Serialize)]
pub struct Verdict {
    pub at_least: f64,
    #[serde(flatten)]
    pub ratio: Ratio,
    pub met: bool,
}

impl Row {
    /// From the times of each contestant, by rounds.
    pub fn new(
        operation: &Operation,
        size: usize,
        libraries: &[&'static str],
        times: &[Vec<f64>],
    ) -> Self {
        let bytes = (size * operation.messages) as f64;
        let contestants = libraries.iter().zip(times).map(|(library, times)| {
            let ns = Spread::of(times.iter().copied());
            Result {
                library,
                ns,
                mb_per_s: bytes / ns.median * 1e3,
            }
        });
        let against = |peers: &dyn Fn(&str) -> bool| ratio_to_best(libraries, times, peers);
        let target = operation.target.filter(|target| target.size == size);
        Self {
            operation: operation.name,
            size,
            messages: operation.messages,
            contestants: contestants.collect(),
            best: against(&|library| !library.starts_with(US)),
            target: target.and_then(|target| {
                let ratio = against(&|library| target.peers.contains(&library))?;
                Some(Verdict {
                    at_least: target.at_least,
                    met: ratio.ratio.median >= target.at_least,
                    ratio,
                })
            }),
        }
    }

    pub fn ours(&self) -> &Result {
        &self.contestants[0]
    }
}

/// Against the peer with the least median: the ratios of each round, and their spread.
fn ratio_to_best(
    libraries: &[&'static str],
    times: &[Vec<f64>],
    is_peer: &dyn Fn(&str) -> bool,
) -> Option<Ratio> {
    let median = |times: &Vec<f64>| Spread::of(times.iter().copied()).median;
    let (peer, theirs) = libraries
        .iter()
        .zip(times)
        .filter(|(library, _)| is_peer(library))
        .min_by(|(_, a), (_, b)| median(a).total_cmp(&median(b)))?;
    let rounds = theirs.iter().zip(&times[0]);
    Some(Ratio {
        peer,
        ratio: Spread::of(rounds.map(|(theirs, ours)| theirs / ours)),
    })
}

impl Report {
    pub fn unmet(&self) -> usize {
        let verdicts = self.rows.iter().filter_map(|row| row.target.as_ref());
        verdicts.filter(|verdict| !verdict.met).count()
    }

    /// For a terminal: colour is for those who see it.
    pub fn table(&self) -> String {
        let colour = std::io::stdout().is_terminal();
        let mut table = format!("{}\n\n", self.machine);
        let _ = writeln!(
            table,
            "{:<40} {:>8} {:>10} {:>18}  {:<24} target",
            "operation", "bytes", "MB/s", "ratio (quartiles)", "best peer"
        );
        for row in &self.rows {
            let _ = write!(
                table,
                "{:<40} {:>8} ",
                row.operation,
                row.size * row.messages
            );
            let _ = write!(table, "{:>10.1} ", row.ours().mb_per_s);
            let (ratio, peer) = row
                .best
                .as_ref()
                .map_or_else(Default::default, |best| (best.ratio.to_string(), best.peer));
            let _ = write!(table, "{ratio:>18}  {peer:<24} ");
            let _ = match &row.target {
                Some(verdict) => writeln!(table, "{}", verdict.shown(colour)),
                None => writeln!(table),
            };
        }
        let _ = writeln!(table, "\n{} targets not met", self.unmet());
        table
    }
}

impl Verdict {
    fn shown(&self, colour: bool) -> String {
        let (word, number) = if self.met {
            ("met", 32)
        } else {
            ("NOT MET", 31)
        };
        let (on, off) = if colour {
            (format!("\x1b[{number}m"), "\x1b[0m")
        } else {
            (String::new(), "")
        };
        format!(
            "{on}{word}{off}: {:.2} of {:.2} x {}",
            self.ratio.ratio.median, self.at_least, self.ratio.peer
        )
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} ({:.2}-{:.2})", self.median, self.q1, self.q3)
    }
}
