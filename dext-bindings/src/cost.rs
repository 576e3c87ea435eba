//! What a record costs, measured before anybody is observed.
//!
//! Spec: `spec/region.md`, REG-51.

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
/// Records of one round, and rounds: a few milliseconds each, so that some are undisturbed.
const RECORDS: u64 = 50_000;
const ROUNDS: usize = 11;
/// How long the reader looks away when it found nothing.
const PAUSE: Duration = Duration::from_micros(20);

/// Measures what a record of 64 bytes costs on this machine, with this clock: alone, and while another
/// thread reads. Takes some 20 ms and 1 MiB. A driver does this before it makes its region, which states
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

/// Returns the median of all rounds, in 1/1024 tick a record.
fn write(writer: &Writer<'_, impl Clock>, clock: &impl Clock) -> u64 {
    let mut rounds = [0; ROUNDS];
    for round in &mut rounds {
        let begin = clock.ticks();
        for at in 0..RECORDS {
            let _ = writer.emit(&Trial { words: [at; 6] });
        }
        *round = clock.ticks().wrapping_sub(begin).saturating_mul(1024) / RECORDS;
    }
    rounds.sort_unstable();
    // A clock that is too coarse to see a record says so by 0, which stands for "not measured".
    rounds[ROUNDS / 2]
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
