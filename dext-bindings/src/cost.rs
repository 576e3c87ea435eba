//! What a record costs, measured before anybody is observed.
//!
//! Spec: `spec/region.md`, REG-51.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use abi_runtime::attach::RegionView;
use abi_runtime::clock::Clock;
use abi_runtime::geometry::Shape;
use abi_runtime::item::Next;
use abi_runtime::layout::{ClockKind, Policy, REGION};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{ClockInfo, LaneConfig, RecordCost, Region, RegionConfig, region_size};
use abi_runtime::writer::Writer;

/// What is written to find out: 64 bytes with its header. No catalog knows it, and nobody decodes it.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct Trial {
    /// Numbers.
    words: [u64; 6],
}

const SHAPE: Shape = Shape { lanes: 1, block_size: 65_536, blocks_per_lane: 16 };
/// Pieces of work of one turn, and turns, every other one with a record each piece: some microseconds each, so
/// that most are undisturbed on a busy machine too.
const PIECES: u64 = 200;
const TURNS: usize = 402;
/// Steps of one piece of work: some 80 ns. A record costs more back to back, where nothing hides it, than among
/// the work that it tells of.
const STEPS: u32 = 80;
/// How long the reader looks away when it found nothing.
const PAUSE: Duration = Duration::from_micros(20);

/// Measures what a record of 64 bytes costs on this machine, with this clock, among work of some 80 ns: alone,
/// and while another thread reads. Takes some 20 ms and 1 MiB. A driver does this before it makes its region, which states
/// the result.
pub fn calibrate_cost(clock: &(impl Clock + Sync)) -> RecordCost {
    let Ok(size) = region_size(SHAPE, &REGION) else { return RecordCost::default() };
    let words: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
    let info =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config =
        RegionConfig { shape: SHAPE, region_id: [0, 0], generation: 0, clock: info, catalog: &REGION };
    let Ok(region) = Region::format(MemoryMut::from_words(&words), &config) else {
        return RecordCost::default();
    };
    let lane = LaneConfig::new("trial", Policy::Overwrite);
    let Ok(writer) = region.open_lane(0, &lane, || clock.ticks()) else { return RecordCost::default() };
    let alone = write(&writer, clock);
    let done = AtomicBool::new(false);
    let read = thread::scope(|scope| {
        scope.spawn(|| read(Memory::from_words(&words), &done));
        let read = write(&writer, clock);
        done.store(true, Ordering::Relaxed);
        read
    });
    RecordCost { alone, read }
}

/// The work that is observed: each step needs the one before.
fn work(mut state: u64) -> u64 {
    for _ in 0..STEPS {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    state
}

/// Returns by how much a piece of work is longer that a record tells of, in 1/1024 tick: the medians of turns
/// with and without.
fn write(writer: &Writer<'_, impl Clock>, clock: &impl Clock) -> u64 {
    let mut turns = [[0; TURNS / 2]; 2];
    let mut before = clock.ticks();
    for turn in 0..TURNS {
        let observed = turn % 2;
        for at in 0..PIECES {
            let state = black_box(work(at | 1));
            if observed == 1 {
                let _ = writer.emit(&Trial { words: [state; 6] });
            }
        }
        let now = clock.ticks();
        turns[observed][turn / 2] = now.wrapping_sub(before);
        before = now;
    }
    let [without, with] = turns.map(|mut turns| {
        turns.sort_unstable();
        turns[turns.len() / 2]
    });
    // A clock that is too coarse to see the difference says so by 0, which stands for "not measured".
    with.saturating_sub(without).saturating_mul(1024) / PIECES
}

fn read(memory: Memory<'_>, done: &AtomicBool) {
    let Ok(view) = RegionView::attach(memory) else { return };
    let words = SHAPE.block_size as usize / size_of::<u64>();
    let Ok(mut lane) = LaneReader::open(&view, 0, Start::Newest, vec![0; words]) else { return };
    while !done.load(Ordering::Relaxed) {
        if matches!(lane.next(), Next::Pending | Next::Closed) {
            thread::sleep(PAUSE);
        }
    }
}
