//! A reader that believes nothing of what its `LaneReader` says.
//!
//! Every record is checked against its number, every gap against the fates of the attempts in it, and the
//! books after each of them (REG-33, REG-34, REG-36, REG-40).

use abi_runtime::attach::RegionView;
use abi_runtime::books::{Books, InFlight, Statement};
use abi_runtime::drain::Standing;
use abi_runtime::gap::{Cause, Count, Gap};
use abi_runtime::item::{Item, Next, Record};
use abi_runtime::layout::Policy;
use abi_runtime::reader::{LaneError, LaneReader, Start};
use dext_bindings::linux::Draining;

use crate::load::{Fate, fate, refused};
use crate::told::Told;
use crate::truth;

/// One lane as one reader sees it.
pub struct Audit<'m> {
    reader: LaneReader<'m, Vec<u64>>,
    lane: u32,
    /// Whether every attempt finds room, so that its number alone tells its fate.
    has_room: bool,
    /// Whether the lane waits for readers that drain.
    drains: bool,
    /// Position from which on the lane waits for this reader, once that is known.
    held_from: Option<u64>,
    /// Number of the attempt that is due.
    due: u64,
    delivered: u64,
    missing: u64,
}

/// What there was to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// As much as was asked for.
    All,
    /// All that there is at present.
    Pending,
    /// All that there will ever be.
    Closed,
}

impl<'m> Audit<'m> {
    /// Begins to read lane `lane`, whose load's key is its number. `None`: its writer was too fast for one
    /// look (REG-36).
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn open(view: &RegionView<'m>, lane: u32, start: Start) -> Result<Option<Self>, String> {
        let buffer = vec![0; view.geometry().shape.block_size as usize / 8];
        let reader = match LaneReader::open(view, lane, start, buffer) {
            Ok(reader) => reader,
            Err(LaneError::TooFast) => return Ok(None),
            Err(error) => return Err(format!("lane {lane}: {error}")),
        };
        let fixed = reader.fixed();
        let due = fixed.start_sequence.wrapping_add(reader.books().before);
        let has_room = fixed.policy.known() == Ok(Policy::Overwrite);
        let drains = fixed.policy.known() == Ok(Policy::Drain);
        Ok(Some(Self { reader, lane, has_room, drains, held_from: None, due, delivered: 0, missing: 0 }))
    }

    /// Returns which lane it is.
    pub const fn lane(&self) -> u32 {
        self.lane
    }

    /// Returns the position up to which everything was taken.
    pub const fn position(&self) -> u64 {
        self.reader.position()
    }

    /// Takes up to `items` records and gaps, as a reader that drains or does not.
    ///
    /// # Errors
    ///
    /// Something that the reader said is not true.
    pub fn take(&mut self, items: u64, draining: Option<&Draining>) -> Result<Took, String> {
        if self.held_from.is_none() && self.is_served(draining) {
            self.held_from = Some(self.reader.position().wrapping_add(self.reader.behind()));
        }
        for _ in 0..items {
            let position = self.reader.position();
            let told = match self.reader.next() {
                Next::Item(Item::Record(record)) => check_record(self.lane, self.due, self.has_room, &record)
                    .map(|()| {
                        self.due = self.due.wrapping_add(1);
                        self.delivered += 1;
                    }),
                Next::Item(Item::Gap(gap)) => {
                    self.take_gap(&gap).and_then(|()| self.check_overrun(&gap, position, draining))
                }
                Next::Item(Item::Opened(opened)) => Err(format!("nobody opened the lane again: {opened:?}")),
                Next::Pending => return Ok(Took::Pending),
                Next::Closed => return Ok(Took::Closed),
            };
            told.and_then(|()| self.check_books()).map_err(|error| format!("lane {}: {error}", self.lane))?;
        }
        Ok(Took::All)
    }

