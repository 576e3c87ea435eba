//! What one reader has delivered of one lane, and what is missing.
//!
//! Spec: `spec/region.md`, REG-40.

use core::fmt;

use crate::gap::Gap;
use crate::layout::DropCounts;
use crate::reader::FORWARDS;

/// The account of one reader of one lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Attempts that were offered before this reader's first. A number, never a loss.
    pub before: u64,
    /// Attempts that this reader has accounted for: those from its first to the one that is due.
    pub offered: u64,
    /// Records delivered.
    pub delivered: u64,
    /// Attempts that the writer refused.
    pub dropped: u64,
    /// Those of `dropped` whose cause this reader knows. The others were dropped where it was overrun.
    pub by_cause: DropCounts,
    /// Records overwritten before they were read.
    pub overwritten: u64,
    /// Attempts lost to corrupt bytes.
    pub corrupt: u64,
    /// Gaps whose count nobody can know.
    pub unknowable: u64,
    /// Records whose ticks were less than those of the record before.
    pub ticks_backwards: u64,
}

impl Books {
    /// Returns how many attempts are known to be missing.
    pub const fn missing(&self) -> u64 {
        self.dropped.wrapping_add(self.overwritten).wrapping_add(self.corrupt)
    }

    /// Returns whether so many more attempts can be believed to be missing: half of the numbers are forwards, all
    /// that were accounted for before included (REG-32). No lane that was written comes near; what is not a lane
    /// may say anything.
    pub(crate) fn may_miss(&self, count: u64) -> bool {
        count < FORWARDS - self.offered.min(FORWARDS)
    }

    /// Returns whether every attempt is accounted for: offered = delivered + missing, and no gap
    /// is of unknowable count.
    pub const fn close(&self) -> bool {
        self.unknowable == 0 && self.offered == self.delivered.wrapping_add(self.missing())
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "offered {} = delivered {} + missing {} (dropped {}, overwritten {}, corrupt {})",
            self.offered,
            self.delivered,
            self.missing(),
            self.dropped,
            self.overwritten,
            self.corrupt
        )?;
        if self.unknowable != 0 {
            write!(f, ", and {} gaps of unknowable count", self.unknowable)?;
        }
        Ok(())
    }
}

/// What can be said of a lane once nothing more will be read of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the statement holds the last gap"]
pub struct Statement {
    /// The gap at the lane's end, if there is one; it is in the books.
    pub gap: Option<Gap>,
    /// What may have been in progress.
    pub in_flight: InFlight,
    /// Attempts that were refused inside the one in flight: they are counted by the writer, and get the
    /// numbers that follow its own. They are in no gap, and not in the books.
    pub unnumbered: u64,
    /// Whether everything that was published has been taken. If not, the rest is unread, not lost.
    pub read_to_end: bool,
    /// The books, the last gap included.
    pub books: Books,
}

/// What may have been in progress when the last look was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InFlight {
    /// Nothing: the writer closed the lane.
    Nothing,
    /// At most one attempt, which is neither published nor dropped: the writer did not close the
    /// lane. It is still there, or it died.
    AtMostOne,
}
