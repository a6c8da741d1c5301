//! The drawings in docs/figures/.

use super::chart::{Axis, Chart, Line};
use super::paper;
use super::report::Run;
use super::throughput::TABLE_SIZES;
use super::turns::{Point, Series};

/// Colours that are told apart on white and on black.
const COLOURS: [(&str, &str); 11] = [
    ("plain", "#8d8d8d"),
    ("secured", "#e4572e"),
    ("sealed from task to task", "#3a86c8"),
    ("aes-256-gcm", "#e4572e"),
    ("chacha20-poly1305", "#b07aa1"),
    ("rc4+keyed-md5", "#4e9f3d"),
    ("keyed-md5", "#3a86c8"),
    ("des-ctr+keyed-md5", "#d4a017"),
    ("3des-ctr+keyed-md5", "#a0522d"),
    ("idea-ctr+keyed-md5", "#1b9e9e"),
    ("hmac-sha256", "#6a4fbf"),
];

/// Every drawing, with the name of its file.
pub fn all(run: &Run) -> [(&'static str, Chart); 4] {
    [
        ("start-up.svg", start_up(run)),
        ("pvm-throughput.svg", throughput(run)),
        ("pvm-ratios.svg", ratios(run)),
        ("netpipe.svg", net_pipe(run)),
    ]
}

/// Figure 4.1.
fn start_up(run: &Run) -> Chart {
    let slowest = run
        .start_up
        .iter()
        .flat_map(|series| &series.points)
        .map(|point| point.us.q3 / 1e3)
        .fold(0.0, f64::max);
    Chart {
        title: "Time to start 1 to 8 slaves (Figure 4.1)",
        legend: "medians, on one core; secured: aes-256-gcm",
        x: Axis {
            name: "slaves started at the same time",
            logarithmic: false,
            ticks: (0..=8).map(f64::from).collect(),
        },
        y: Axis {
            name: "ms",
            logarithmic: false,
            ticks: (0..=10)
                .map(|tick| f64::from(tick) * (slowest / 10.0).ceil())
                .collect(),
        },
        lines: lines(&run.start_up, |point| point.us.median / 1e3),
    }
}

/// Figure 4.2. As there, a message goes there and back, and half the time counts.
fn throughput(run: &Run) -> Chart {
    Chart {
        title: "Throughput between two hosts (Figure 4.2)",
        legend: "through the daemons, on one core; medians",
        x: bytes([128.0, 256.0, 512.0, 1024.0, 2048.0, 4096.0]),
        y: Axis {
            name: "MB/s",
            logarithmic: true,
            ticks: vec![1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0],
        },
        lines: lines(&run.throughput.echo, |point| {
            2.0 * f64::from(point.x) / point.us.median
        }),
    }
}

/// The report's table, as ratios to plain PVM: only those can be compared.
fn ratios(run: &Run) -> Chart {
    let mut lines = lines(&run.throughput.answer[1..], |point| point.ratio.median);
    lines.extend(paper::TABLE[1..].iter().map(|column| {
        Line {
            name: Some(format!("1997: {}", column.name)),
            colour: colour(column.suite),
            dashed: true,
            points: TABLE_SIZES
                .into_iter()
                .map(f64::from)
                .zip(column.ratios())
                .collect(),
        }
    }));
    Chart {
        title: "Time of a message and its answer, divided by plain PVM's",
        legend: "solid: today, on one core; dashed: the report's table",
        x: bytes(TABLE_SIZES.map(f64::from)),
        y: Axis {
            name: "secured / plain",
            logarithmic: true,
            ticks: vec![0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0],
        },
        lines,
    }
}

fn net_pipe(run: &Run) -> Chart {
    Chart {
        title: "NetPIPE between two hosts",
        legend: "medians, on one core; plain: direct route, in clear; secured: aes-256-gcm",
        x: bytes([1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6]),
        y: Axis {
            name: "Mbit/s",
            logarithmic: true,
            ticks: vec![0.1, 1.0, 10.0, 100.0, 1e3, 1e4],
        },
        lines: lines(&run.net_pipe, |point| {
            8.0 * f64::from(point.x) / point.us.median
        }),
    }
}

fn bytes(ticks: impl Into<Vec<f64>>) -> Axis {
    Axis {
        name: "bytes of a message",
        logarithmic: true,
        ticks: ticks.into(),
    }
}

fn lines(series: &[Series], y: impl Fn(&Point) -> f64) -> Vec<Line> {
    let line = |one: &Series| Line {
        name: Some(one.name.clone()),
        colour: colour(&one.name),
        dashed: false,
        points: one
            .points
            .iter()
            .map(|point| (f64::from(point.x), y(point)))
            .collect(),
    };
    series.iter().map(line).collect()
}

fn colour(name: &str) -> &'static str {
    let known = COLOURS.into_iter().find(|(known, _)| *known == name);
    known.unwrap_or(COLOURS[0]).1
}
