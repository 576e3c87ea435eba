//! Threads that share lines take turns, and the line between them is looked at in between.

use crate::pingpong;
use crate::processors::keep_to;
use crate::row::{Goal, Row, spread};

/// Rounds of one table, after one that is not counted.
const ROUNDS: usize = 15;
/// How often a table is measured anew because the processors moved.
const TRIES: usize = 5;
/// By how much the journey of a line may differ within one table.
const STEADY: f64 = 1.5;
/// Why a table says nothing.
const MOVED: &str = "the processors moved";
/// Why an entrant has no figure.
const FAILED: &str = "too few of its turns succeeded";

/// What one entrant's figure is compared with, and what the ratio is to be.
#[derive(Clone, Copy, Debug)]
pub struct Against {
    /// Name of another entrant.
    pub whom: &'static str,
    /// What is promised.
    pub goal: Goal,
}

/// Some who do the same work on the same processors, in turns.
pub struct Turns<'t> {
    table: &'static str,
    unit: &'static str,
    /// The processors between which most lines move; this thread is kept on the first.
    pair: (usize, usize),
    entrants: Vec<Entrant<'t>>,
    comparisons: Vec<(&'static str, Against)>,
}

struct Entrant<'t> {
    name: &'static str,
    turn: Box<dyn FnMut() -> Option<f64> + 't>,
    samples: Vec<f64>,
}

impl<'t> Turns<'t> {
    /// Makes a table of nobody yet.
    pub const fn new(table: &'static str, unit: &'static str, pair: (usize, usize)) -> Self {
        Self { table, unit, pair, entrants: Vec::new(), comparisons: Vec::new() }
    }

    /// Adds an entrant, who returns its figure of one turn, or nothing if that turn failed.
    #[must_use]
    pub fn with(mut self, name: &'static str, turn: impl FnMut() -> Option<f64> + 't) -> Self {
        self.entrants.push(Entrant { name, turn: Box::new(turn), samples: Vec::new() });
        self
    }

    /// Compares the entrant `name` with another: the first time in its own row, then in rows of their own.
    #[must_use]
    pub fn against(mut self, name: &'static str, whom: &'static str, goal: Goal) -> Self {
        self.comparisons.push((name, Against { whom, goal }));
        self
    }

    /// Runs all rounds, again if the processors moved meanwhile, and returns the table.
    pub fn run(mut self) -> Vec<Row> {
        let _ = keep_to(self.pair.0);
        let mut journeys = Vec::new();
        for _ in 0..TRIES {
            journeys = self.rounds();
            if is_steady(&journeys) {
                break;
            }
        }
        self.table(&journeys)
    }

    /// Runs all rounds once, and returns how long a line took before, between and after them.
    fn rounds(&mut self) -> Vec<f64> {
        let mut journeys = Vec::new();
        for entrant in &mut self.entrants {
            entrant.samples.clear();
        }
        for round in 0..=ROUNDS {
            journeys.extend(pingpong::there_and_back(self.pair));
            for entrant in &mut self.entrants {
                let sample = (entrant.turn)();
                if round > 0 {
                    entrant.samples.extend(sample);
                }
            }
        }
        journeys.extend(pingpong::there_and_back(self.pair));
        journeys
    }

    fn table(&self, journeys: &[f64]) -> Vec<Row> {
        let claim = |name: &str| format!("{}: {name}", self.table);
        let mut rows = vec![Row::new(claim("a line there and back"), journeys, "ns", None, Goal::None)];
        let steady = is_steady(journeys);
        for entrant in &self.entrants {
            let mut comparisons = self.comparisons.iter().filter(|(name, _)| *name == entrant.name);
            let first = comparisons.next().map(|(_, against)| against);
            if !steady {
                rows.push(Row { met: None, ..Row::not_measured(claim(entrant.name), MOVED) });
                continue;
            }
            if entrant.samples.len() <= ROUNDS / 2 {
                let met = first.filter(|against| !matches!(against.goal, Goal::None)).map(|_| false);
                rows.push(Row { met, ..Row::not_measured(claim(entrant.name), FAILED) });
                continue;
            }
            let floor = first.and_then(|against| self.median_of(against.whom));
            let goal = first.map_or(Goal::None, |against| against.goal);
            rows.push(Row::new(claim(entrant.name), &entrant.samples, self.unit, floor, goal));
            for (_, Against { whom, goal }) in comparisons {
                let claim = claim(&format!("{} over {whom}", entrant.name));
                let mut row = Row::new(claim, &entrant.samples, self.unit, self.median_of(whom), *goal);
                // What is told here is the ratio; the figures stand in the entrant's own row.
                row.median = row.ratio.unwrap_or(f64::NAN);
                (row.min, row.max, row.unit) = (row.median, row.median, "x");
                rows.push(row);
            }
        }
        rows
    }

    fn median_of(&self, name: &str) -> Option<f64> {
        let entrant = self.entrants.iter().find(|entrant| entrant.name == name)?;
        (!entrant.samples.is_empty()).then(|| spread(&entrant.samples).0)
    }
}

/// Returns whether the line's journey was the same all the time.
fn is_steady(journeys: &[f64]) -> bool {
    let (_, least, greatest) = spread(journeys);
    greatest / least <= STEADY
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two entrants, one of whom takes twice as long, after all rounds.
    fn turns(successes: usize) -> Turns<'static> {
        let mut turns = Turns::new("table", "ns", (0, 0))
            .with("one", || None)
            .with("other", || None)
            .against("other", "one", Goal::RatioAtMost(1.5));
        turns.entrants[0].samples = vec![1.0; ROUNDS];
        turns.entrants[1].samples = vec![2.0; successes];
        turns
    }

    #[test]
    fn who_is_measured_is_judged() {
        let rows = turns(ROUNDS).table(&[80.0, 100.0, 119.0]);
        assert_eq!(rows.iter().map(|row| row.met).collect::<Vec<_>>(), [None, None, Some(false)]);
        assert_eq!((rows[2].median, rows[2].ratio), (2.0, Some(2.0)));
    }

    #[test]
    fn nothing_is_said_where_the_line_did_not_keep_its_pace() {
        let rows = turns(ROUNDS).table(&[80.0, 100.0, 121.0]);
        for row in &rows[1..] {
            assert!(row.claim.ends_with("(NOT MEASURED: the processors moved)"), "{}", row.claim);
            assert!(row.median.is_nan() && row.met.is_none(), "{row:?}");
        }
    }

    #[test]
    fn nothing_is_said_where_nobody_could_look_at_the_line() {
        assert!(turns(ROUNDS).table(&[]).iter().all(|row| row.met.is_none() && row.median.is_nan()));
    }

    #[test]
    fn who_fails_has_not_kept_what_was_promised() {
        let rows = turns(ROUNDS / 2).table(&[80.0]);
        assert_eq!((rows[1].met, rows[2].met), (None, Some(false)));
        assert!(rows[2].median.is_nan(), "{:?}", rows[2]);
    }
}
