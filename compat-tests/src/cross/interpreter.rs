//! Runs a script with the writer in Rust.

use std::cell::{Cell, OnceCell};
use std::sync::atomic::{AtomicU64, Ordering};

use abi_runtime::TraceRecord;
use abi_runtime::abi_schema::Class;
use abi_runtime::clock::Clock;
use abi_runtime::drain::{DrainSlot, ReleasePage, Standing, release_page_size};
use abi_runtime::drops::DropCause;
use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Ending, LaneControl, REGION, RegionState};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::region::{ClockInfo, Extras, LaneConfig, Region, RegionConfig, Thresholds, region_size};
use abi_runtime::reservation::Reservation;
use abi_runtime::writer::{Refused, Writer};
use zerocopy::{FromBytes, IntoBytes};

use super::random::Numbers;
use super::records::{CROSS, Excess, Holes, Largest, Line, Quarter, Tag};
use super::script::{Opening, Operation, Script};

/// Results that are not a drop cause, as `testimony/result.h` numbers them.
const OK: u8 = 0;
const ABANDONED: u8 = 7;
const BAD_RESERVATION: u8 = 31;
const BAD_MOMENT: u8 = 32;

/// The word of a lane's control that says what is published (REG-11).
const PUBLISH: usize = std::mem::offset_of!(LaneControl, publish) / 8;

/// What a script left behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The region's bytes.
    pub region: Vec<u8>,
    /// What each operation came to, and the account of each lane.
    pub trailer: Vec<u8>,
}

type ScriptWriter<'s> = Writer<'s, ScriptClock<'s>>;

/// What the writers of a script share.
struct Stage<'s> {
    /// What the clock says.
    ticks: Cell<u64>,
    /// Whom the next reading of the clock interrupts, and how often.
    nest: Cell<Option<(usize, u64)>>,
    writers: Vec<OnceCell<ScriptWriter<'s>>>,
    /// How each lane ended, while it is closed.
    ended: Vec<Cell<Option<Ending>>>,
}

impl<'s> Stage<'s> {
    fn writer(&self, lane: usize) -> &ScriptWriter<'s> {
        self.writers[lane].get().expect("a script opens a lane before it uses it")
    }
}

/// Says what the script says, and makes nested attempts while it is read.
struct ScriptClock<'s>(&'s Stage<'s>);

impl Clock for ScriptClock<'_> {
    fn ticks(&self) -> u64 {
        let Self(stage) = self;
        let ticks = stage.ticks.get();
        if let Some((lane, count)) = stage.nest.take() {
            for at in 1..=count {
                stage.ticks.set(ticks.wrapping_add(at));
                let nested = stage.writer(lane).emit(&record::<Tag>(at));
                assert!(nested.is_err(), "an attempt is in progress around this one");
            }
        }
        ticks
    }
}

/// Returns the record whose bytes follow from `seed`, reserved ones included.
fn record<R: FromBytes>(seed: u64) -> R {
    let mut numbers = Numbers(seed);
    let words = (0..size_of::<R>() / 8).flat_map(|_| numbers.word().to_le_bytes());
    R::read_from_bytes(&words.collect::<Vec<u8>>()).expect("a record is whole words")
}

/// A reservation of whatever record.
trait Held {
    fn fill(&mut self, seed: u64);
    fn commit(self: Box<Self>);
}

impl<'s, R: TraceRecord + FromBytes> Held for Reservation<'s, 's, ScriptClock<'s>, R> {
    fn fill(&mut self, seed: u64) {
        Reservation::fill(self, &record(seed));
    }

    fn commit(self: Box<Self>) {
        Reservation::commit(*self);
    }
}

fn emit(writer: &ScriptWriter<'_>, number: u64, seed: u64) -> u8 {
    result(match number {
        0 => writer.emit(&record::<Tag>(seed)),
        1 => writer.emit(&record::<Holes>(seed)),
        2 => writer.emit(&record::<Line>(seed)),
        3 => writer.emit(&record::<Quarter>(seed)),
        4 => writer.emit(&record::<Largest>(seed)),
        5 => writer.emit(&record::<Excess>(seed)),
        other => panic!("there is no record {other}"),
    })
}

type Reserved<'s> = Result<Box<dyn Held + 's>, Refused>;

