//! The figure: throughput against the size of a message, both on logarithmic axes.

use std::fmt::Write as _;

use crate::operation::{SIZES, US};
use crate::report::{Report, Row};

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 520.0;
/// Where the axes stand, from the left, the top and so on.
const LEFT: f64 = 70.0;
const TOP: f64 = 50.0;
const RIGHT: f64 = 190.0;
const BOTTOM: f64 = 60.0;

/// The decades of throughput, in MB/s.
const SPEEDS: std::ops::RangeInclusive<i32> = 1..=5;

/// Operations that are drawn, and colours that are told apart on white and on black.
const LINES: [(&str, &str); 8] = [
    ("aes-256-gcm", "#e4572e"),
    ("chacha20-poly1305", "#b07aa1"),
    ("rc4", "#4e9f3d"),
    ("md5", "#3a86c8"),
    ("des-ctr", "#d4a017"),
    ("3des-ctr", "#a0522d"),
    ("idea-ctr", "#1b9e9e"),
    ("blowfish-ctr", "#8d8d8d"),
];

/// An SVG; text and axes follow the reader's preference for light or dark.
pub fn throughput(report: &Report) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <style>\n\
         text {{ fill: #24292f }} .axis {{ stroke: #24292f }} .grid {{ stroke: #d0d7de }} .ground {{ fill: #ffffff }}\n\
         @media (prefers-color-scheme: dark) {{\n\
         text {{ fill: #e6edf3 }} .axis {{ stroke: #e6edf3 }} .grid {{ stroke: #3d444d }} .ground {{ fill: #0d1117 }}\n\
         }}\n\
         </style>\n\
         <rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n\
         <text x=\"{LEFT}\" y=\"22\" font-size=\"16\">Throughput of one core against the size of a message</text>\n\
         <text x=\"{LEFT}\" y=\"40\">solid: secpvm; dashed: the fastest other library in the same run</text>\n"
    );
    axes(&mut svg);
    let mut labels = Vec::new();
    for (operation, colour) in LINES {
        let rows: Vec<&Row> = report
            .rows
            .iter()
            .filter(|row| row.operation == operation)
            .collect();
        let ours = rows.iter().map(|row| (row.size, row.ours().mb_per_s));
        line(&mut svg, colour, "", ours);
        let best = rows
            .iter()
            .filter_map(|row| Some((row.size, best_peer(row)?)));
        line(
            &mut svg,
            colour,
            " stroke-dasharray=\"5 4\" stroke-opacity=\"0.7\"",
            best,
        );
        if let Some(speed) = rows.last().map(|row| row.ours().mb_per_s) {
            labels.push((y(speed), operation, colour));
        }
    }
    put(&mut svg, labels);
    svg + "</svg>\n"
}

fn best_peer(row: &Row) -> Option<f64> {
    let peers = row
        .contestants
        .iter()
        .filter(|one| !one.library.starts_with(US));
    peers.map(|peer| peer.mb_per_s).max_by(f64::total_cmp)
}

fn axes(svg: &mut String) {
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    for decade in SPEEDS {
        let at = y(10_f64.powi(decade));
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>"
        );
        let text = 10_u32.pow(decade.unsigned_abs());
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
            LEFT - 8.0,
            at + 4.0
        );
    }
    for size in SIZES {
        let at = x(size);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>"
        );
        let text = match size {
            1_048_576 => "1 MiB".to_owned(),
            1024.. => format!("{} KiB", size / 1024),
            _ => format!("{size} B"),
        };
        let _ = writeln!(
            svg,
            "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>",
            bottom + 20.0
        );
    }
    let _ = writeln!(
        svg,
        "<path class=\"axis\" fill=\"none\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>\n\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">bytes of a message</text>\n\
         <text transform=\"translate(18 {}) rotate(-90)\" text-anchor=\"middle\">MB/s</text>",
        (LEFT + right) / 2.0,
        bottom + 42.0,
        (TOP + bottom) / 2.0
    );
}

fn line(svg: &mut String, colour: &str, style: &str, points: impl Iterator<Item = (usize, f64)>) {
    let points: Vec<String> = points
        .map(|(size, speed)| format!("{:.1},{:.1}", x(size), y(speed)))
        .collect();
    let _ = writeln!(
        svg,
        "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\"{style} points=\"{}\"/>",
        points.join(" ")
    );
}

/// Names beside the ends of their lines, pushed down where they would cover each other.
fn put(svg: &mut String, mut labels: Vec<(f64, &str, &str)>) {
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut least = TOP;
    for (at, name, colour) in labels {
        let at = at.max(least);
        least = at + 16.0;
        let left = WIDTH - RIGHT + 8.0;
        let _ = writeln!(
            svg,
            "<rect x=\"{left}\" y=\"{:.1}\" width=\"10\" height=\"10\" fill=\"{colour}\"/>\n\
             <text x=\"{}\" y=\"{:.1}\">{name}</text>",
            at - 5.0,
            left + 16.0,
            at + 4.0
        );
    }
}

fn x(size: usize) -> f64 {
    let (first, last) = (SIZES[0] as f64, SIZES[SIZES.len() - 1] as f64);
    LEFT + (WIDTH - LEFT - RIGHT) * (size as f64 / first).ln() / (last / first).ln()
}

fn y(mb_per_s: f64) -> f64 {
    let decades = f64::from(SPEEDS.end() - SPEEDS.start());
    let above = (mb_per_s.log10() - f64::from(*SPEEDS.start())) / decades;
    HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * above
}
