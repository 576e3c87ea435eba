//! What observing takes of a lane's time: as its reader states it, and as it is measured without it.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use abi_runtime::attach::RegionView;
use abi_runtime::clock::{Clock as _, CycleCounter};
use abi_runtime::geometry::Shape;
use abi_runtime::item::Next;
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::observing::Observing;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{ClockInfo, Extras, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::writer::Writer;
use dext_bindings::calibrate_cost;

use crate::harness::ROUNDS;
use crate::region::{MEASURED, Record64};
use crate::row::{Goal, Row, spread};

const SHAPE: Shape = Shape { lanes: 1, block_size: 65_536, blocks_per_lane: 16 };
/// Pieces of work of one round, every other turn with a record each.
const COUNT: u64 = 200_000;
/// Pieces of one turn.
const PIECES: u64 = 200;
/// How long the reader looks away when it found nothing.
const PAUSE: Duration = Duration::from_micros(20);

/// The work that is observed: `steps` steps, each of which needs the one before.
fn work(mut state: u64, steps: u32) -> u64 {
    for _ in 0..steps {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    state
}

/// Runs pieces of work, observed if there is a lane.
#[inline(never)]
fn pieces(lane: Option<&Writer<'_, CycleCounter>>, steps: u32) {
    for at in 0..PIECES {
        let state = black_box(work(at | 1, steps));
        if let Some(lane) = lane {
            let _ = lane.emit(&Record64::new(state));
        }
    }
}

/// Runs the work in short turns, observed and not, and returns the share of the time of both by which the
/// observed ones are longer, by their medians: who takes the processor away for a while makes few turns longer.
fn share_of(lane: &Writer<'_, CycleCounter>, steps: u32) -> f64 {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    let mut before = CycleCounter.ticks();
    for turn in 0..COUNT / PIECES {
        let observed = turn % 2 == 0;
        pieces(observed.then_some(lane), steps);
        let now = CycleCounter.ticks();
        if observed { &mut with } else { &mut without }.push(now.wrapping_sub(before) as f64);
        before = now;
    }
    let (with, without) = (spread(&with).0, spread(&without).0);
    (with - without) / (with + without)
}

/// Holds the share that a reader states against the share by which the same work is slower when it is
/// observed.
pub fn share() -> Vec<Row> {
    let words = region_size(SHAPE, &MEASURED).unwrap_or(0) / 8;
    let words: Vec<AtomicU64> = (0..words).map(|_| AtomicU64::new(0)).collect();
    let clock =
        ClockInfo { kind: ClockKind::Tsc, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape: SHAPE, region_id: [1, 2], generation: 1, clock, catalog: &MEASURED };
    let cost = calibrate_cost(&CycleCounter);
    let extras = Extras { cost, ..Extras::default() };
    let lane = LaneConfig::new("work", Policy::Overwrite);
    let region = Region::format_with(MemoryMut::from_words(&words), &config, extras).ok();
    let Some(writer) = region.and_then(|region| region.open_lane(0, &lane, CycleCounter).ok()) else {
        return vec![Row::not_measured("the cost of observing", "the region has no lane")];
    };
    let mut rows = Vec::new();
    for (name, steps) in [("80 ns", 80), ("400 ns", 400)] {
        let mut measured = Vec::new();
        let mut stated = Vec::new();
        for _ in 0..ROUNDS {
            let done = AtomicBool::new(false);
            let (share, observing) = thread::scope(|scope| {
                let reader = scope.spawn(|| read(Memory::from_words(&words), &done));
                let share = share_of(&writer, steps);
                done.store(true, Ordering::Relaxed);
                (share, reader.join().ok().flatten())
            });
            measured.push(share * 100.0);
            stated.extend(observing.map(|observing| observing.share() * 100.0));
        }
        let share = |what: &str| format!("share of a record each {name} of work, {what}");
        let measured = Row::new(share("by which it is slower"), &measured, "%", None, Goal::None);
        let stated = Row::new(share("as its reader states it"), &stated, "%", None, Goal::None);
        let off = (stated.median / measured.median - 1.0).abs();
        rows.extend([
            measured,
            stated,
            Row::new(share("how far these are apart"), &[off], "x", None, Goal::AtMost(0.1)),
        ]);
    }
    rows
}

/// Reads what is written from now on.
fn read(memory: Memory<'_>, done: &AtomicBool) -> Option<Observing> {
    let view = RegionView::attach(memory).ok()?;
    let words = SHAPE.block_size as usize / size_of::<u64>();
    let mut lane = loop {
        match LaneReader::open(&view, 0, Start::Newest, vec![0; words]) {
            Ok(lane) => break lane,
            Err(_) => thread::yield_now(),
        }
    };
    loop {
        let last = done.load(Ordering::Relaxed);
        while let Next::Item(_) = lane.next() {}
        if last {
            return lane.observing(view.header());
        }
        thread::sleep(PAUSE);
    }
}
