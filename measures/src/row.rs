//! One line of the table.

use serde::Serialize;

/// A claim, what was measured for it, and whether it was reached.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What is claimed, and of whom.
    pub claim: String,
    /// Median of the rounds.
    pub median: f64,
    /// The best round.
    pub min: f64,
    /// The worst round.
    pub max: f64,
    /// Unit of the three.
    pub unit: &'static str,
    /// The median over that of the row's floor or peer; none for the floor itself.
    pub ratio: Option<f64>,
    /// What the ratio, or the median where there is none, is to be.
    pub goal: Option<String>,
    /// Whether it is; none where nothing was promised.
    pub met: Option<bool>,
}

/// What a figure is to be.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// Nothing was promised: a floor, or a peer.
    None,
    /// The ratio to the floor is at most this.
    RatioAtMost(f64),
    /// The ratio to the floor is at least this.
    RatioAtLeast(f64),
    /// The median is at most this.
    AtMost(f64),
    /// The median is at least this.
    AtLeast(f64),
    /// The median is at least this, or what the floor reaches.
    AtLeastOrFloor(f64),
}

impl Goal {
    fn judge(self, median: f64, ratio: Option<f64>) -> (Option<String>, Option<bool>) {
        match self {
            Self::None => (None, None),
            Self::RatioAtMost(most) => {
                (Some(format!("<= {most} x")), Some(ratio.is_some_and(|ratio| ratio <= most)))
            }
            Self::RatioAtLeast(least) => {
                (Some(format!(">= {least} x")), Some(ratio.is_some_and(|ratio| ratio >= least)))
            }
            Self::AtMost(most) => (Some(format!("<= {most}")), Some(median <= most)),
            Self::AtLeastOrFloor(least) => {
                let reaches_floor = ratio.is_some_and(|ratio| ratio >= 1.0);
                (Some(format!(">= {least}, 1 x")), Some(median >= least || reaches_floor))
            }
            Self::AtLeast(least) => (Some(format!(">= {least}")), Some(median >= least)),
        }
    }
}

impl Row {
    /// Makes the row of `samples`, whose floor's median is `floor`.
    pub fn new(
        claim: impl Into<String>,
        samples: &[f64],
        unit: &'static str,
        floor: Option<f64>,
        goal: Goal,
    ) -> Self {
        let (median, min, max) = spread(samples);
        let ratio = floor.map(|floor| median / floor);
        let (goal, met) = goal.judge(median, ratio);
        Self { claim: claim.into(), median, min, max, unit, ratio, goal, met }
    }

    /// Makes the row of something that could not be measured: its goal is not met.
    pub fn not_measured(claim: impl Into<String>, why: &str) -> Self {
        let claim = format!("{} (NOT MEASURED: {why})", claim.into());
        let nothing = f64::NAN;
        Self {
            claim,
            median: nothing,
            min: nothing,
            max: nothing,
            unit: "",
            ratio: None,
            goal: None,
            met: Some(false),
        }
    }

    /// The line of the table for people.
    pub fn to_line(&self) -> String {
        let ratio = self.ratio.map_or(String::new(), |ratio| format!("{ratio:.2} x"));
        let met = match self.met {
            None => "",
            Some(true) => "met",
            Some(false) => "NOT MET",
        };
        format!(
            "{:<58} {:>12.4} {:>12.4} {:>12.4} {:<10} {:>9} {:>10} {}",
            self.claim,
            self.median,
            self.min,
            self.max,
            self.unit,
            ratio,
            self.goal.as_deref().unwrap_or_default(),
            met
        )
    }
}

/// Returns median, least and greatest of some samples; nothing is not a number.
pub fn spread(samples: &[f64]) -> (f64, f64, f64) {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    (at(sorted.len() / 2), at(0), at(sorted.len().saturating_sub(1)))
}