fn reserve<'s>(writer: &'s ScriptWriter<'s>, number: u64) -> Reserved<'s> {
    match number {
        0 => hold::<Tag>(writer),
        1 => hold::<Holes>(writer),
        2 => hold::<Line>(writer),
        3 => hold::<Quarter>(writer),
        4 => hold::<Largest>(writer),
        5 => hold::<Excess>(writer),
        other => panic!("there is no record {other}"),
    }
}

fn hold<'s, R: TraceRecord + FromBytes + 's>(writer: &'s ScriptWriter<'s>) -> Reserved<'s> {
    writer.reserve::<R>().map(|reservation| Box::new(reservation) as Box<dyn Held + 's>)
}

fn result(result: Result<(), Refused>) -> u8 {
    match result.map_err(|refused| refused.cause) {
        Ok(()) => OK,
        Err(DropCause::TooBig) => 1,
        Err(DropCause::Closed) => 2,
        Err(DropCause::Full(Class::Vital)) => 3,
        Err(DropCause::Full(Class::Normal)) => 4,
        Err(DropCause::Full(Class::Bulk)) => 5,
        Err(DropCause::Reentered) => 6,
        Err(other) => panic!("no attempt is refused as {other}"),
    }
}

/// Returns the embedded forms that the region carries: the instrument's and the records'.
#[must_use]
pub fn catalogs() -> [&'static [u8]; 2] {
    [REGION.embedded(), CROSS.embedded()]
}

/// Runs `script`.
///
/// # Panics
///
/// The script is wrong: it does not begin with a region, or uses what it has not opened.
#[must_use]
pub fn run(script: &Script) -> Outcome {
    let mut operations = script.operations.iter();
    let Some(&Operation::Region { lanes, block_size, blocks, readers }) = operations.next() else {
        panic!("{} does not begin with a region", script.name);
    };
    let shape = Shape { lanes, block_size, blocks_per_lane: blocks };
    let words = zeroed(region_size(shape, &CROSS).expect("a script's shape is one"));
    let pages: Vec<_> = (0..readers).map(|_| zeroed(release_page_size(lanes))).collect();
    let slots: Vec<_> = pages.iter().map(|page| DrainSlot::new(Memory::from_words(page))).collect();
    let writers = std::iter::repeat_with(OnceCell::new).take(lanes as usize).collect();
    let ended = vec![Cell::new(None); lanes as usize];
    let stage = Stage { ticks: Cell::new(0), nest: Cell::new(None), writers, ended };
    let play = Play {
        region: format(shape, &words, &slots),
        words: &words,
        pages: &pages,
        slots: &slots,
        stage: &stage,
    };
    let mut held: Vec<Option<Box<dyn Held>>> = (0..lanes).map(|_| None).collect();
    let mut trailer: Vec<u8> = operations.filter_map(|operation| play.step(&mut held, operation)).collect();
    let region = words.iter().flat_map(|word| word.load(Ordering::Relaxed).to_le_bytes()).collect();
    for writer in &stage.writers {
        let account = writer.get().map(Writer::account);
        let numbers = account.map_or([0; 9], |account| {
            let mut numbers = [account.offered, account.published, 0, 0, 0, 0, 0, 0, 0];
            numbers[2..].copy_from_slice(&account.dropped.to_array());
            numbers
        });
        trailer.extend(numbers.as_bytes());
    }
    Outcome { region, trailer }
}

fn zeroed(size: u64) -> Vec<AtomicU64> {
    (0..size / 8).map(|_| AtomicU64::new(0)).collect()
}

fn format<'s>(shape: Shape, words: &'s [AtomicU64], drain: &'s [DrainSlot<'s>]) -> Region<'s> {
    let config = RegionConfig {
        shape,
        region_id: [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
        generation: 7,
        clock: ClockInfo {
            kind: ClockKind::Tsc,
            numerator: 1000,
            denominator: 2994,
            anchor_ticks: 11,
            anchor_utc: 1_700_000_000_000_000_000,
        },
        catalog: &CROSS,
    };
    let extras = Extras { drain, ..Extras::default() };
    Region::format_with(MemoryMut::from_words(words), &config, extras).expect("the memory has the size")
}

/// A script that is being run.
struct Play<'s> {
    region: Region<'s>,
    words: &'s [AtomicU64],
    pages: &'s [Vec<AtomicU64>],
    slots: &'s [DrainSlot<'s>],
    stage: &'s Stage<'s>,
}

