//! A reader's lanes.

use std::collections::BTreeMap;

use abi_runtime::attach::RegionView;
use abi_runtime::books::Books;
use abi_runtime::gap::Gap;
use abi_runtime::item::{Item, Next, Record};
use abi_runtime::reader::{LaneError, LaneReader, Start};

use crate::statement::LaneDelivered;
use crate::telling;

/// How many items of one lane are taken before the next lane has its turn.
const TURN: usize = 1024;

/// One lane of a region, and what was read of it so far.
#[derive(Debug)]
pub struct Lane<'m> {
    reader: LaneReader<'m, Vec<u64>>,
    name: String,
    gaps: u64,
    records: BTreeMap<u16, u64>,
    closed: bool,
}

/// What one turn of a lane came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Something was told.
    Told,
    /// There was nothing new.
    Nothing,
    /// The lane was closed and has been told.
    Closed,
}

/// Who is told what a reader finds.
pub trait Listener {
    /// A record came.
    fn record(&mut self, lane: &str, record: &Record<'_>);
    /// Something is missing.
    fn gap(&mut self, lane: &str, gap: &Gap);
}

impl<'m> Lane<'m> {
    /// Begins to read lane `number`, with what of it is still there.
    ///
    /// # Errors
    ///
    /// The lane has not been opened yet, or cannot be read: see [`LaneError`].
    pub fn open(region: &RegionView<'m>, number: u32) -> Result<Self, LaneError> {
        let words = region.geometry().shape.block_size as usize / size_of::<u64>();
        let reader = LaneReader::open(region, number, Start::Oldest, vec![0; words])?;
        let name = reader.fixed().name.to_string();
        Ok(Self { reader, name, gaps: 0, records: BTreeMap::new(), closed: false })
    }

    /// Returns the lane's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the books as they are now.
    #[must_use]
    pub const fn books(&self) -> &Books {
        self.reader.books()
    }

    /// Tells what there is, a bounded number of items.
    pub fn turn(&mut self, listener: &mut impl Listener) -> Turn {
        let mut turn = if self.closed { Turn::Closed } else { Turn::Nothing };
        for _ in 0..TURN {
            match self.reader.next() {
                Next::Item(Item::Record(record)) => {
                    *self.records.entry(record.header.id).or_default() += 1;
                    listener.record(&self.name, &record);
                }
                Next::Item(Item::Gap(gap)) => {
                    self.gaps += 1;
                    listener.gap(&self.name, &gap);
                }
                Next::Pending => break,
                Next::Closed => {
                    self.closed = true;
                    return Turn::Closed;
                }
            }
            turn = Turn::Told;
        }
        turn
    }

    /// Tells the last gap, if there is one, and states the books.
    pub fn finish(mut self, listener: &mut impl Listener) -> LaneDelivered {
        let statement = self.reader.finish();
        if let Some(gap) = &statement.gap {
            self.gaps += 1;
            listener.gap(&self.name, gap);
        }
        let mut records = BTreeMap::new();
        for (id, count) in self.records {
            *records.entry(telling::name(id)).or_default() += count;
        }
        LaneDelivered::new(self.name, &statement, self.gaps, records)
    }
}
