//! Reading a region from attach to the last word.

use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::attach::RegionView;
use abi_runtime::books::Statement;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::RegionState;
use abi_runtime::reader::{LaneError, LaneReader, Start};

use crate::line::Lines;

/// How many items of a lane are written before the next lane has its turn.
const TURN: usize = 1024;

/// The longest wait while nothing comes.
const LONGEST_WAIT: Duration = Duration::from_millis(10);

/// The shortest wait.
const SHORTEST_WAIT: Duration = Duration::from_micros(100);

/// One lane that is being read.
#[derive(Debug)]
struct Lane<'m> {
    name: String,
    reader: LaneReader<'m, Vec<u64>>,
}

/// All lanes of a region.
#[derive(Debug)]
pub struct Session<'m> {
    region: RegionView<'m>,
    lanes: Vec<Lane<'m>>,
    unopened: Vec<u32>,
    /// Whether some lane cannot be read.
    unreadable: bool,
}

impl<'m> Session<'m> {
    /// Begins to read the lanes of `region` from the oldest block that is still whole.
    #[must_use]
    pub fn new(region: RegionView<'m>) -> Self {
        Self { region, lanes: Vec::new(), unopened: (0..region.lanes()).collect(), unreadable: false }
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

    /// Writes records and gaps to `out` until the driver has closed the region, until
    /// `driver_is_gone`, or until `deadline`; then the books of each lane. Returns whether the books
    /// of all lanes close.
    ///
    /// # Errors
    ///
    /// `out` cannot be written to.
    pub fn run(
        mut self,
        lines: &Lines<'_>,
        out: &mut impl Write,
        mut driver_is_gone: impl FnMut() -> bool,
        deadline: Option<Instant>,
    ) -> io::Result<bool> {
        let mut wait = SHORTEST_WAIT;
        loop {
            // Asked before the look: what was stored before the end is seen by the look after it.
            let over = self.region.state() == Ok(RegionState::Closed) || driver_is_gone();
            let late = deadline.is_some_and(|deadline| Instant::now() >= deadline);
            self.open_lanes(lines, out)?;
            let mut told = false;
            for lane in &mut self.lanes {
                told |= lane.turn(lines, out)?;
            }
            if late || over && !told {
                break;
            }
            if told {
                wait = SHORTEST_WAIT;
                continue;
            }
            out.flush()?;
            thread::sleep(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        self.finish(lines, out)
    }

    /// A lane that cannot be read is said once, and its books do not close.
    fn open_lanes(&mut self, lines: &Lines<'_>, out: &mut impl Write) -> io::Result<()> {
        let words = self.region.geometry().shape.block_size as usize / size_of::<u64>();
        for number in std::mem::take(&mut self.unopened) {
            match LaneReader::open(&self.region, number, Start::Oldest, vec![0; words]) {
                Ok(reader) => {
                    let name = format!("{number}:{}", reader.fixed().name);
                    self.lanes.push(Lane { name, reader });
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
    /// Writes a bounded number of items, and returns whether there were any.
    fn turn(&mut self, lines: &Lines<'_>, out: &mut impl Write) -> io::Result<bool> {
        for told in 0..TURN {
            match self.reader.next() {
                Next::Item(Item::Record(record)) => {
                    writeln!(out, "{}", lines.record(&self.name, &record))?;
                }
                Next::Item(Item::Gap(gap)) => writeln!(out, "{}", lines.gap(&self.name, &gap))?,
                Next::Item(Item::Opened(opened)) => writeln!(out, "{}", lines.opened(&self.name, &opened))?,
                Next::Pending | Next::Closed => return Ok(told > 0),
            }
        }
        Ok(true)
    }
}
