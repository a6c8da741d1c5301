//! Where it was measured, and with what.

use std::fmt;
use std::fs;

use serde::Serialize;

use crate::measure::clock_ghz;

#[derive(Serialize)]
pub struct Machine {
    /// Vendor's name, family and model.
    pub cpu: String,
    /// Those instruction sets that core can make use of.
    pub features: Vec<&'static str>,
    pub clock_ghz: f64,
    /// Processes that wanted a CPU over the last minute, and CPUs.
    pub load: String,
    pub cpus: usize,
    pub openssl: &'static str,
    pub botan: String,
}

impl Machine {
    pub fn here() -> Self {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let of = |name: &str| {
            let line = info.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split(": ").nth(1)).unwrap_or("?")
        };
        let flags: Vec<&str> = of("flags").split(' ').collect();
        let known: &[&str] = if cfg!(feature = "avx2") {
            &["avx2", "aes", "sha_ni"]
        } else {
            &[
                "avx2",
                "avx512f",
                "avx512vbmi",
                "aes",
                "vaes",
                "vpclmulqdq",
                "sha_ni",
            ]
        };
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            cpu: format!(
                "{}, family {}, model {}",
                of("model name"),
                of("cpu family"),
                of("model\t")
            ),
            features: known
                .iter()
                .copied()
                .filter(|name| flags.contains(name))
                .collect(),
            clock_ghz: clock_ghz(),
            load: load.split(' ').next().unwrap_or("?").to_owned(),
            cpus: std::thread::available_parallelism().map_or(1, usize::from),
            openssl: openssl::version::version(),
            botan: botan::Version::current().map_or_else(
                |_| "?".to_owned(),
                |version| {
                    format!(
                        "Botan {}.{}.{}",
                        version.major, version.minor, version.patch
                    )
                },
            ),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {:.2} GHz ({}); load {} when it began; {}, {}",
            self.cpu,
            self.clock_ghz,
            self.features.join(" "),
            self.load,
            self.openssl,
            self.botan
        )
    }
}
