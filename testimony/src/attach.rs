//! Reading a region from attach to the last word.

use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::attach::RegionView;
use abi_runtime::books::Statement;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::RegionState;
use abi_runtime::reader::{LaneError, LaneReader, Start};

use dext_bindings::{Attached, Woken};

use crate::line::Lines;

/// How many items of a lane are written before the next lane has its turn.
const TURN: usize = 1024;

/// The longest wait while nothing comes.
const LONGEST_WAIT: Duration = Duration::from_millis(10);

/// The shortest wait.
const SHORTEST_WAIT: Duration = Duration::from_micros(100);

/// How long a reader with a doorbell sleeps at most, and how much it wants to have come meanwhile, in bytes.
const LONGEST_SLEEP: Duration = Duration::from_millis(100);
const WORTH_WAKING: u64 = 1;

/// How fast a session reads, and for how long.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// When it leaves, if the driver is still there.
    pub deadline: Option<Instant>,
    /// Whether it sleeps until the driver rings.
    pub doorbell: bool,
    /// Most items a second that it takes from each lane.
    pub rate: Option<u32>,
}

/// One lane that is being read.
#[derive(Debug)]
struct Lane<'m> {
    number: u32,
    name: String,
    reader: LaneReader<'m, Vec<u64>>,
    /// Items that have been taken, and since when: what a rate is held against.
    taken: u64,
    begin: Instant,
}

/// All lanes of a region.
pub struct Session<'m> {
    attached: &'m dyn Attached,
    region: RegionView<'m>,
    lanes: Vec<Lane<'m>>,
    unopened: Vec<u32>,
    /// Whether some lane cannot be read.
    unreadable: bool,
}

impl<'m> Session<'m> {
    /// Begins to read the lanes of a region from the oldest block that is still whole.
    #[must_use]
    pub fn new(attached: &'m dyn Attached) -> Self {
        let region = attached.region();
        let unopened = (0..region.lanes()).collect();
        Self { attached, region, lanes: Vec::new(), unopened, unreadable: false }
    }

    /// Returns the catalog section, copied out: what a [`Legend`](crate::legend::Legend) reads.
    #[must_use]
    pub fn catalogs(region: &RegionView<'m>) -> Vec<u8> {
        // The geometry was checked against the mapping, so the size is one that memory can have.
        let mut section = vec![0; usize::try_from(region.header().catalog_size).unwrap_or(0)];
        let copied = region.copy_catalogs(&mut section);
        section.truncate(copied);
        section
    }

    /// Writes records and gaps to `out` until the driver has closed the region or is gone, or until the
    /// deadline; then the books of each lane. Returns whether the books of all lanes close.
    ///
    /// # Errors
    ///
    /// `out` cannot be written to, or the driver does not serve a reader that drains.
    pub fn run(mut self, lines: &Lines<'_>, out: &mut impl Write, pace: &Pace) -> io::Result<bool> {
        let mut wait = SHORTEST_WAIT;
        let mut served = false;
        loop {
            // Asked before the look: what was stored before the end is seen by the look after it.
            let over = self.region.state() == Ok(RegionState::Closed) || !self.attached.driver_is_alive();
            let late = pace.deadline.is_some_and(|deadline| Instant::now() >= deadline);
            self.open_lanes(lines, out)?;
            self.release();
            if !served && self.attached.place().is_some() && !over {
                self.attached.serve()?;
            }
            served = true;
            let mut told = false;
            for lane in &mut self.lanes {
                told |= lane.turn(lines, out, pace.rate)?;
            }
            self.release();
            if late || over && !told {
                break;
            }
            if told {
                wait = SHORTEST_WAIT;
                if pace.rate.is_some() {
                    thread::sleep(SHORTEST_WAIT);
                }
                continue;
            }
            out.flush()?;
            if pace.doorbell && pace.rate.is_none() && !over {
                // Whatever it woke for, the next look tells.
                let _: Woken = self.attached.sleep(self.positions(), WORTH_WAKING, LONGEST_SLEEP)?;
            } else {
                thread::sleep(wait);
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
        self.finish(lines, out)
    }

    /// The sum of the positions up to which the lanes have been read.
    fn positions(&self) -> u64 {
        self.lanes.iter().fold(0, |sum, lane| sum.wrapping_add(lane.reader.position()))
    }

    /// Lets the writers reuse what has been written out, if they wait for this reader.
    fn release(&self) {
        let Some(place) = self.attached.place() else { return };
        for lane in &self.lanes {
            place.page.release(lane.number, lane.reader.position());
        }
    }

    /// A lane that cannot be read is said once, and its books do not close.
    fn open_lanes(&mut self, lines: &Lines<'_>, out: &mut impl Write) -> io::Result<()> {
        let words = self.region.geometry().shape.block_size as usize / size_of::<u64>();
        for number in std::mem::take(&mut self.unopened) {
            match LaneReader::open(&self.region, number, Start::Oldest, vec![0; words]) {
                Ok(reader) => {
                    let name = format!("{number}:{}", reader.fixed().name);
                    self.lanes.push(Lane { number, name, reader, taken: 0, begin: Instant::now() });
                }
                Err(LaneError::NotOpened(_) | LaneError::TooFast) => self.unopened.push(number),
                Err(error) => {
                    writeln!(out, "{}", lines.unreadable(number, &error))?;
                    self.unreadable = true;
                }
            }
        }
        Ok(())
    }

    fn finish(self, lines: &Lines<'_>, out: &mut impl Write) -> io::Result<bool> {
        let mut close = !self.unreadable;
        for mut lane in self.lanes {
            let statement: Statement = lane.reader.finish();
            if let Some(gap) = &statement.gap {
                writeln!(out, "{}", lines.gap(&lane.name, gap))?;
            }
            writeln!(out, "{}", lines.books(&lane.name, &statement))?;
            if let Some(observing) = lane.reader.observing(self.region.header()) {
                writeln!(out, "{}", lines.cost(&lane.name, &observing))?;
            }
            close &= statement.books.close();
        }
        out.flush()?;
        Ok(close)
    }
}

impl Lane<'_> {
    /// Writes a bounded number of items, and returns whether there may be more.
    fn turn(&mut self, lines: &Lines<'_>, out: &mut impl Write, rate: Option<u32>) -> io::Result<bool> {
        for told in 0..self.turn_length(rate) {
            match self.reader.next() {
                Next::Item(Item::Record(record)) => {
                    writeln!(out, "{}", lines.record(&self.name, &record))?;
                }
                Next::Item(Item::Gap(gap)) => writeln!(out, "{}", lines.gap(&self.name, &gap))?,
                Next::Item(Item::Opened(opened)) => writeln!(out, "{}", lines.opened(&self.name, &opened))?,
                Next::Pending | Next::Closed => return Ok(told > 0),
            }
            self.taken += 1;
        }
        Ok(true)
    }

    /// Items that may be taken now.
    fn turn_length(&self, rate: Option<u32>) -> usize {
        let Some(rate) = rate else { return TURN };
        let due = self.begin.elapsed().as_millis().saturating_mul(rate.into()) / 1000;
        let left = due.saturating_sub(self.taken.into());
        usize::try_from(left).unwrap_or(TURN).min(TURN)
    }
}
