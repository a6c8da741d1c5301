//! What came out, for docs/performance.md: the tables between its markers, and the figure.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::operation::TARGET_SIZE;
use crate::plot;
use crate::report::{Ratio, Report, Row, Verdict};

const BEGIN: &str = if cfg!(feature = "avx2") {
    "<!-- Written by `cargo xtask bench --avx2 --write-docs`: from here -->\n"
} else {
    "<!-- Written by `cargo xtask bench --write-docs`: from here -->\n"
};
const END: &str = "<!-- to here -->\n";

/// Put the tables where they belong in `docs`, and, unless it is about AVX2 alone, the figure.
///
/// # Errors
/// If a file is not there or cannot be written, or the page has no place for the tables.
pub fn write(report: &Report, docs: &Path) -> Result<()> {
    let path = docs.join("performance.md");
    let page = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let place = page.split_once(BEGIN);
    let place = place.and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = place.context("docs/performance.md has no place for the tables")?;
    let tables = format!(
        "\n{}\n\n{}\n{}\n",
        report.machine,
        messages(report),
        calls(report)
    );
    fs::write(&path, format!("{before}{BEGIN}{tables}{END}{after}"))?;
    if cfg!(feature = "avx2") {
        return Ok(());
    }
    let figures = docs.join("figures");
    fs::create_dir_all(&figures)?;
    Ok(fs::write(
        figures.join("throughput.svg"),
        plot::throughput(report),
    )?)
}

/// Operations on messages of several sizes, a line each.
fn messages(report: &Report) -> String {
    let mut table =
        "| operation | 64 B | 4 KiB | 1 MiB | cycles per byte | ratio | best peer | target |\n\
        |---|---|---|---|---|---|---|---|\n"
            .to_owned();
    let at_4_kib = report.rows.iter().filter(|row| row.size == TARGET_SIZE);
    for row in at_4_kib {
        let of_size = |size| {
            report
                .rows
                .iter()
                .find(|other| other.operation == row.operation && other.size == size)
        };
        let speed =
            |size| of_size(size).map_or_else(String::new, |row| rounded(row.ours().mb_per_s));
        let target =
            of_size(64).and_then(|small| small.target.as_ref().map(|target| (small, target)));
        let target = row.target.as_ref().map(shown).or_else(|| {
            target.map(|(small, target)| format!("{} at {} B", shown(target), small.size))
        });
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {:.2} | {} | {} |",
            row.operation,
            speed(64),
            speed(TARGET_SIZE),
            speed(1 << 20),
            report.machine.clock_ghz * 1e3 / row.ours().mb_per_s,
            best(row),
            target.unwrap_or_default()
        );
    }
    table
}

/// Operations whose size says nothing.
fn calls(report: &Report) -> String {
    let mut table =
        "| operation | us | ratio | best peer | target |\n|---|---|---|---|---|\n".to_owned();
    for row in report.rows.iter().filter(|row| row.size < 64) {
        let _ = writeln!(
            table,
            "| {} | {:.1} | {} | {} |",
            row.operation,
            row.ours().ns.median / 1e3,
            best(row),
            row.target.as_ref().map(shown).unwrap_or_default()
        );
    }
    table
}

/// Ratio and peer, two cells.
fn best(row: &Row) -> String {
    let shown = |Ratio { peer, ratio }: &Ratio| format!("{ratio} | {peer}");
    row.best.as_ref().map_or_else(|| " | ".to_owned(), shown)
}

fn shown(verdict: &Verdict) -> String {
    format!(
        "{}: {:.2} of {:.2} x {}",
        if verdict.met { "met" } else { "**not met**" },
        verdict.ratio.ratio.median,
        verdict.at_least,
        verdict.ratio.peer
    )
}

/// Three digits.
fn rounded(number: f64) -> String {
    let places = (2.0 - number.log10().floor()).clamp(0.0, 2.0) as usize;
    format!("{number:.places$}")
}
