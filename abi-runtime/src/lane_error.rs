//! Why a lane cannot be read.

use core::fmt;

use crate::gap::Corruption;
use crate::layout::{ABI_MAJOR, ABI_MINOR, Policy};

/// A lane cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LaneError {
    /// The region has no such lane.
    NoSuchLane {
        /// The lane that was asked for.
        lane: u32,
        /// How many there are.
        lanes: u32,
    },
    /// Nothing has been stored to the lane's first line: no writer has opened it. Look again later.
    NotOpened(u32),
    /// The lane's first line has words, but not the one that is stored last. A writer is opening the lane, or
    /// died while it did, or the word is damaged. Look again later; at the end of reading, report it.
    HalfOpened(u32),
    /// The lane has a policy that this version does not know.
    UnknownPolicy(u32),
    /// The lane's control does not hold together.
    Control(u32),
    /// No block can be read, and the lane's positions did not move at any look: they do not belong together. Look
    /// again later; at the end of reading, report it.
    Positions {
        /// The lane.
        lane: u32,
        /// Where it began.
        start: u64,
        /// Its `publish`.
        publish: u64,
        /// Its `reserve`.
        reserve: u64,
    },
    /// The buffer is smaller than the largest record.
    BufferTooSmall {
        /// Words that it needs.
        need: u64,
        /// Words that it has.
        have: u64,
    },
    /// No block of the lane has a valid header.
    Corrupt(Corruption),
    /// The writer passed the reader at every look. Look again later, or at the newest block; at the end of
    /// reading, report it.
    TooFast,
}

impl LaneError {
    /// Returns whether the lane may become readable: the caller looks again later.
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::NotOpened(_) | Self::HalfOpened(_) | Self::TooFast | Self::Positions { .. })
    }

    /// Returns whether the lane was never opened. This is the only error after which a caller has nothing to
    /// report of the lane: after every other one it reports the lane and the error (REG-55).
    pub const fn is_never_opened(&self) -> bool {
        matches!(self, Self::NotOpened(_))
    }
}

impl fmt::Display for LaneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchLane { lane, lanes } => {
                write!(f, "lane {lane} does not exist: the region has {lanes}, counted from 0")
            }
            Self::NotOpened(lane) => write!(f, "lane {lane} has not been opened yet; look again later"),
            Self::HalfOpened(lane) => write!(
                f,
                "lane {lane} has a first line without a policy (REG-12): its writer is opening it, died while it did, or the policy is damaged; look again later"
            ),
            Self::UnknownPolicy(policy) => write!(
                f,
                "the lane has policy {policy}, and this reader of region ABI {ABI_MAJOR}.{ABI_MINOR} knows 1 to {} (REG-30); use a newer reader",
                Policy::Drain as u32
            ),
            Self::Control(lane) => write!(f, "damaged region: the control of lane {lane} breaks REG-11"),
            Self::Positions { lane, start, publish, reserve } => write!(
                f,
                "damaged region: lane {lane} began at {start}, has published up to {publish} and reserved up to {reserve}, which no writer stores (REG-55); nothing of it can be read"
            ),
            Self::BufferTooSmall { need, have } => {
                write!(f, "the buffer has {have} words; the largest record of this lane needs {need}")
            }
            Self::Corrupt(Corruption { rule, position }) => {
                write!(f, "no block of the lane is valid; at position {position}: {rule} (REG-32)")
            }
            Self::TooFast => f.write_str(
                "the writer passed the reader at every look (REG-36); look again, or start at the newest block",
            ),
        }
    }
}

impl core::error::Error for LaneError {}
