//! Readers that are lapped in the middle of their copies: is a torn copy ever taken for a record?
//!
//! Two blocks of 64 KiB, records of many sizes that say in every word whose they are, a writer that does
//! not wait, and more readers than processors, so that some are put to sleep in the middle of a copy. A
//! reader is to throw away what may be torn, and never to find a broken rule (REG-31, REG-34).

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::attach::RegionView;
use abi_runtime::clock::Clock;
use abi_runtime::gap::{Cause, Count, Gap};
use abi_runtime::geometry::Shape;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::reader::{LaneError, LaneReader, Start};
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::writer::Writer;

use crate::truth::{self, Mark, Sheet, Slab, TRUTH, words};

const SHAPE: Shape = Shape { lanes: 1, block_size: 1 << 16, blocks_per_lane: 2 };
/// How long it may take until enough was copied.
const PATIENCE: Duration = Duration::from_hours(6);

/// What readers came to, all together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Records whose every word was checked.
    pub accepted: u64,
    /// Copies that were thrown away because they may have been torn.
    pub torn: u64,
    /// Records that were overwritten before they were read.
    pub overwritten: u64,
}

impl Figures {
    /// Returns how many copies were judged.
    pub const fn copies(&self) -> u64 {
        self.accepted + self.torn
    }
}

/// What the threads share.
struct Stage {
    copies: AtomicU64,
    torn: AtomicU64,
    is_over: AtomicBool,
}

/// Reads until `copies` copies were judged, and `torn` of them thrown away.
///
/// # Errors
///
/// A reader took what was torn, or said anything else that is not true; or it takes far too long.
pub fn run(copies: u64, torn: u64, readers: usize) -> Result<Figures, String> {
    let size = region_size(SHAPE, &TRUTH).map_err(|error| error.to_string())?;
    let memory: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape: SHAPE, region_id: [1, 1], generation: 1, clock, catalog: &TRUTH };
    let region =
        Region::format(MemoryMut::from_words(&memory), &config).map_err(|error| error.to_string())?;
    let ticks = Cell::new(0);
    let clock = move || {
        ticks.set(ticks.get() + 1);
        ticks.get()
    };
    let writer = region
        .open_lane(0, &LaneConfig::new("laps", Policy::Overwrite), clock)
        .map_err(|error| error.to_string())?;
    let view = RegionView::attach(Memory::from_words(&memory)).map_err(|error| error.to_string())?;
    let stage = Stage { copies: AtomicU64::new(0), torn: AtomicU64::new(0), is_over: AtomicBool::new(false) };
    let until = Instant::now() + PATIENCE;
    thread::scope(|scope| {
        let (stage, view) = (&stage, &view);
        let readers: Vec<_> = (0..readers)
            .map(|_| {
                scope.spawn(move || {
                    let read = read(stage, view);
                    // Whoever fails sends the others home.
                    stage.is_over.fetch_or(read.is_err(), Relaxed);
                    read
                })
            })
            .collect();
        scope.spawn(move || write(stage, &writer));
        while stage.copies.load(Relaxed) < copies || stage.torn.load(Relaxed) < torn {
            if stage.is_over.load(Relaxed) || Instant::now() > until {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        stage.is_over.store(true, Relaxed);
        let mut all = Figures::default();
        for reader in readers {
            let figures = reader.join().map_err(|_| "a reader panicked".to_owned())??;
            all.accepted += figures.accepted;
            all.torn += figures.torn;
            all.overwritten += figures.overwritten;
        }
        if all.torn < torn || all.copies() < copies {
            return Err(format!("NOT CHECKED: {torn} torn copies were wanted, and there were {all:?}"));
        }
        Ok(all)
    })
}

/// Records, about as many as a block holds: after so many the writer lets others run, in every other spell.
const TURN: u64 = 128;
/// Records of a spell.
const SPELL: u64 = 64 * TURN;
/// How long a thread that lets others run waits. One that yields again and again gets no turn beside others that
/// never do: the kernel moves its deadline with each call.
const PAUSE: Duration = Duration::from_micros(20);

/// Writes records of all sizes, so that what begins where differs from lap to lap.
///
/// In one spell it waits for nobody, and laps readers in the middle of their copies. In the next one it lets
/// others run after each block: beside other load a writer that never does is lapping all the time that it has,
/// and readers, which then find one lane of records each time they have a turn, come to nothing.
fn write<C: Clock>(stage: &Stage, writer: &Writer<'_, C>) {
    let mut sequence: u64 = 0;
    while !stage.is_over.load(Relaxed) {
        if sequence.is_multiple_of(TURN) && (sequence / SPELL).is_multiple_of(2) {
            thread::sleep(PAUSE);
        }
        let _ = match sequence % 7 {
            0 | 3 => writer.emit(&Slab { words: words(0, sequence) }),
            1 | 5 => writer.emit(&Mark { words: words(0, sequence) }),
            _ => writer.emit(&Sheet { words: words(0, sequence) }),
        };
        sequence += 1;
    }
}

fn read(stage: &Stage, view: &RegionView<'_>) -> Result<Figures, String> {
    let mut reader = loop {
        match LaneReader::open(view, 0, Start::Oldest, vec![0; SHAPE.block_size as usize / 8]) {
            Ok(reader) => break reader,
            Err(LaneError::TooFast) if !stage.is_over.load(Relaxed) => thread::sleep(PAUSE),
            Err(LaneError::TooFast) => return Ok(Figures::default()),
            Err(error) => return Err(error.to_string()),
        }
    };
    let mut due = reader.books().before;
    let mut torn = 0;
    while !stage.is_over.load(Relaxed) {
        let mut accepted = 0;
        match reader.next() {
            Next::Item(Item::Record(record)) => {
                if record.sequence != due || record.ticks_backwards {
                    return Err(format!("record {due} was due, and {record:?} came"));
                }
                truth::check(0, &record)?;
                accepted = 1;
                due += 1;
            }
            Next::Item(Item::Gap(gap)) => due += overrun(&gap, due)?,
            Next::Item(Item::Opened(opened)) => {
                return Err(format!("nobody opened the lane again: {opened:?}"));
            }
            Next::Pending => thread::sleep(PAUSE),
            Next::Closed => return Err("nobody closed the lane".to_owned()),
        }
        let thrown = reader.torn_copies() - torn;
        torn += thrown;
        stage.torn.fetch_add(thrown, Relaxed);
        stage.copies.fetch_add(accepted + thrown, Relaxed);
    }
    let books = reader.books();
    if !books.close() || books.offered != due - books.before {
        return Err(format!("{due} is due, and the books say {books}"));
    }
    Ok(Figures { accepted: books.delivered, torn, overwritten: books.overwritten })
}

/// Returns how many are missing, if the gap is one of the only kind that there can be.
fn overrun(gap: &Gap, due: u64) -> Result<u64, String> {
    match (gap.count, gap.cause) {
        (Count::Exact(count), Cause::Overrun { overwritten, dropped: 0 })
            if gap.first_sequence == due && overwritten == count =>
        {
            Ok(count)
        }
        _ => Err(format!("{due} was due, nothing was ever refused, and there is a gap: {gap}")),
    }
}
