//! The tables, for a terminal and for docs/figures.md, where they stand between markers.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::report::{Report, Run, TARGETS};
use super::throughput::TABLE_SIZES;
use super::turns::{Point, Series, Spread};
use super::{drawings, paper};

const BEGIN: &str = "<!-- Written by `cargo xtask figures --write-docs`: from here -->\n";
const END: &str = "<!-- to here -->\n";

/// Put the tables and drawings where they belong in `docs`.
///
/// # Errors
/// If a file is not there or cannot be written, or the page has no place for the tables.
pub fn write(report: &Report, docs: &Path) -> Result<()> {
    let path = docs.join("figures.md");
    let page = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let place = page.split_once(BEGIN);
    let place = place.and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = place.context("docs/figures.md has no place for the tables")?;
    let tables = tables(report);
    fs::write(&path, format!("{before}{BEGIN}\n{tables}\n{END}{after}"))?;
    for (name, chart) in drawings::all(&report.pinned) {
        fs::write(docs.join("figures").join(name), chart.svg())?;
    }
    Ok(())
}

/// All tables, in Markdown.
pub fn tables(report: &Report) -> String {
    let (pinned, unpinned) = (&report.pinned, &report.unpinned);
    let mut text = format!(
        "{}; {} turns\n\n### Targets\n\n{}",
        report.computer,
        report.turns,
        targets(pinned, unpinned)
    );
    for (title, of) in COMPARISONS {
        let _ = write!(text, "\n### {title}\n\n");
        text += &comparison(of(pinned), of(unpinned));
    }
    let _ = write!(
        text,
        "\n### The report's table beside ours\n\n{}",
        beside(pinned)
    );
    text
}

/// What a comparison is called, and where it is in a run.
type Comparison = (&'static str, fn(&Run) -> &[Series]);

const COMPARISONS: [Comparison; 6] = [
    ("Figure 4.1: start-up of 1 to 8 slaves, in ms", |run| {
        &run.start_up
    }),
    (
        "Figure 4.2: round trips of 128 bytes to 4 KiB, in us",
        |run| &run.throughput.echo,
    ),
    (
        "The table: a message and its answer of 4 bytes, in us",
        |run| &run.throughput.answer,
    ),
    ("Direct routes, in us", |run| &run.routes.direct),
    ("Tasks on one host, in us", |run| &run.routes.same_host),
    ("NetPIPE, half a round trip, in us", |run| &run.net_pipe),
];

fn targets(pinned: &Run, unpinned: &Run) -> String {
    let mut table =
        "| what | at | ratio | at most | | unpinned |\n|---|---|---|---|---|---|\n".to_owned();
    for target in &TARGETS {
        let Some(point) = target.point(pinned) else {
            continue;
        };
        let met = point.ratio.median <= target.at_most;
        let unpinned = target.point(unpinned);
        let _ = writeln!(
            table,
            "| {} | {} | {} | {:.2} | {} | {} |",
            target.what,
            target.x,
            ratio(&point.ratio),
            target.at_most,
            if met { "met" } else { "**not met**" },
            unpinned.map_or_else(String::new, |point| ratio(&point.ratio))
        );
    }
    table
}

/// A line for each machine, a column for each x: medians and, but for the first line, ratios.
fn comparison(pinned: &[Series], unpinned: &[Series]) -> String {
    let plain = &pinned[0].points;
    let shown: Vec<u32> = plain
        .iter()
        .map(|point| point.x)
        .filter(|&x| is_shown(x, plain))
        .collect();
    let mut table = "| |".to_owned();
    for x in &shown {
        let _ = write!(table, " {x} |");
    }
    let _ = writeln!(table, "\n|---|{}", "---|".repeat(shown.len()));
    for (how, all) in [("", pinned), (", unpinned", unpinned)] {
        for series in all {
            let _ = write!(table, "| {}{how} |", series.name);
            for point in shown.iter().filter_map(|&x| series.at(x)) {
                let _ = write!(table, " {} |", cell(point, series.name != "plain"));
            }
            table.push('\n');
        }
    }
    table
}

/// Of the many sizes of `NetPIPE`, only powers of eight; of others, all.
fn is_shown(x: u32, all: &[Point]) -> bool {
    const MANY: usize = 10;
    all.len() <= MANY || (x.is_power_of_two() && x.trailing_zeros().is_multiple_of(3))
}

fn cell(point: &Point, compared: bool) -> String {
    // Slaves, not bytes.
    let us = if point.x < 10 && point.us.median > 5_000.0 {
        format!("{:.1}", point.us.median / 1e3)
    } else {
        rounded(point.us.median)
    };
    if compared {
        format!("{us}, {}", ratio(&point.ratio))
    } else {
        us
    }
}

/// The median, and the quartiles.
fn ratio(spread: &Spread) -> String {
    format!("{:.2} ({:.2}-{:.2})", spread.median, spread.q1, spread.q3)
}

/// The report's own times and ratios, and ours of the suite that is closest.
fn beside(run: &Run) -> String {
    let mut table = "| | |".to_owned();
    for bytes in TABLE_SIZES {
        let _ = write!(table, " {bytes} B |");
    }
    let _ = writeln!(table, "\n|---|---|{}", "---|".repeat(TABLE_SIZES.len()));
    for column in &paper::TABLE {
        let _ = write!(table, "| {} | 1997 |", column.name);
        for (us, ratio) in column.us.into_iter().zip(column.ratios()) {
            let _ = write!(table, " {us}, {ratio:.2} |");
        }
        let _ = write!(table, "\n| {} | today |", column.suite);
        let mut answers = run.throughput.answer.iter();
        let ours = answers.find(|series| series.name == column.suite);
        for point in ours.into_iter().flat_map(|series| &series.points) {
            let us = rounded(point.us.median);
            let _ = write!(table, " {us}, {:.2} |", point.ratio.median);
        }
        table.push('\n');
    }
    table
}

/// Three digits, or all before the point.
fn rounded(number: f64) -> String {
    match number {
        ..10.0 => format!("{number:.2}"),
        ..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}
