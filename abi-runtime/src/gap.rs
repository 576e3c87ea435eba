//! A hole in the sequence.
//!
//! Spec: `spec/region.md`, REG-34 to REG-38.

use core::fmt;

use crate::layout::DropCounts;

/// A hole in the sequence: attempts that were offered and that this reader does not deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a gap that nobody tells of is a lie"]
pub struct Gap {
    /// Sequence of the first attempt that is missing.
    pub first_sequence: u64,
    /// How many are missing.
    pub count: Count,
    /// Why.
    pub cause: Cause,
}

/// How many attempts are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Exactly this many, one after the other.
    Exact(u64),
    /// Nobody can know.
    Unknowable {
        /// The reason.
        why: Why,
    },
}

/// Why a count cannot be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The bytes are corrupt up to the end, and no writer is there to say what it offered.
    NothingValidBehind,
    /// The lane's own account contradicts its records.
    AccountsDisagree,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NothingValidBehind => "nothing valid lies behind, and no writer says what it offered",
            Self::AccountsDisagree => "the lane's own account contradicts its records",
        })
    }
}

/// Why attempts are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The writer refused them.
    Dropped {
        /// By cause; `None` if the reader has not seen enough of the lane to tell them apart.
        by_cause: Option<DropCounts>,
    },
    /// The writer lapped the reader.
    Overrun {
        /// How many records were overwritten before they were read.
        overwritten: u64,
        /// How many more the writer had refused in between.
        dropped: u64,
    },
    /// The bytes break a rule; what lay behind them in the block was not believed.
    Corrupt(Corruption),
}

/// Which rule some bytes break, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corruption {
    /// The rule.
    pub rule: Rule,
    /// The position, in the lane, of the bytes that break it.
    pub position: u64,
}

/// A rule of REG-32 that bytes can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// The block's header has the position of another block.
    BlockPosition,
    /// The block does not begin with the sequence that is due.
    BlockSequence,
    /// The block's count of drops is not the one that is known.
    BlockDrops,
    /// The block's `used` does not lie between the last byte read and its end.
    BlockUsed,
    /// The record's size is not a multiple of 8, or smaller than its header.
    RecordSize,
    /// The record ends behind what was published, or behind its block.
    RecordEnd,
    /// The record's id is 0.
    RecordId,
    /// The record's version is 0.
    RecordVersion,
    /// The Loss record is of another size, or begins at another sequence, or does not add up.
    Loss,
    /// `publish` went backwards, or is not a multiple of 8.
    Publish,
    /// `reserve` says that the block at hand was overwritten, and no block that can be read lies after it.
    Reserve,
    /// The lane's counters are not those of the records that were read.
    LaneAccount,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BlockPosition => "the block header's position is another block's",
            Self::BlockSequence => "the block does not begin with the sequence that is due",
            Self::BlockDrops => "the block's count of drops is not the one that is known",
            Self::BlockUsed => "the block's used bytes are out of range",
            Self::RecordSize => "the record's size is impossible",
            Self::RecordEnd => "the record ends behind what was published",
            Self::RecordId => "the record's id is 0",
            Self::RecordVersion => "the record's version is 0",
            Self::Loss => "the Loss record does not add up",
            Self::Publish => "the published position went backwards, or is no multiple of 8",
            Self::Reserve => "the reserved position is not one that the writer can have stored",
            Self::LaneAccount => "the lane's counters are not those of its records",
        })
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            Count::Exact(count) => {
                write!(f, "{count} missing from sequence {}", self.first_sequence)?;
            }
            Count::Unknowable { why } => {
                write!(f, "unknowably many missing from sequence {}: {why}", self.first_sequence)?;
            }
        }
        match self.cause {
            Cause::Dropped { by_cause: None } => f.write_str("; dropped by the writer"),
            Cause::Dropped { by_cause: Some(counts) } => {
                f.write_str("; dropped by the writer:")?;
                for (name, count) in DropCounts::NAMES.iter().zip(counts.to_array()) {
                    if count != 0 {
                        write!(f, " {name} {count}")?;
                    }
                }
                Ok(())
            }
            Cause::Overrun { overwritten, dropped: 0 } => {
                write!(f, "; overrun: {overwritten} overwritten before they were read")
            }
            Cause::Overrun { overwritten, dropped } => write!(
                f,
                "; overrun: {overwritten} overwritten before they were read, {dropped} dropped by the writer in between"
            ),
            Cause::Corrupt(Corruption { rule, position }) => {
                write!(f, "; corrupt at position {position}: {rule} (REG-32)")
            }
        }
    }
}
