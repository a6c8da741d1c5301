//! A line chart as SVG; text and axes follow the reader's preference for light or dark.

use std::fmt::Write as _;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 520.0;
/// Where the axes stand, from the left, the top and so on.
const LEFT: f64 = 70.0;
const TOP: f64 = 50.0;
const RIGHT: f64 = 210.0;
const BOTTOM: f64 = 60.0;

/// What is drawn.
pub struct Chart {
    /// Above it.
    pub title: &'static str,
    /// Below the title: what solid and dashed lines are.
    pub legend: &'static str,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// Lines, in the order in which they are drawn.
    pub lines: Vec<Line>,
}

/// An axis, from its first tick to its last.
pub struct Axis {
    /// What it measures.
    pub name: &'static str,
    /// Equal ratios are equally long.
    pub logarithmic: bool,
    /// Where it has marks; two at least.
    pub ticks: Vec<f64>,
}

/// A line.
pub struct Line {
    /// Its name stands beside its end; none without.
    pub name: Option<String>,
    /// As CSS has it.
    pub colour: &'static str,
    /// Or solid.
    pub dashed: bool,
    /// Its corners.
    pub points: Vec<(f64, f64)>,
}

impl Axis {
    /// How far along the axis a value is, from 0 to 1.
    fn place(&self, value: f64) -> f64 {
        let scale = |value: f64| if self.logarithmic { value.ln() } else { value };
        let (first, last) = (self.ticks[0], self.ticks[self.ticks.len() - 1]);
        (scale(value) - scale(first)) / (scale(last) - scale(first))
    }
}

impl Chart {
    /// As the text of a file.
    pub fn svg(&self) -> String {
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
             <style>\n\
             text {{ fill: #24292f }} .axis {{ stroke: #24292f }} .grid {{ stroke: #d0d7de }} .ground {{ fill: #ffffff }}\n\
             @media (prefers-color-scheme: dark) {{\n\
             text {{ fill: #e6edf3 }} .axis {{ stroke: #e6edf3 }} .grid {{ stroke: #3d444d }} .ground {{ fill: #0d1117 }}\n\
             }}\n\
             </style>\n\
             <rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n\
             <text x=\"{LEFT}\" y=\"22\" font-size=\"16\">{}</text>\n\
             <text x=\"{LEFT}\" y=\"40\">{}</text>\n",
            self.title, self.legend
        );
        self.draw_axes(&mut svg);
        for line in &self.lines {
            self.draw(line, &mut svg);
        }
        self.draw_names(&mut svg);
        svg + "</svg>\n"
    }

    fn draw_axes(&self, svg: &mut String) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for &tick in &self.y.ticks {
            let at = self.height(tick);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\n\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
                LEFT - 8.0,
                at + 4.0
            );
        }
        for &tick in &self.x.ticks {
            let at = self.distance(tick);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\n\
                 <text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{tick}</text>",
                bottom + 20.0
            );
        }
        let _ = writeln!(
            svg,
            "<path class=\"axis\" fill=\"none\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>\n\
             <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n\
             <text transform=\"translate(18 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            f64::midpoint(LEFT, right),
            bottom + 42.0,
            self.x.name,
            f64::midpoint(TOP, bottom),
            self.y.name
        );
    }

    fn draw(&self, line: &Line, svg: &mut String) {
        let points: Vec<String> = line
            .points
            .iter()
            .map(|&(x, y)| format!("{:.1},{:.1}", self.distance(x), self.height(y)))
            .collect();
        let style = if line.dashed {
            " stroke-dasharray=\"5 4\" stroke-opacity=\"0.7\""
        } else {
            ""
        };
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"2.5\"{style} points=\"{}\"/>",
            line.colour,
            points.join(" ")
        );
    }

    /// Names beside the ends of their lines, pushed down where they would cover each other.
    fn draw_names(&self, svg: &mut String) {
        let mut names: Vec<(f64, &str, &str)> = Vec::new();
        for line in &self.lines {
            if let (Some(name), Some(&(_, y))) = (&line.name, line.points.last()) {
                names.push((self.height(y), name, line.colour));
            }
        }
        names.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut least = TOP;
        for (at, name, colour) in names {
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

    fn distance(&self, x: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * self.x.place(x)
    }

    fn height(&self, y: f64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * self.y.place(y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_axis_gives_equal_ratios_equal_lengths() {
        let axis = Axis {
            name: "bytes",
            logarithmic: true,
            ticks: vec![1.0, 100.0],
        };
        assert!((axis.place(10.0) - 0.5).abs() < 1e-9);
    }
}
