//! Plays the operations of `c/trace.c` with the writer in Rust, for whoever watches its instructions.
//!
//! Tells the address and the size of the lanes, controls and blocks, then of the release pages, then of a
//! word that is stored to right before the first lane opens and right behind the end. Exit status: 0.

use std::cell::{Cell, OnceCell};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use abi_runtime::clock::Clock;
use abi_runtime::drain::{DrainSlot, ReleasePage, Standing};
use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy, RegionState};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::prelude::*;
use abi_runtime::region::{ClockInfo, Extras, LaneConfig, Region, RegionConfig, Thresholds, region_size};
use abi_runtime::writer::Writer;
use zerocopy::FromZeros;

const LANES: u32 = 4;
const BLOCK: u64 = 4096;
const PAGE_WORDS: usize = 16 * LANES as usize;

/// Declares a record of each class and size that is needed, filled with one number.
macro_rules! records {
    ($($name:ident: $id:tt, $class:tt, $words:literal;)*) => {
        $(
            #[doc = "A record of its class and size."]
            #[derive(TraceRecord, IntoBytes, FromZeros, Immutable)]
            #[repr(C)]
            #[trace(id = $id, class = $class)]
            struct $name {
                words: [u64; $words],
            }
        )*

        abi_runtime::catalog! {
            /// What is played.
            static STEPS = "steps" { records: [$($name),*] }
        }
    };
}

records! {
    Tag: 0x0100, "bulk", 1;
    SmallVital: 0x0101, "vital", 2;
    Small: 0x0102, "normal", 2;
    LargeVital: 0x0103, "vital", 489;
    Large: 0x0104, "normal", 489;
    LargeBulk: 0x0105, "bulk", 489;
    Excess: 0x0106, "normal", 490;
}

/// Stored to where what is watched begins and ends.
static MARK: AtomicU64 = AtomicU64::new(0);

/// What the clock reaches.
struct Stage<'s> {
    /// Whether the next reading of the clock is interrupted by an attempt on lane 0.
    interrupted: Cell<bool>,
    ticks: Cell<u64>,
    writers: [OnceCell<Writer<'s, Counter<'s>>>; LANES as usize],
}

/// Counts its readings.
struct Counter<'s>(&'s Stage<'s>);

impl Clock for Counter<'_> {
    const TELLS_TIME: bool = true;

    fn ticks(&self) -> u64 {
        let Self(stage) = self;
        if stage.interrupted.take() {
            let nested = stage.writers[0].get().map(|writer| writer.emit(&Tag::new_zeroed()));
            assert!(nested.is_some_and(|nested| nested.is_err()), "an attempt is in progress");
        }
        stage.ticks.set(stage.ticks.get() + 1);
        stage.ticks.get()
    }
}

/// One attempt, which is accepted or not, as the operations want it.
fn emit<R: TraceRecord + FromZeros>(writer: &Writer<'_, Counter<'_>>, accepted: bool) {
    assert_eq!(writer.emit(&R::new_zeroed()).is_ok(), accepted, "the operations say what becomes of each");
}

/// Lane 0: every step of REG-20 to REG-25.
fn overwrite(writer: &Writer<'_, Counter<'_>>, stage: &Stage<'_>) {
    emit::<Small>(writer, true);
    emit::<Small>(writer, true);
    emit::<Small>(writer, true);
    emit::<Excess>(writer, false);
    emit::<Small>(writer, true);
    stage.interrupted.set(true);
    emit::<Small>(writer, true);
    emit::<Small>(writer, true);
    let mut reservation = writer.reserve::<SmallVital>().expect("there is a place");
    reservation.fill(&SmallVital::new_zeroed());
    reservation.commit();
    drop(writer.reserve::<SmallVital>().expect("there is a place"));
    for _ in 0..4 {
        emit::<LargeBulk>(writer, true);
    }
    let _account = writer.account();
    let _pressure = writer.pressure();
    writer.close();
    emit::<Small>(writer, false);
}

