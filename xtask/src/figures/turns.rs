//! Measuring by turns, and what is made of it: medians and quartiles.

use anyhow::Result;
use serde::Serialize;

/// Quartiles.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Spread {
    /// A quarter of the turns was faster.
    pub q1: f64,
    /// Half of the turns were faster.
    pub median: f64,
    /// A quarter of the turns was slower.
    pub q3: f64,
}

/// What was measured of one machine.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    /// What it is; the first one of a comparison is plain.
    pub name: String,
    /// In the order of `x`.
    pub points: Vec<Point>,
}

/// A figure, at `x`: of so many bytes, or slaves.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Point {
    /// Bytes of a message, or slaves.
    pub x: u32,
    /// How long it takes, in microseconds.
    pub us: Spread,
    /// Divided by what the plain machine took in the same turn.
    pub ratio: Spread,
}

impl Spread {
    fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
        Self {
            q1: at(1),
            median: at(2),
            q3: at(3),
        }
    }
}

impl Series {
    /// Its figure at `x`.
    pub fn at(&self, x: u32) -> Option<&Point> {
        self.points.iter().find(|point| point.x == x)
    }
}

/// Measure all of `names` at each of `xs`, `turns` times over: `figure(i, x)` measures the `i`th of
/// them. `told` how many turns are done.
///
/// # Errors
/// Those of `figure`.
pub fn compare(
    names: &[impl ToString],
    xs: &[u32],
    turns: usize,
    told: &dyn Fn(usize),
    mut figure: impl FnMut(usize, u32) -> Result<f64>,
) -> Result<Vec<Series>> {
    let mut taken = vec![vec![Vec::with_capacity(turns); xs.len()]; names.len()];
    for turn in 0..turns {
        told(turn);
        for (at, &x) in xs.iter().enumerate() {
            for (i, taken) in taken.iter_mut().enumerate() {
                taken[at].push(figure(i, x)?);
            }
        }
    }
    Ok(series(names, xs, &taken))
}

/// What comes of the figures `taken[i][at][turn]` of the `i`th of `names` at `xs[at]`.
pub fn series(names: &[impl ToString], xs: &[u32], taken: &[Vec<Vec<f64>>]) -> Vec<Series> {
    let one = |(name, all): (&_, &Vec<Vec<f64>>)| Series {
        name: ToString::to_string(name),
        points: xs
            .iter()
            .zip(all.iter().zip(&taken[0]))
            .map(|(&x, (ours, plain))| Point {
                x,
                us: Spread::of(ours.iter().copied()),
                ratio: Spread::of(ours.iter().zip(plain).map(|(ours, plain)| ours / plain)),
            })
            .collect(),
    };
    names.iter().zip(taken).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_of_turns_side_by_side() {
        // The machine is twice as busy in the second turn; the second contestant takes half as much
        // again.
        let mut turn = 0.0;
        let series = compare(&["plain", "sealed"], &[100], 3, &|_| {}, |i, _| {
            if i == 0 {
                turn += 1.0;
            }
            Ok(turn * if i == 0 { 10.0 } else { 15.0 })
        })
        .unwrap();
        let sealed = series[1].at(100).unwrap();
        assert!((sealed.us.median - 30.0).abs() < 1e-9);
        assert!((sealed.ratio.q1 - 1.5).abs() < 1e-9 && (sealed.ratio.q3 - 1.5).abs() < 1e-9);
        assert!(series[0].at(1).is_none());
    }
}
