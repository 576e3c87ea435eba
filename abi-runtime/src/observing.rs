//! What observing cost, as its reader states it.
//!
//! Spec: `spec/region.md`, REG-50 and REG-51.

use core::fmt;

use crate::layout::RegionHeader;
use crate::reader::LaneReader;

/// What observing took of a lane's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observing {
    /// Attempts that the reader has accounted for; a refused one costs what a record does.
    pub attempts: u64,
    /// What one cost when the region was made, in 1/1024 tick.
    pub cost: u64,
    /// What one cost while the lane was written, sampled, in 1/1024 tick; `None` if nothing was sampled. A
    /// sample has the cost of reading the clock a second time in it.
    pub sampled: Option<u64>,
    /// Ticks from the first of them to the last.
    pub ticks: u64,
}

impl Observing {
    /// Returns the share of the lane's time that observing took, from 0 to 1.
    #[allow(clippy::cast_precision_loss, reason = "a share is shown with a few digits")]
    pub fn share(&self) -> f64 {
        let cost = self.attempts as f64 * self.cost as f64 / 1024.0;
        if self.ticks == 0 { 0.0 } else { (cost / self.ticks as f64).min(1.0) }
    }
}

impl fmt::Display for Observing {
    #[allow(clippy::cast_precision_loss, reason = "shown with one digit")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticks = |cost: u64| cost as f64 / 1024.0;
        write!(
            f,
            "observing took {:.3} % of the lane's time: {} attempts at {:.1} ticks",
            self.share() * 100.0,
            self.attempts,
            ticks(self.cost)
        )?;
        match self.sampled {
            Some(sampled) => write!(f, " (sampled {:.1})", ticks(sampled)),
            None => Ok(()),
        }
    }
}

impl<B: AsRef<[u64]> + AsMut<[u64]>> LaneReader<'_, B> {
    /// Returns what observing took of the lane's time so far, or `None` if its driver did not measure what a
    /// record costs.
    pub fn observing(&self, header: &RegionHeader) -> Option<Observing> {
        // Somebody reads: the reader itself.
        let cost = [header.record_cost_read, header.record_cost].into_iter().find(|&cost| cost != 0)?;
        let (ticks, count) = self.sampled_cost();
        let sampled = (count != 0).then(|| (u128::from(ticks) * 1024 / u128::from(count)) as u64);
        Some(Observing {
            attempts: self.books().offered,
            cost,
            sampled,
            ticks: self.first_ticks.map_or(0, |first| self.last_ticks.wrapping_sub(first)),
        })
    }
}
