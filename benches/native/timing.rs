//! Times two pieces of code in alternating rounds, so that what disturbs one disturbs the other.

use std::time::{Duration, Instant};

const ROUNDS: usize = 31;
const ROUND: Duration = Duration::from_millis(12);

/// The medians of all rounds of a comparison.
pub struct Comparison {
    /// Nanoseconds per step, of the first and of the second.
    pub nanos: [f64; 2],
    /// The time of the first ÷ that of the second, within each round.
    pub ratio: f64,
}

/// Times two kinds of step in alternating rounds. Each function makes the given number of steps.
pub fn compare(first: &mut dyn FnMut(u32), second: &mut dyn FnMut(u32)) -> Comparison {
    let (first_steps, second_steps) = (steps(first), steps(second));
    let mut rounds: Vec<[f64; 2]> = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        // The order alternates, so that it favours neither.
        rounds.push(if round % 2 == 0 {
            let first = time(first, first_steps);
            [first, time(second, second_steps)]
        } else {
            let second = time(second, second_steps);
            [time(first, first_steps), second]
        });
    }
    Comparison {
        nanos: [0, 1].map(|which| median(rounds.iter().map(|round| round[which]))),
        ratio: median(rounds.iter().map(|[first, second]| first / second)),
    }
}

/// Nanoseconds per step of one function alone.
pub fn measure(work: &mut dyn FnMut(u32)) -> f64 {
    let steps = steps(work);
    median((0..ROUNDS).map(|_| time(work, steps)))
}

/// The number of steps that fill a round. Warms up on the way.
fn steps(work: &mut dyn FnMut(u32)) -> u32 {
    let mut steps = 1;
    loop {
        let nanos = time(work, steps) * f64::from(steps);
        if nanos >= ROUND.as_nanos() as f64 / 2.0 {
            return (f64::from(steps) * ROUND.as_nanos() as f64 / nanos).ceil() as u32;
        }
        steps *= 2;
    }
}

#[expect(clippy::disallowed_methods, reason = "measuring belongs in `benches`")]
fn time(work: &mut dyn FnMut(u32), steps: u32) -> f64 {
    let start = Instant::now();
    work(steps);
    start.elapsed().as_nanos() as f64 / f64::from(steps)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values = values.collect::<Vec<_>>();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