impl<'s> Play<'s> {
    fn step(&self, held: &mut [Option<Box<dyn Held + 's>>], operation: &Operation) -> Option<u8> {
        let stage = self.stage;
        Some(match *operation {
            Operation::Region { .. } => panic!("a script has one region"),
            Operation::End => return None,
            Operation::Open(ref opening) => self.open(opening),
            Operation::Emit { lane, record, ticks, seed } => {
                stage.ticks.set(ticks);
                emit(stage.writer(lane), record, seed)
            }
            Operation::Nest { lane, record, ticks, seed, count } => {
                stage.ticks.set(ticks);
                stage.nest.set(Some((lane, count)));
                emit(stage.writer(lane), record, seed)
            }
            Operation::Reserve { lane, record, ticks } => {
                stage.ticks.set(ticks);
                match reserve(stage.writer(lane), record) {
                    Ok(reservation) => {
                        held[lane] = Some(reservation);
                        OK
                    }
                    Err(refused) => result(Err(refused)),
                }
            }
            Operation::Fill { lane, seed } => match &mut held[lane] {
                Some(held) => {
                    held.fill(seed);
                    OK
                }
                None => BAD_RESERVATION,
            },
            Operation::Commit { lane } => match held[lane].take() {
                Some(held) => {
                    held.commit();
                    OK
                }
                None => BAD_RESERVATION,
            },
            Operation::Abandon { lane } => held[lane].take().map_or(BAD_RESERVATION, |_| ABANDONED),
            Operation::Close { lane } => {
                stage.writer(lane).close();
                if held[lane].is_some() {
                    BAD_MOMENT
                } else {
                    stage.ended[lane].set(stage.ended[lane].get().or(Some(Ending::Closed)));
                    OK
                }
            }
            Operation::Gone { lane } => {
                // Its owner can do no more, not even give it up.
                std::mem::forget(held[lane].take());
                stage.writer(lane).close_for_owner();
                stage.ended[lane].set(stage.ended[lane].get().or(Some(Ending::OwnerGone)));
                OK
            }
            Operation::Reopen { lane, owner, ticks, ref name } => {
                stage.ticks.set(ticks);
                let previous = stage.ended[lane].get().unwrap_or(Ending::Closed);
                let reopened = stage.writer(lane).reopen_for(owner, name, previous);
                if reopened.is_some() {
                    stage.ended[lane].set(None);
                }
                // A result has a byte.
                reopened.map_or(0, |incarnation| incarnation.to_le_bytes()[0])
            }
            Operation::Pressure { lane } => {
                u8::try_from(stage.writer(lane).pressure() as u64).expect("levels are few")
            }
            Operation::Serve { reader, ticket, lag } => {
                self.slots[reader].serve(ticket, lag);
                OK
            }
            Operation::Dismiss { reader, standing } => {
                self.slots[reader].dismiss(if standing == 3 { Standing::Evicted } else { Standing::Left });
                OK
            }
            Operation::Release { reader, lane, behind } => {
                let page = ReleasePage::new(MemoryMut::from_words(&self.pages[reader]));
                assert!(page.release(lane, self.publish(lane).wrapping_sub(behind)), "a page has every lane");
                OK
            }
            Operation::State { state } => {
                self.region.set_state(match state {
                    1 => RegionState::Live,
                    2 => RegionState::Closing,
                    _ => RegionState::Closed,
                });
                OK
            }
        })
    }

    fn open(&self, opening: &Opening) -> u8 {
        let config = LaneConfig {
            owner: opening.owner,
            start_position: opening.position,
            start_sequence: opening.sequence,
            thresholds: Thresholds { normal_blocks: opening.normal, bulk_blocks: opening.bulk },
            ..LaneConfig::new(&opening.name, opening.policy)
        };
        let lane = u32::try_from(opening.lane).expect("lanes are few");
        let writer = self.region.open_lane(lane, &config, ScriptClock(self.stage));
        let writer = writer.expect("a script opens a lane once, and in a way that there is");
        assert!(self.stage.writers[opening.lane].set(writer).is_ok(), "a script opens a lane once");
        OK
    }

    /// Returns the position up to which the lane's records are whole.
    fn publish(&self, lane: u32) -> u64 {
        let offset = self.region.geometry().lanes_offset + u64::from(lane) * size_of::<LaneControl>() as u64;
        let control = usize::try_from(offset).expect("the region is mapped") / 8;
        self.words[control + PUBLISH].load(Ordering::Relaxed)
    }
}
