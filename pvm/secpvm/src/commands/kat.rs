//! `secpvm kat`: known answers, against this implementation or another one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _, stderr};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use secpvm_vectors::program::{Opinion, Program};
use secpvm_vectors::{Case, File, core, embedded};
use serde::Serialize;

use crate::output;

const SERVE: &str = include_str!("../../../../vectors/peers/serve.py");

/// Implementations that come with this command, as programs in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    /// OpenSSL's libcrypto
    Openssl,
    /// libgcrypt
    Gcrypt,
    /// Botan 2
    Botan,
    /// Python's hashlib, hmac and integers, and PyPI's cryptography
    Python,
}

impl Peer {
    /// The program, to be run by `python3 -c`.
    fn program(self) -> String {
        let peer = match self {
            Self::Openssl => include_str!("../../../../vectors/peers/openssl.py"),
            Self::Gcrypt => include_str!("../../../../vectors/peers/gcrypt.py"),
            Self::Botan => include_str!("../../../../vectors/peers/botan.py"),
            Self::Python => include_str!("../../../../vectors/peers/python.py"),
        };
        format!("{SERVE}\n{peer}")
    }
}

/// Check known answers: this implementation's, or another one's
///
/// A line for each algorithm says how many passed; the status is 0 if all did. The schema of the files,
/// and the protocol that a program speaks, are in vectors/README.md of the sources.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  secpvm kat                                  all of this project's known answers
  secpvm kat --against openssl                the same, by OpenSSL
  secpvm kat --program 'java MyCipher' vectors/cipher/aes-nist.json")]
pub struct Options {
    /// Files of known answers; all of this project's, if none is named
    files: Vec<PathBuf>,

    /// Check another implementation; needs python3, and for `python` its package cryptography
    #[arg(long, value_name = "PEER", conflicts_with = "program")]
    against: Option<Peer>,

    /// Check a program that answers requests on its standard input
    #[arg(long, value_name = "COMMAND")]
    program: Option<String>,

    /// The report as JSON
    #[arg(long)]
    json: bool,
}

/// Who answers.
enum Implementation {
    Core,
    Program { name: String, program: Program },
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tally {
    passed: usize,
    failed: usize,
    not_covered: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failed {
    file: String,
    tc_id: u64,
    algorithm: String,
    reason: String,
}

#[derive(Serialize)]
struct Report {
    implementation: String,
    #[serde(flatten)]
    total: Tally,
    algorithms: BTreeMap<String, Tally>,
    failures: Vec<Failed>,
}

/// Run the cases; the status is 0 if every one passed.
///
/// # Errors
/// If a file cannot be read or holds no known answers, or the program does not answer. Nothing is
/// reported then.
pub fn run(options: &Options) -> Result<u8> {
    let files = read(&options.files)?;
    let mut implementation = Implementation::start(options)?;
    let total = files.iter().flat_map(File::cases).count();
    let mut report = Report {
        implementation: implementation.name(),
        total: Tally::default(),
        algorithms: BTreeMap::new(),
        failures: Vec::new(),
    };
    let terminal = stderr().is_terminal();
    for (number, case) in files.iter().flat_map(File::cases).enumerate() {
        if terminal && number % 64 == 0 {
            // A terminal that is gone is no reason to stop.
            let _ = write!(stderr(), "\r{number}/{total} {:<40}", case.algorithm());
        }
        report.add(&case, implementation.opinion(&case)?);
    }
    if terminal {
        let _ = write!(stderr(), "\r{:60}\r", "");
    }
    output::show(&report.text(options.json)?)?;
    ensure!(
        report.total.passed > 0,
        "{} has none of these algorithms",
        report.implementation
    );
    Ok(u8::from(report.total.failed > 0))
}

fn read(paths: &[PathBuf]) -> Result<Vec<File>> {
    if paths.is_empty() {
        return embedded()
            .map(|(path, text)| Ok(File::parse(path, text)?))
            .collect();
    }
    let files = paths.iter().map(|path| {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        Ok(File::parse(&shown, &text)?)
    });
    files.collect()
}

impl Implementation {
    fn start(options: &Options) -> Result<Self> {
        let (name, mut command) = match (&options.program, options.against) {
            (None, None) => return Ok(Self::Core),
            (Some(line), _) => {
                let mut command = Command::new("sh");
                command.args(["-c", line]);
                (line.clone(), command)
            }
            (None, Some(peer)) => {
                let mut command = Command::new("python3");
                command.arg("-c").arg(peer.program());
                (format!("{peer:?}").to_lowercase(), command)
            }
        };
        match Program::start(&mut command) {
            Ok(program) => Ok(Self::Program { name, program }),
            Err(failure) => bail!(failure),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Core => "secpvm".to_owned(),
            Self::Program { name, .. } => name.clone(),
        }
    }

    fn opinion(&mut self, case: &Case) -> Result<Opinion> {
        match self {
            Self::Core => {
                Ok(core::check(case).map_or_else(Opinion::Disagrees, |()| Opinion::Agrees))
            }
            Self::Program { name, program } => {
                let label = || format!("{name}: {}, test {}", case.path(), case.tc_id());
                program
                    .opinion(case)
                    .map_err(anyhow::Error::msg)
                    .with_context(label)
            }
        }
    }
}

impl Report {
    fn add(&mut self, case: &Case, opinion: Opinion) {
        let row = self
            .algorithms
            .entry(case.algorithm().to_owned())
            .or_default();
        for tally in [row, &mut self.total] {
            match opinion {
                Opinion::Agrees => tally.passed += 1,
                Opinion::Disagrees(_) => tally.failed += 1,
                Opinion::Unable => tally.not_covered += 1,
            }
        }
        if let Opinion::Disagrees(reason) = opinion {
            self.failures.push(Failed {
                file: case.path().to_owned(),
                tc_id: case.tc_id(),
                algorithm: case.algorithm().to_owned(),
                reason,
            });
        }
    }

    fn text(&self, json: bool) -> Result<String> {
        if json {
            return Ok(serde_json::to_string_pretty(self)? + "\n");
        }
        let mut out = String::new();
        for Failed {
            file,
            tc_id,
            algorithm,
            reason,
        } in &self.failures
        {
            writeln!(out, "{file}: {algorithm}, test {tc_id}: {reason}")?;
        }
        for (algorithm, tally) in &self.algorithms {
            writeln!(out, "{algorithm:<32} {tally}")?;
        }
        writeln!(out, "{:<32} {}", self.implementation, self.total)?;
        Ok(out)
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>5} passed {:>4} failed", self.passed, self.failed)?;
        if self.not_covered > 0 {
            write!(f, " {:>5} not covered", self.not_covered)?;
        }
        Ok(())
    }
}
