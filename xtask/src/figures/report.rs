//! What was found, as data, and the targets.

use anyhow::{Result, ensure};
use serde::Serialize;

use super::computer::Computer;
use super::routes::Routes;
use super::throughput::Throughput;
use super::turns::{Point, Series};

/// Everything, in the shape of the JSON.
#[derive(Serialize)]
pub struct Report {
    /// What it was measured on.
    pub computer: Computer,
    /// How many turns each machine had.
    pub turns: usize,
    /// Everything on one core.
    pub pinned: Run,
    /// On all cores.
    pub unpinned: Run,
}

/// One run. The first series of each comparison is plain.
#[derive(Serialize)]
pub struct Run {
    /// Figure 4.1; x is the number of slaves.
    pub start_up: Vec<Series>,
    /// Figure 4.2 and the table; x is the length of a message in bytes.
    pub throughput: Throughput,
    /// The same on other ways.
    pub routes: Routes,
    /// `NetPIPE`; half a round trip.
    pub net_pipe: Vec<Series>,
}

/// A ratio that may not be passed.
pub struct Target {
    /// The suite, or "start-up".
    pub what: &'static str,
    /// Bytes of a message, or slaves.
    pub x: u32,
    /// The most.
    pub at_most: f64,
}

/// Of the series `answer`, and last of `start_up`.
pub const TARGETS: [Target; 16] = [
    target("aes-256-gcm", 1_000_000, 1.10),
    target("chacha20-poly1305", 1_000_000, 1.10),
    target("keyed-md5", 1_000_000, 1.40),
    target("des-ctr+keyed-md5", 1_000_000, 1.70),
    target("idea-ctr+keyed-md5", 1_000_000, 1.90),
    target("rc4+keyed-md5", 1_000_000, 2.00),
    target("3des-ctr+keyed-md5", 1_000_000, 2.30),
    target("aes-256-gcm", 100, 1.10),
    target("chacha20-poly1305", 100, 1.10),
    target("keyed-md5", 100, 1.10),
    target("des-ctr+keyed-md5", 100, 1.50),
    target("idea-ctr+keyed-md5", 100, 1.50),
    target("rc4+keyed-md5", 100, 1.50),
    target("3des-ctr+keyed-md5", 100, 1.50),
    target("hmac-sha256", 100, 1.50),
    target(START_UP, 8, 1.30),
];

/// The target that is no suite.
pub const START_UP: &str = "start-up";

const fn target(what: &'static str, x: u32, at_most: f64) -> Target {
    Target { what, x, at_most }
}

impl Target {
    /// What was measured for it; none in a quick run, perhaps.
    pub fn point<'a>(&self, run: &'a Run) -> Option<&'a Point> {
        let series = if self.what == START_UP {
            run.start_up.last()
        } else {
            let mut answers = run.throughput.answer.iter();
            answers.find(|series| series.name == self.what)
        };
        series?.at(self.x)
    }
}

impl Run {
    /// Every figure is there, and a time.
    ///
    /// # Errors
    /// One is missing.
    pub fn check(&self) -> Result<()> {
        let all = [
            &self.start_up,
            &self.throughput.echo,
            &self.throughput.answer,
            &self.routes.direct,
            &self.routes.same_host,
            &self.net_pipe,
        ];
        for series in all {
            ensure!(series.len() > 1, "nothing is compared");
            for one in series {
                let sound = |point: &Point| point.us.median > 0.0 && point.ratio.median > 0.0;
                ensure!(
                    !one.points.is_empty() && one.points.iter().all(sound),
                    "a figure of {} is missing",
                    one.name
                );
            }
        }
        Ok(())
    }
}
