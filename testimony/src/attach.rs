//! Reading a region from attach to the last word.

use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::attach::RegionView;
use abi_runtime::gap::{Cause, Gap};
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::RegionState;
use abi_runtime::reader::{LaneError, LaneReader, Start};
use dext_bindings::{Attached, Woken};

use crate::lane_name::LaneName;
use crate::leave::{End, Leave};
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
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// When it leaves, if the driver is still there.
    pub leave: Leave,
    /// Whether it sleeps until the driver rings.
    pub doorbell: bool,
    /// Most items a second that it takes from each lane.
    pub rate: Option<u32>,
}

/// One lane that is being read.
#[derive(Debug)]
struct Lane<'m> {
    number: u32,
    name: LaneName,
    /// The name as lines have it.
    shown: String,
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
    /// Lanes that cannot be read yet, and why.
    unopened: Vec<(u32, Option<LaneError>)>,
    /// Whether some lane cannot be read.
    unreadable: bool,
}

impl<'m> Session<'m> {
    /// Begins to read the lanes of a region from the oldest block that is still whole.
    #[must_use]
    pub fn new(attached: &'m dyn Attached) -> Self {
        let region = attached.region();
        let unopened = (0..region.lanes()).map(|lane| (lane, None)).collect();
        Self { attached, region, lanes: Vec::new(), unopened, unreadable: false }
    }

    /// Returns the catalog section, copied out: what a [`Legend`](crate::legend::Legend) reads.
    #[must_use]
    pub fn catalogs(region: &RegionView<'m>) -> Vec<u8> {
        // A checked header states at most 16 MiB (REG-58).
        let mut section = vec![0; usize::try_from(region.header().catalog_size).unwrap_or(0)];
        let copied = region.copy_catalogs(&mut section);
        section.truncate(copied);
        section
    }

