//! What a reader yields.

use core::fmt;

use crate::TraceRecord;
use crate::gap::Gap;
use crate::layout::{Ending, LaneOpened, RecordHeader, UNSEQUENCED};
use crate::{RecordView, ViewError};

/// One thing that a reader has to say.
#[derive(Clone, Copy, Debug)]
#[must_use = "every gap is to be told, and every record counts"]
pub enum Item<'r> {
    /// A record, whole, from a private copy.
    Record(Record<'r>),
    /// A hole in the sequence.
    Gap(Gap),
    /// The lane has a new writer: what follows is its.
    Opened(LaneOpened),
}

/// What [`LaneReader::next`](crate::reader::LaneReader::next) found.
#[derive(Clone, Copy, Debug)]
#[must_use = "every gap is to be told, and every record counts"]
pub enum Next<'r> {
    /// Something to tell.
    Item(Item<'r>),
    /// Nothing new; there may be more later. Wait a while before asking again (REG-41).
    Pending,
    /// The lane was closed by its writer, and all of it has been told but the drops at its tail:
    /// call `finish`.
    Closed,
}

/// One record, copied out of the region and validated.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    /// Number of the attempt that became this record.
    pub sequence: u64,
    /// Size, id, acting version, flags and ticks, as stored.
    pub header: RecordHeader,
    /// The payload: a private copy, as long as the writer said.
    pub payload: &'r [u8],
    /// Whether the ticks are less than those of the lane's record before. They are delivered as
    /// they are.
    pub ticks_backwards: bool,
}

impl<'r> Record<'r> {
    /// Returns whether this is a record of type `R`, of whichever version.
    pub fn is<R: TraceRecord>(&self) -> bool {
        self.header.id == R::SCHEMA.id && self.header.flags & UNSEQUENCED == 0
    }

    /// Reads the record as an `R`.
    ///
    /// # Errors
    ///
    /// It is another record, or the payload is shorter than its acting version is.
    pub fn view<R: TraceRecord>(&self) -> Result<R::View<'r>, ViewError> {
        if self.is::<R>() {
            R::View::from_parts(self.payload, self.header.version)
        } else {
            Err(ViewError::OtherRecord { expected: R::SCHEMA.id, found: self.header.id })
        }
    }
}

impl fmt::Display for LaneOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { incarnation, owner, previous, name } = self;
        write!(f, "incarnation {incarnation}, for owner {owner:#x} as {name:?}; the one before ")?;
        match previous.known() {
            Ok(Ending::Closed) => f.write_str("was closed by its writer"),
            Ok(Ending::OwnerGone) => f.write_str("lost its owner and was closed for it"),
            Err(unknown) => write!(f, "ended as this version does not know: {unknown}"),
        }
    }
}
