//! A region's ticks as time.
//!
//! Spec: `spec/showing.md`, SHOW-4.

use std::fmt;

use abi_runtime::layout::{ClockKind, RegionHeader};
use abi_runtime::timeline::{Moment, Timeline};
use serde_json::{Value as Json, json};

/// What the ticks of a region mean.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    kind: Option<ClockKind>,
    raw_kind: u32,
    numerator: u64,
    denominator: u64,
    timeline: Timeline,
}

/// Ticks as text shows them: a moment, or `@7` if the clock does not tell time.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    ticks: u64,
    moment: Option<Moment>,
}

impl Time {
    /// Returns what the ticks of a region mean, by its header.
    #[must_use]
    pub fn of_region(header: &RegionHeader) -> Self {
        Self {
            kind: header.clock_kind.known().ok(),
            raw_kind: header.clock_kind.raw(),
            numerator: header.tick_numerator,
            denominator: header.tick_denominator,
            timeline: Timeline::of(header),
        }
    }

    /// Returns the moment of some ticks; `None` if nothing but a ratio is known of the clock.
    #[must_use]
    pub fn moment(&self, ticks: u64) -> Option<Moment> {
        match self.kind {
            None | Some(ClockKind::Other) => None,
            Some(_) => Some(self.timeline.moment(ticks)),
        }
    }

    /// Returns ticks as text shows them.
    #[must_use]
    pub fn of(&self, ticks: u64) -> Shown {
        Shown { ticks, moment: self.moment(ticks) }
    }

    /// Returns the clock as the first line of JSON states it: its kind, and nanoseconds for each tick as a fraction.
    #[must_use]
    pub fn json(&self) -> Json {
        let kind = match self.kind {
            Some(kind) => json!(format!("{kind:?}")),
            None => json!(self.raw_kind),
        };
        json!({"kind": kind, "tick_numerator": self.numerator, "tick_denominator": self.denominator})
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.moment {
            Some(moment) => moment.fmt(f),
            None => write!(f, "@{}", self.ticks),
        }
    }
}