    /// Writes records and gaps to `out` until the driver has closed the region or is gone, or until the
    /// session leaves; then the account of each lane and of the region. Returns whether the books of all lanes
    /// close.
    ///
    /// # Errors
    ///
    /// `out` cannot be written to, or the driver does not serve a reader that drains.
    pub fn run(mut self, lines: &Lines<'_>, out: &mut impl Write, pace: &Pace) -> io::Result<bool> {
        let mut wait = SHORTEST_WAIT;
        let mut served = false;
        if let Some(line) = lines.stream() {
            writeln!(out, "{line}")?;
        }
        let end = loop {
            // Asked before the look: what was stored before the end is seen by the look after it.
            let over = self.driver_end();
            self.open_lanes(lines, out)?;
            self.release();
            if !served && self.attached.place().is_some() && over.is_none() {
                self.attached.serve()?;
            }
            served = true;
            let mut took = false;
            for lane in &mut self.lanes {
                took |= lane.turn(lines, out, pace)?;
            }
            self.release();
            if let Some(left) = pace.leave.reason() {
                // A driver that ended in the same moment did not go on.
                break over.unwrap_or(left);
            }
            if took {
                wait = SHORTEST_WAIT;
                if pace.rate.is_some() {
                    thread::sleep(SHORTEST_WAIT);
                }
                continue;
            }
            if let Some(end) = over {
                break end;
            }
            out.flush()?;
            if pace.doorbell && pace.rate.is_none() {
                // Whatever it woke for, the next look tells.
                let _: Woken = self.attached.sleep(self.positions(), WORTH_WAKING, LONGEST_SLEEP)?;
            } else {
                thread::sleep(wait);
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        };
        self.finish(lines, out, end)
    }

    /// Returns how the driver has ended, if it has.
    fn driver_end(&self) -> Option<End> {
        if self.region.state() == Ok(RegionState::Closed) {
            return Some(End::Closed);
        }
        let ended = self.attached.ended()?;
        // A driver that closes its region does so before it goes.
        Some(if self.region.state() == Ok(RegionState::Closed) { End::Closed } else { End::Gone(ended) })
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

    /// Opens lanes that were not open at the last look. A lane that can never be read is reported once, and its
    /// books do not close.
    fn open_lanes(&mut self, lines: &Lines<'_>, out: &mut impl Write) -> io::Result<()> {
        let words = LaneReader::<Vec<u64>>::buffer_words(self.region.geometry().shape);
        for (number, _) in std::mem::take(&mut self.unopened) {
            match LaneReader::open(&self.region, number, Start::Oldest, vec![0; words]) {
                Ok(reader) => {
                    let name = LaneName::at_open(number, reader.fixed());
                    let shown = name.to_string();
                    self.lanes.push(Lane { number, name, shown, reader, taken: 0, begin: Instant::now() });
                }
                Err(error) if error.may_pass() => self.unopened.push((number, Some(error))),
                Err(error) => {
                    writeln!(out, "{}", lines.unreadable(number, &error))?;
                    self.unreadable = true;
                }
            }
        }
        Ok(())
    }

    /// Writes the account of every lane, then of the region. A lane that was looked at and could not be read is
    /// not one that was never opened (REG-55).
    fn finish(mut self, lines: &Lines<'_>, out: &mut impl Write, end: End) -> io::Result<bool> {
        for (number, error) in std::mem::take(&mut self.unopened) {
            if let Some(error) = error.filter(|error| !error.is_never_opened()) {
                writeln!(out, "{}", lines.unreadable(number, &error))?;
                self.unreadable = true;
            }
        }
        let mut close = !self.unreadable;
        let place = self.attached.place();
        for mut lane in self.lanes {
            let statement = lane.reader.finish();
            if let Some(gap) = &statement.gap {
                writeln!(out, "{}", lines.gap(&lane.shown, gap))?;
            }
            writeln!(out, "{}", lines.books(&lane.shown, &statement))?;
            if let Some(place) = &place {
                let standing = lane.reader.standing(place.slot, place.ticket);
                writeln!(out, "{}", lines.drain(&lane.shown, standing))?;
            }
            if let Some(observing) = lane.reader.observing(self.region.header()) {
                writeln!(out, "{}", lines.cost(&lane.shown, &observing))?;
            }
            close &= statement.books.close();
        }
        writeln!(out, "{}", lines.region(self.region.claims_refused(), end))?;
        out.flush()?;
        Ok(close)
    }
}

impl Lane<'_> {
    /// Writes a bounded number of items, and returns whether there may be more. It looks at each item whether the
    /// session leaves: items may be long, and lanes many.
    fn turn(&mut self, lines: &Lines<'_>, out: &mut impl Write, pace: &Pace) -> io::Result<bool> {
        for taken in 0..self.turn_length(pace.rate) {
            if taken > 0 && pace.leave.reason().is_some() {
                break;
            }
            match self.reader.next() {
                Next::Item(Item::Record(record)) => {
                    writeln!(out, "{}", lines.record(&self.shown, &record))?;
                }
                Next::Item(Item::Gap(gap)) => {
                    writeln!(out, "{}", lines.gap(&self.shown, &gap))?;
                    self.look_at_owner(&gap);
                }
                Next::Item(Item::Opened(opened)) => {
                    self.name.opened(&opened);
                    self.shown = self.name.to_string();
                    writeln!(out, "{}", lines.opened(&self.shown, &opened))?;
                }
                Next::Pending | Next::Closed => return Ok(taken > 0),
            }
            self.taken += 1;
        }
        Ok(true)
    }

    /// Looks whether the lane has another owner since a gap in which its `LaneOpened` record may have been lost.
    fn look_at_owner(&mut self, gap: &Gap) {
        if let Cause::Overrun { .. } | Cause::Corrupt(_) = gap.cause
            && let Ok(now) = self.reader.fixed_now()
        {
            self.name.after_gap(&now);
            self.shown = self.name.to_string();
        }
    }

    /// Items that may be taken now.
    fn turn_length(&self, rate: Option<u32>) -> usize {
        let Some(rate) = rate else { return TURN };
        let due = self.begin.elapsed().as_millis().saturating_mul(rate.into()) / 1000;
        let left = due.saturating_sub(self.taken.into());
        usize::try_from(left).unwrap_or(TURN).min(TURN)
    }
}