    fn take_gap(&mut self, gap: &Gap) -> Result<(), String> {
        let Count::Exact(count) = gap.count else {
            return Err(format!("a gap that nobody can count: {gap}"));
        };
        if gap.first_sequence != self.due || count == 0 {
            return Err(format!("{} was due, and there is a gap: {gap}", self.due));
        }
        let refused = refused(self.due, count);
        let is_true = match gap.cause {
            Cause::Dropped { by_cause } if self.has_room => {
                refused.total() == count && by_cause.is_none_or(|counts| counts == refused)
            }
            Cause::Dropped { by_cause } => by_cause.is_none_or(|counts| counts.total() == count),
            Cause::Overrun { overwritten, dropped } if self.has_room => {
                overwritten + dropped == count && dropped == refused.total()
            }
            // On a lane that refuses when it is full nobody else knows which those were.
            Cause::Overrun { overwritten, dropped } => self.drains && overwritten + dropped == count,
            _ => false,
        };
        if !is_true {
            return Err(format!("{refused:?} were refused, and there is a gap: {gap}"));
        }
        self.due = self.due.wrapping_add(count);
        self.missing += count;
        Ok(())
    }

    /// REG-48: what is published once the lane waits for a reader is not overwritten before that reader has
    /// released it. What was published before, others may have released already.
    fn check_overrun(&mut self, gap: &Gap, position: u64, draining: Option<&Draining>) -> Result<(), String> {
        let Some(held_from) = self.held_from.filter(|_| self.is_served(draining)) else { return Ok(()) };
        let is_held = position.wrapping_sub(held_from) < u64::MAX / 2;
        match gap.cause {
            Cause::Overrun { .. } if is_held => {
                Err(format!("the lane waits for this reader and has overrun it: {gap}"))
            }
            _ => Ok(()),
        }
    }

    /// Returns whether the lane waits for this reader.
    fn is_served(&self, draining: Option<&Draining>) -> bool {
        let standing = draining.map(|draining| self.reader.standing(draining.slot, draining.ticket));
        self.drains && standing == Some(Some(Standing::Serving))
    }

    /// REG-40: offered = delivered + missing, and both are what was taken.
    fn check_books(&self) -> Result<(), String> {
        let books = self.reader.books();
        let first = self.reader.fixed().start_sequence.wrapping_add(books.before);
        let close = books.close()
            && books.delivered == self.delivered
            && books.missing() == self.missing
            && books.offered == self.due.wrapping_sub(first);
        if close { Ok(()) } else { Err(format!("the books do not close: {books}")) }
    }

    /// Returns what is known of the lane, at the end or when leaving it.
    ///
    /// # Errors
    ///
    /// The statement is not true.
    pub fn end(mut self) -> Result<Told, String> {
        let lane = self.lane;
        let Statement { gap, in_flight, unnumbered, read_to_end, books } = self.reader.finish();
        if unnumbered != 0 && in_flight == InFlight::Nothing {
            return Err(format!(
                "lane {lane}, at its end: {unnumbered} attempts have no number, and nothing is in flight"
            ));
        }
        let told = match gap {
            Some(gap) => self.take_gap(&gap),
            None => Ok(()),
        };
        told.and_then(|()| self.check_books())
            .map_err(|error| format!("lane {lane}, at its end: {error}"))?;
        Ok(self.told(books, u64::from(in_flight == InFlight::Nothing && read_to_end)))
    }

    fn told(&self, books: Books, whole: u64) -> Told {
        Told {
            lane: self.lane,
            before: books.before,
            offered: books.offered,
            delivered: books.delivered,
            dropped: books.dropped,
            overwritten: books.overwritten,
            torn: self.reader.torn_copies(),
            whole,
            held: u64::from(self.held_from.is_some()),
        }
    }
}

fn check_record(lane: u32, due: u64, has_room: bool, record: &Record<'_>) -> Result<(), String> {
    if record.sequence != due {
        return Err(format!("record {} was due, and {} came", due, record.sequence));
    }
    if record.ticks_backwards || has_room && fate(due) != Fate::Accepted {
        return Err(format!("record {due} was never made like this: {:?}", record.header));
    }
    truth::check(u64::from(lane), record)
}