/// Lane 1: classes and pressure.
fn fill(writer: &Writer<'_, Counter<'_>>) {
    emit::<LargeBulk>(writer, true);
    emit::<LargeBulk>(writer, true);
    emit::<LargeBulk>(writer, false);
    emit::<Small>(writer, true);
    emit::<LargeVital>(writer, true);
    emit::<Large>(writer, false);
    emit::<LargeVital>(writer, false);
    let _pressure = writer.pressure();
    writer.close();
}

/// Lane 2: readers that release, lie, leave and are late.
fn drain(writer: &Writer<'_, Counter<'_>>, slots: &[DrainSlot<'_>], pages: &[ReleasePage<'_>]) {
    slots[0].serve(1, u64::MAX);
    slots[1].serve(2, 2 * BLOCK);
    emit::<Large>(writer, true);
    pages[1].release(2, 3 * BLOCK);
    emit::<Large>(writer, true);
    emit::<Large>(writer, true);
    emit::<Large>(writer, true);
    emit::<Large>(writer, false);
    pages[0].release(2, BLOCK + 72);
    emit::<Large>(writer, true);
    slots[0].dismiss(Standing::Left);
    pages[1].release(2, BLOCK);
    slots[1].serve(3, BLOCK);
    let _pressure = writer.pressure();
    writer.close();
}

fn main() {
    let shape = Shape { lanes: LANES, block_size: 4096, blocks_per_lane: 4 };
    let words = zeroed(usize::try_from(region_size(shape, &STEPS).expect("a shape")).expect("small") / 8);
    let page_words = zeroed(2 * PAGE_WORDS);
    let (first, second) = page_words.split_at(PAGE_WORDS);
    let slots = [first, second].map(|page| DrainSlot::new(Memory::from_words(page)));
    let pages = [first, second].map(|page| ReleasePage::new(MemoryMut::from_words(page)));
    let config = RegionConfig {
        shape,
        region_id: [0; 2],
        generation: 0,
        clock: ClockInfo {
            kind: ClockKind::Other,
            numerator: 1,
            denominator: 1,
            anchor_ticks: 0,
            anchor_utc: 0,
        },
        catalog: &STEPS,
    };
    let stage = Stage {
        interrupted: Cell::new(false),
        ticks: Cell::new(1000),
        writers: [const { OnceCell::new() }; LANES as usize],
    };
    let extras = Extras { drain: &slots, ..Extras::default() };
    let region = Region::format_with(MemoryMut::from_words(&words), &config, extras).expect("it fits");
    region.set_state(RegionState::Closing);
    let thresholds = Thresholds { normal_blocks: 3, bulk_blocks: 2 };
    let lanes = [
        LaneConfig::new("over", Policy::Overwrite),
        LaneConfig { thresholds, ..LaneConfig::new("fill", Policy::Fill) },
        LaneConfig::new("drain", Policy::Drain),
    ];
    MARK.store(1, Relaxed);
    for (at, config) in (0..LANES).zip(&lanes) {
        let config = LaneConfig { owner: 7, start_sequence: 100, ..*config };
        let writer = region.open_lane(at, &config, Counter(&stage)).expect("a lane opens once");
        let writer = stage.writers[at as usize].get_or_init(|| writer);
        match at {
            0 => overwrite(writer, &stage),
            1 => fill(writer),
            _ => drain(writer, &slots, &pages),
        }
    }
    MARK.store(2, Relaxed);
    let lanes = &words[usize::try_from(region.geometry().lanes_offset).expect("small") / 8..];
    for area in [lanes, &page_words, std::slice::from_ref(&MARK)] {
        println!("{:p} {}", area.as_ptr(), size_of_val(area));
    }
}

fn zeroed(words: usize) -> Vec<AtomicU64> {
    (0..words).map(|_| AtomicU64::new(0)).collect()
}
