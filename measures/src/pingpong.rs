//! One cache line, there and back: what no ring can hide.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use crate::processors::keep_to;
use crate::row::spread;

/// Journeys there and back of one sample.
const JOURNEYS: u64 = 400;
/// Samples of one look, of which the least counts: how near two processors are is what nothing disturbed.
const SAMPLES: usize = 9;

/// Processors among which the nearest are looked for.
const MOST: usize = 8;

/// A word that has two cache lines for itself, so that nothing beside it moves with it.
#[repr(align(128))]
struct Line(AtomicU64);

/// Returns how many nanoseconds a line takes from one processor to the other and back, or nothing if
/// threads cannot be kept on these.
pub fn there_and_back(pair: (usize, usize)) -> Option<f64> {
    let line = Line(AtomicU64::new(0));
    let journeys = JOURNEYS * (SAMPLES as u64 + 1);
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            let kept = keep_to(pair.1);
            for journey in 0..journeys {
                pass(&line, journey * 2 + 1);
            }
            kept
        });
        let one = scope.spawn(|| {
            let kept = keep_to(pair.0);
            let mut samples = Vec::with_capacity(SAMPLES);
            let mut begin = Instant::now();
            for journey in 0..journeys {
                // The first of them wait for the other thread to begin: they are not counted.
                if journey % JOURNEYS == 0 && journey > 0 {
                    let end = Instant::now();
                    if journey > JOURNEYS {
                        samples.push((end - begin).as_secs_f64() * 1e9 / JOURNEYS as f64);
                    }
                    begin = end;
                }
                pass(&line, journey * 2);
            }
            samples.push(begin.elapsed().as_secs_f64() * 1e9 / JOURNEYS as f64);
            kept.then(|| spread(&samples).1)
        });
        // Both are waited for, whatever one of them says.
        let (other, one) = (other.join(), one.join());
        one.ok().flatten().filter(|_| other.is_ok_and(|kept| kept))
    })
}

/// Returns the two of `processors` between which a line travels fastest: what a ring costs shows there, and
/// what the way between far processors costs is the same for every ring.
pub fn nearest(processors: &[usize]) -> Option<(usize, usize)> {
    // Beyond that, all pairs would take longer than what is measured on one of them.
    let some = &processors[..processors.len().min(MOST)];
    let pairs =
        some.iter().enumerate().flat_map(|(at, &one)| some[at + 1..].iter().map(move |&other| (one, other)));
    let journeys = pairs.filter_map(|pair| Some((there_and_back(pair)?, pair)));
    journeys.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, pair)| pair)
}

/// Waits for `turn`, and gives the line away.
fn pass(line: &Line, turn: u64) {
    while line.0.load(Ordering::Acquire) != turn {}
    line.0.store(turn + 1, Ordering::Release);
}
