//! Runs a script with the writer in Rust.

use std::cell::{Cell, OnceCell};
use std::sync::atomic::{AtomicU64, Ordering};

use abi_runtime::TraceRecord;
use abi_runtime::abi_schema::Class;
use abi_runtime::clock::Clock;
use abi_runtime::drops::DropCause;
use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy, REGION, RegionState};
use abi_runtime::memory::MemoryMut;
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::reservation::Reservation;
use abi_runtime::writer::{Refused, Writer};
use zerocopy::{FromBytes, IntoBytes};

use crate::random::Numbers;
use crate::records::{CROSS, Excess, Holes, Largest, Line, Quarter, Tag};
use crate::script::{Operation, Script};

/// Results that are not a drop cause, as `testimony/result.h` numbers them.
const OK: u8 = 0;
const ABANDONED: u8 = 7;
const BAD_RESERVATION: u8 = 31;
const BAD_MOMENT: u8 = 32;

/// What a script left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The region's bytes.
    pub(crate) region: Vec<u8>,
    /// What each operation came to, and the account of each lane.
    pub(crate) trailer: Vec<u8>,
}

type ScriptWriter = Writer<'static, ScriptClock>;

thread_local! {
    /// What the clock says.
    static TICKS: Cell<u64> = const { Cell::new(0) };
    /// Whom the next reading of the clock interrupts, and how often.
    static NEST: Cell<Option<(&'static ScriptWriter, u64)>> = const { Cell::new(None) };
}

/// Says what the script says, and makes nested attempts while it is read.
#[derive(Debug)]
struct ScriptClock;

impl Clock for ScriptClock {
    fn ticks(&self) -> u64 {
        let ticks = TICKS.get();
        if let Some((writer, count)) = NEST.take() {
            for at in 1..=count {
                TICKS.set(ticks.wrapping_add(at));
                assert!(
                    writer.emit(&record::<Tag>(at)).is_err(),
                    "an attempt is in progress around this one"
                );
            }
        }
        ticks
    }
}

/// Returns the record whose bytes follow from `seed`, reserved ones included.
fn record<R: FromBytes>(seed: u64) -> R {
    let mut numbers = Numbers(seed);
    let words = (0..size_of::<R>() / 8).flat_map(|_| numbers.next().to_le_bytes());
    R::read_from_bytes(&words.collect::<Vec<u8>>()).expect("a record is whole words")
}

/// A reservation of whatever record.
trait Held {
    fn fill(&mut self, seed: u64);
    fn commit(self: Box<Self>);
}

impl<R: TraceRecord + FromBytes> Held for Reservation<'static, 'static, ScriptClock, R> {
    fn fill(&mut self, seed: u64) {
        Reservation::fill(self, &record(seed));
    }

    fn commit(self: Box<Self>) {
        Reservation::commit(*self);
    }
}

/// A writer for as long as the process lives: its clock reaches it from anywhere.
struct Lane {
    writer: OnceCell<&'static ScriptWriter>,
    held: Option<Box<dyn Held>>,
}

impl Lane {
    fn writer(&self) -> &'static ScriptWriter {
        self.writer.get().expect("a script opens a lane before it uses it")
    }

    fn emit(&self, number: u64, seed: u64) -> u8 {
        let writer = self.writer();
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

    fn reserve(&mut self, number: u64) -> u8 {
        match number {
            0 => self.hold::<Tag>(),
            1 => self.hold::<Holes>(),
            2 => self.hold::<Line>(),
            3 => self.hold::<Quarter>(),
            4 => self.hold::<Largest>(),
            5 => self.hold::<Excess>(),
            other => panic!("there is no record {other}"),
        }
    }

    fn hold<R: TraceRecord + FromBytes>(&mut self) -> u8 {
        match self.writer().reserve::<R>() {
            Ok(reservation) => {
                self.held = Some(Box::new(reservation));
                OK
            }
            Err(refused) => result(Err(refused)),
        }
    }

    fn close(&self) -> u8 {
        self.writer().close();
        if self.held.is_some() { BAD_MOMENT } else { OK }
    }
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
pub(crate) fn catalogs() -> [&'static [u8]; 2] {
    [REGION.embedded(), CROSS.embedded()]
}

/// Runs `script`.
pub(crate) fn run(script: &Script) -> Outcome {
    let mut operations = script.operations.iter();
    let Some(&Operation::Region { lanes, block_size, blocks }) = operations.next() else {
        panic!("{} does not begin with a region", script.name);
    };
    let (region, words) = format(Shape { lanes, block_size, blocks_per_lane: blocks });
    let lane = || Lane { writer: OnceCell::new(), held: None };
    let mut lanes: Vec<Lane> = std::iter::repeat_with(lane).take(lanes as usize).collect();
    let mut trailer: Vec<u8> =
        operations.filter_map(|operation| step(&region, &mut lanes, operation)).collect();
    let bytes = words.iter().flat_map(|word| word.load(Ordering::Relaxed).to_le_bytes()).collect();
    for lane in &lanes {
        let account = lane.writer.get().map(|writer| writer.account());
        let numbers = account.map_or([0; 9], |account| {
            let mut numbers = [account.offered, account.published, 0, 0, 0, 0, 0, 0, 0];
            numbers[2..].copy_from_slice(&account.dropped.to_array());
            numbers
        });
        trailer.extend(numbers.as_bytes());
    }
    Outcome { region: bytes, trailer }
}

fn format(shape: Shape) -> (Region<'static>, &'static [AtomicU64]) {
    let size = region_size(shape, &CROSS).expect("a script's shape is one");
    let words: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
    let words: &'static [AtomicU64] = Vec::leak(words);
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
    let region = Region::format(MemoryMut::from_words(words), &config).expect("the memory has the size");
    (region, words)
}

fn step(region: &Region<'static>, lanes: &mut [Lane], operation: &Operation) -> Option<u8> {
    Some(match *operation {
        Operation::Region { .. } => panic!("a script has one region"),
        Operation::End => return None,
        Operation::Open { lane, fill, owner, position, sequence, ref name } => {
            let policy = if fill { Policy::Fill } else { Policy::Overwrite };
            let config = LaneConfig {
                owner,
                start_position: position,
                start_sequence: sequence,
                ..LaneConfig::new(name, policy)
            };
            let number = u32::try_from(lane).expect("lanes are few");
            let writer = region.open_lane(number, &config, ScriptClock).expect("a script opens a lane once");
            let writer = Box::leak(Box::new(writer));
            lanes[lane].writer.set(writer).expect("a script opens a lane once");
            OK
        }
        Operation::Emit { lane, record, ticks, seed } => {
            TICKS.set(ticks);
            lanes[lane].emit(record, seed)
        }
        Operation::Nest { lane, record, ticks, seed, count } => {
            TICKS.set(ticks);
            NEST.set(Some((lanes[lane].writer(), count)));
            lanes[lane].emit(record, seed)
        }
        Operation::Reserve { lane, record, ticks } => {
            TICKS.set(ticks);
            lanes[lane].reserve(record)
        }
        Operation::Fill { lane, seed } => match &mut lanes[lane].held {
            Some(held) => {
                held.fill(seed);
                OK
            }
            None => BAD_RESERVATION,
        },
        Operation::Commit { lane } => match lanes[lane].held.take() {
            Some(held) => {
                held.commit();
                OK
            }
            None => BAD_RESERVATION,
        },
        Operation::Abandon { lane } => {
            if lanes[lane].held.take().is_some() {
                ABANDONED
            } else {
                BAD_RESERVATION
            }
        }
        Operation::Close { lane } => lanes[lane].close(),
        Operation::State { state } => {
            region.set_state(match state {
                1 => RegionState::Live,
                2 => RegionState::Closing,
                _ => RegionState::Closed,
            });
            OK
        }
    })
}
