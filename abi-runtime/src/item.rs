//! What a reader yields.

use crate::TraceRecord;
use crate::gap::Gap;
use crate::layout::{RecordHeader, UNSEQUENCED};
use crate::{RecordView, ViewError};

/// One thing that a reader has to say.
#[derive(Clone, Copy, Debug)]
#[must_use = "every gap is to be told, and every record counts"]
pub enum Item<'r> {
    /// A record, whole, from a private copy.
    Record(Record<'r>),
    /// A hole in the sequence.
    Gap(Gap),
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
