//! What each party says at the end, as one line of JSON: the driver of what it offered, the reader
//! of what reached it.
//!
//! The two come from separate processes and separate counters. That is what makes comparing them
//! worth something.

use std::collections::BTreeMap;
use std::fmt;

use abi_runtime::books::{InFlight, Statement};
use abi_runtime::layout::DropCounts;
use abi_runtime::writer::WriterAccount;
use serde::{Deserialize, Serialize};

use crate::kinship::Children;

/// Drops by cause: names and counts, causes without drops left out.
pub type ByCause = BTreeMap<String, u64>;

/// What the driver did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriverStatement {
    /// Name of its source.
    pub source: String,
    /// Its lanes, in order.
    pub lanes: Vec<LaneOffered>,
    /// What the source told.
    pub seen: Seen,
    /// What it told of the children of the process that was named for it, if one was.
    pub children: Children,
}

/// What one lane's writer did: from its private counters, not from the region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneOffered {
    /// Name of the lane.
    pub name: String,
    /// Attempts.
    pub offered: u64,
    /// Attempts that became records.
    pub published: u64,
    /// Attempts that were refused.
    pub by_cause: ByCause,
}

/// How many observations of each kind the source handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is a count of the records of that name")]
pub struct Seen {
    pub forks: u64,
    pub execs: u64,
    pub exits: u64,
    pub renamed: u64,
    pub sessions: u64,
    pub files: u64,
    pub directories: u64,
    /// Losses at the source of unknown count.
    pub losses_unknown: u64,
    /// Events lost at the source, as far as its own numbering shows.
    pub losses_numbered: u64,
    /// Events for which the catalog has no record.
    pub unrecorded: u64,
}

/// What one reader got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderStatement {
    /// User id that it read as.
    pub uid: u32,
    /// The lanes that it read.
    pub lanes: Vec<LaneDelivered>,
}

/// What one reader got of one lane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneDelivered {
    /// Name of the lane.
    pub name: String,
    /// Attempts before the reader's first.
    pub before: u64,
    /// Attempts that the reader accounts for.
    pub offered: u64,
    /// Records that it delivered.
    pub delivered: u64,
    /// Attempts that the writer refused.
    pub dropped: u64,
    /// Those of `dropped` whose cause is known.
    pub by_cause: ByCause,
    /// Records overwritten before they were read.
    pub overrun: u64,
    /// Attempts lost to corrupt bytes.
    pub corrupt: u64,
    /// Gaps whose count nobody can know.
    pub unknowable: u64,
    /// Gaps that were told, of any kind.
    pub gaps: u64,
    /// Whether one attempt may be in none of the counts: the writer did not close the lane.
    pub in_flight: bool,
    /// Attempts that were refused inside the one in flight and have no sequence yet (REG-38).
    pub refused_in_flight: u64,
    /// Whether all that was published was read.
    pub read_to_end: bool,
    /// Records delivered, by name.
    pub records: BTreeMap<String, u64>,
}

impl LaneOffered {
    /// States a Rust writer's account.
    #[must_use]
    pub fn new(name: &str, account: &WriterAccount) -> Self {
        Self {
            name: name.to_owned(),
            offered: account.offered,
            published: account.published,
            by_cause: by_cause(account.dropped),
        }
    }

    /// Returns how many attempts were refused.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.by_cause.values().copied().fold(0, u64::saturating_add)
    }
}

impl LaneDelivered {
    /// States a reader's books of one lane.
    #[must_use]
    pub fn new(name: String, statement: &Statement, gaps: u64, records: BTreeMap<String, u64>) -> Self {
        let books = &statement.books;
        Self {
            name,
            before: books.before,
            offered: books.offered,
            delivered: books.delivered,
            dropped: books.dropped,
            by_cause: by_cause(books.by_cause),
            overrun: books.overwritten,
            corrupt: books.corrupt,
            unknowable: books.unknowable,
            gaps,
            in_flight: statement.in_flight == InFlight::AtMostOne,
            refused_in_flight: statement.unnumbered,
            read_to_end: statement.read_to_end,
            records,
        }
    }

    /// Returns how many attempts are known to be missing.
    #[must_use]
    pub const fn missing(&self) -> u64 {
        self.dropped.saturating_add(self.overrun).saturating_add(self.corrupt)
    }

    /// Returns whether the reader's own account of the lane adds up, with nothing unknowable.
    #[must_use]
    pub const fn closes(&self) -> bool {
        self.unknowable == 0 && self.offered == self.delivered.saturating_add(self.missing())
    }
}

impl fmt::Display for LaneDelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<10} offered {} = delivered {} + missing {} (dropped {}, overrun {}, corrupt {}) in {} gaps; {} before",
            self.name,
            self.offered,
            self.delivered,
            self.missing(),
            self.dropped,
            self.overrun,
            self.corrupt,
            self.gaps,
            self.before
        )?;
        if self.unknowable > 0 {
            write!(f, "; {} gaps of unknowable count", self.unknowable)?;
        }
        if self.in_flight {
            f.write_str("; the writer did not close the lane: at most one attempt is in flight")?;
        }
        if self.refused_in_flight > 0 {
            write!(f, "; {} attempts were refused inside it (REG-38)", self.refused_in_flight)?;
        }
        if !self.read_to_end {
            f.write_str("; the rest was left unread")?;
        }
        Ok(())
    }
}

/// Gives drop counters their names.
#[must_use]
pub fn by_cause(counts: DropCounts) -> ByCause {
    let named = DropCounts::NAMES.into_iter().zip(counts.to_array());
    named.filter(|(_, count)| *count != 0).map(|(name, count)| (name.to_owned(), count)).collect()
}
