//! What it was measured on.

use std::fmt;
use std::fs;

use serde::Serialize;

/// The computer, and how busy it was.
#[derive(Serialize)]
pub struct Computer {
    /// Name, family and model of its processor.
    processor: String,
    /// How many.
    cores: usize,
    /// Processes that wanted a core over the last minute, when it began.
    load: String,
}

impl Computer {
    /// This one.
    pub fn here() -> Self {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let of = |name: &str| {
            let line = info.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split(": ").nth(1)).unwrap_or("?")
        };
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            processor: format!(
                "{}, family {}, model {}",
                of("model name"),
                of("cpu family"),
                of("model\t")
            ),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            load: load.split(' ').next().unwrap_or("?").to_owned(),
        }
    }
}

impl fmt::Display for Computer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}; {} cores, load {} when it began",
            self.processor, self.cores, self.load
        )
    }
}
