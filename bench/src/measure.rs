//! Time, on a machine that others use too: that of our thread alone, in short turns of all
//! contestants by turns, many times over. What disturbs one turn all the same disturbs its neighbours,
//! so ratios are taken turn by turn, and then their median.

use std::hint::black_box;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use serde::Serialize;

use crate::operation::Contestant;

/// How long a measurement takes.
#[derive(Clone, Copy, Serialize)]
pub struct Effort {
    pub rounds: usize,
    /// The least time of a contestant's turn.
    pub turn_us: u64,
}

pub const FULL: Effort = Effort {
    rounds: 25,
    turn_us: 500,
};

pub const QUICK: Effort = Effort {
    rounds: 7,
    turn_us: 200,
};

/// Quartiles, and the least.
#[derive(Clone, Copy, Serialize)]
pub struct Spread {
    pub min: f64,
    pub q1: f64,
    pub median: f64,
    pub q3: f64,
}

impl Spread {
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
        Self {
            min: at(0),
            q1: at(1),
            median: at(2),
            q3: at(3),
        }
    }
}

/// Nanoseconds of a call: for each contestant, one figure a round.
pub fn measure(contestants: &mut [Contestant], effort: Effort) -> Vec<Vec<f64>> {
    let turn = Duration::from_micros(effort.turn_us);
    let calls: Vec<u32> = contestants
        .iter_mut()
        .map(|contestant| calls_in(turn, &mut contestant.call))
        .collect();
    let mut times = vec![Vec::with_capacity(effort.rounds); contestants.len()];
    for _ in 0..effort.rounds {
        for ((contestant, calls), times) in contestants.iter_mut().zip(&calls).zip(&mut times) {
            // The first call finds what the one before left in the caches; it does not count.
            (contestant.call)();
            times.push(time(*calls, &mut contestant.call).as_secs_f64() * 1e9 / f64::from(*calls));
        }
    }
    times
}

/// How many calls take at least `turn`.
fn calls_in(turn: Duration, call: &mut dyn FnMut()) -> u32 {
    let mut calls = 1;
    while time(calls, call) < turn {
        calls *= 2;
    }
    calls
}

fn time(calls: u32, call: &mut dyn FnMut()) -> Duration {
    let start = thread_time();
    for _ in 0..calls {
        call();
    }
    thread_time() - start
}

/// How long this thread has run; not how long others did in between.
fn thread_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .map(Duration::from)
        .expect("Linux has a clock for each thread")
}

/// The clock in GHz, as far as this program gets it: from a chain of rotations and additions, each of
/// which waits a cycle for the one before.
pub fn clock_ghz() -> f64 {
    const LINKS: u32 = 100_000;
    let turns = (0..50).map(|seed| {
        let start = thread_time();
        let end = (0..LINKS).fold(black_box(seed), |x: u64, _| {
            black_box(x.rotate_left(7)).wrapping_add(0x9e37)
        });
        black_box(end);
        (thread_time() - start).as_secs_f64()
    });
    f64::from(2 * LINKS) / turns.fold(f64::INFINITY, f64::min) / 1e9
}
