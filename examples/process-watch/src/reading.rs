//! A reader's lanes.

use std::collections::BTreeMap;
use std::thread;

use abi_runtime::attach::RegionView;
use abi_runtime::books::Books;
use abi_runtime::gap::Gap;
use abi_runtime::item::{Item, Next, Record};
use abi_runtime::layout::RegionState;
use abi_runtime::reader::{LaneError, LaneReader, Start};

use crate::pace::Pace;
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
    /// A turn of all lanes is over.
    fn turn_over(&mut self, _lanes: &[Lane<'_>]) {}
}

/// All lanes of a region, from attach to the last word.
#[derive(Debug)]
pub struct Reading<'m> {
    region: RegionView<'m>,
    lanes: Vec<Lane<'m>>,
    /// Lanes that cannot be read yet, and why.
    unopened: Vec<(u32, Option<LaneError>)>,
}

impl<'m> Reading<'m> {
    /// Begins with the lanes that are open by now; the others follow.
    ///
    /// # Errors
    ///
    /// A lane cannot be read.
    pub fn new(region: RegionView<'m>) -> Result<Self, LaneError> {
        let mut reading = Self {
            region,
            lanes: Vec::new(),
            unopened: (0..region.lanes()).map(|lane| (lane, None)).collect(),
        };
        reading.open_lanes()?;
        Ok(reading)
    }

    fn open_lanes(&mut self) -> Result<(), LaneError> {
        for (number, _) in std::mem::take(&mut self.unopened) {
            match Lane::open(&self.region, number) {
                Ok(lane) => self.lanes.push(lane),
                Err(error) if error.may_pass() => self.unopened.push((number, Some(error))),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads until the driver has closed the region, or `driver_is_gone`, and everything has been
    /// told; or until `leave`, and then no further.
    ///
    /// # Errors
    ///
    /// A lane cannot be read.
    pub fn run(
        mut self,
        listener: &mut impl Listener,
        mut driver_is_gone: impl FnMut() -> bool,
        mut leave: impl FnMut() -> bool,
    ) -> Result<Vec<LaneDelivered>, LaneError> {
        let mut pace = Pace::new();
        loop {
            // Asked before the look: what was stored before the end is seen by the look after it.
            let is_over = self.region.state() == Ok(RegionState::Closed) || driver_is_gone();
            self.open_lanes()?;
            let turns: Vec<_> = self.lanes.iter_mut().map(|lane| lane.turn(listener)).collect();
            listener.turn_over(&self.lanes);
            if leave() {
                break;
            }
            if turns.contains(&Turn::Told) {
                pace.found();
            } else if is_over {
                break;
            } else {
                thread::sleep(pace.nothing());
            }
        }
        // A lane that was looked at and could not be read is none that was never opened (REG-55).
        let unread = self.unopened.iter().filter_map(|(_, error)| *error);
        if let Some(error) = unread.into_iter().find(|error| !error.is_never_opened()) {
            return Err(error);
        }
        Ok(self.lanes.into_iter().map(|lane| lane.finish(listener)).collect())
    }
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
                Next::Item(Item::Opened(opened)) => self.name = opened.name.to_string(),
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
