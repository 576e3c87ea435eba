//! Competitors take turns.

use std::time::Instant;

use crate::row::{Goal, Row, spread};

/// Rounds of every contest: enough that a median does not move with a few disturbed ones.
pub const ROUNDS: usize = 21;

/// Some that do the same work, in turns. The first is the floor that the others are compared with.
pub struct Contest<'c> {
    unit: &'static str,
    /// How much work one turn does, in units of the denominator: records, say.
    work: f64,
    entrants: Vec<Entrant<'c>>,
}

struct Entrant<'c> {
    claim: String,
    goal: Goal,
    turn: Box<dyn FnMut() + 'c>,
    samples: Vec<f64>,
}

impl<'c> Contest<'c> {
    /// Makes a contest of nobody yet, in which one turn does `work` records.
    pub const fn new(unit: &'static str, work: f64) -> Self {
        Self { unit, work, entrants: Vec::new() }
    }

    /// Adds a competitor.
    #[must_use]
    pub fn with(mut self, claim: impl Into<String>, goal: Goal, turn: impl FnMut() + 'c) -> Self {
        self.entrants.push(Entrant { claim: claim.into(), goal, turn: Box::new(turn), samples: Vec::new() });
        self
    }

    /// Runs all rounds, the first one uncounted, and returns nanoseconds per record.
    pub fn run(mut self) -> Vec<Row> {
        for round in 0..=ROUNDS {
            for entrant in &mut self.entrants {
                let begin = Instant::now();
                (entrant.turn)();
                let nanoseconds = begin.elapsed().as_secs_f64() * 1e9;
                if round > 0 {
                    entrant.samples.push(nanoseconds / self.work);
                }
            }
        }
        let floor = self.entrants.first().map(|floor| spread(&floor.samples).0);
        let rows = self.entrants.iter().enumerate().map(|(at, entrant)| {
            let floor = floor.filter(|_| at > 0);
            Row::new(entrant.claim.clone(), &entrant.samples, self.unit, floor, entrant.goal)
        });
        rows.collect()
    }
}

/// Runs `measure` on a thread of its own: pinned if asked for, as whatever it starts then is; the programs
/// that are started later are not. Returns nothing if it panicked.
pub fn on_own_thread<T: Send>(pinned: bool, measure: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(move || {
            if pinned && !pin() {
                eprintln!("note: not pinned to a processor; the figures are less steady");
            }
            measure()
        });
        thread.join().ok()
    })
}

/// Keeps this thread on one processor, so that rounds are comparable. Returns whether that worked.
#[cfg(target_os = "linux")]
pub fn pin() -> bool {
    let mut set = rustix::thread::CpuSet::new();
    set.set(std::thread::available_parallelism().map_or(1, usize::from) - 1);
    rustix::thread::sched_setaffinity(None, &set).is_ok()
}

/// Other systems do not let a thread choose.
#[cfg(not(target_os = "linux"))]
pub const fn pin() -> bool {
    false
}
