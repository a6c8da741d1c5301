//! `secpvm doctor`: what would keep a secured machine from starting, and how to mend it.

mod here;
mod host;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use crate::output;

/// Find what would keep a secured machine from starting, and say how to mend it
///
/// Looks at this host, and through the remote shell (`PVM_RSH`, ssh by default) at each HOST. The
/// status is 1 if anything is bad.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  secpvm doctor                  this host
  secpvm doctor host2 host3      also whether these could be added")]
pub struct Options {
    /// Hosts that are to be added
    #[arg(value_parser = host_name)]
    hosts: Vec<String>,

    /// The findings as JSON
    #[arg(long)]
    json: bool,
}

/// A name that begins with a dash would be an option of the remote shell.
fn host_name(word: &str) -> Result<String, &'static str> {
    if word.is_empty() || word.starts_with('-') {
        return Err("no name of a host");
    }
    Ok(word.to_owned())
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    check: String,
    verdict: Verdict,
    /// What is there, in one line.
    found: String,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Good,
    /// A machine starts, but something may not be as expected.
    Doubtful,
    /// No machine starts, or a host can't be added.
    Bad,
}

impl Finding {
    fn good(check: &str, found: impl Into<String>) -> Self {
        Self::new(check, Verdict::Good, found, None)
    }

    fn doubtful(check: &str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::new(check, Verdict::Doubtful, found, Some(mend.into()))
    }

    fn bad(check: &str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::new(check, Verdict::Bad, found, Some(mend.into()))
    }

    fn new(check: &str, verdict: Verdict, found: impl Into<String>, mend: Option<String>) -> Self {
        Self {
            check: check.to_owned(),
            verdict,
            found: found.into(),
            mend,
        }
    }

    /// A line, and another one if something is to be done.
    fn text(&self, colour: bool) -> String {
        let (word, code) = match self.verdict {
            Verdict::Good => ("good", "32"),
            Verdict::Doubtful => ("doubtful", "33"),
            Verdict::Bad => ("bad", "31"),
        };
        let word = format!("{word:<9}");
        let word = if colour {
            format!("\x1b[{code}m{word}\x1b[0m")
        } else {
            word
        };
        let found = format!("{word} {:<18} {}\n", self.check, self.found);
        match &self.mend {
            Some(mend) => format!("{found}{:<28} -> {mend}\n", ""),
            None => found,
        }
    }
}

/// Look at this host, and then at each of those named. Returns 0, or 1 if anything is bad.
///
/// # Errors
/// The report can't be written.
pub fn run(options: &Options) -> Result<u8> {
    let mut findings = here::examine();
    for name in &options.hosts {
        findings.extend(host::examine(name));
    }
    let text = if options.json {
        serde_json::to_string_pretty(&findings)? + "\n"
    } else {
        let colour = output::has_colours();
        findings
            .iter()
            .map(|finding| finding.text(colour))
            .collect()
    };
    output::show(&text)?;
    let bad = findings
        .iter()
        .any(|finding| finding.verdict == Verdict::Bad);
    Ok(u8::from(bad))
}
