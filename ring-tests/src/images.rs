//! Small regions in every state that a reader may find one in, as this version's writers leave them.
//!
//! `keep-images` writes them down when a version of the region ABI is released; from then on every reader
//! must say of them what was said that day (`tests/images.rs`).

use std::mem;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use abi_runtime::clock::Clock;
use abi_runtime::drain::{DrainSlot, ReleasePage, release_page_size};
use abi_runtime::geometry::Shape;
use abi_runtime::layout::{BLOCK_HEADER_SIZE, ClockKind, Policy, RegionState};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::pool::{LanePool, PooledLane};
use abi_runtime::region::{ClockInfo, Extras, LaneConfig, Region, RegionConfig, Thresholds, region_size};
use abi_runtime::writer::Writer;

use crate::truth::{Excess, Mark, Sheet, TRUTH, words};

/// A small region: what it is called, its shape, and who writes it.
pub struct Image {
    /// What it is called.
    pub name: &'static str,
    /// The minor version of the region ABI in which there was the first such region.
    pub since: u16,
    blocks: u32,
    write: fn(&Stage<'_>),
}

/// What an image is written with.
struct Stage<'s> {
    region: &'s Region<'s>,
    ticks: &'s AtomicU64,
    /// From ABI 1.1 on: one reader that drains.
    slot: &'s DrainSlot<'s>,
    page: &'s ReleasePage<'s>,
}

/// Every small region.
pub const IMAGES: &[Image] = &[
    Image { name: "overwritten", since: 0, blocks: 4, write: overwritten },
    Image { name: "full", since: 0, blocks: 2, write: full },
    Image { name: "closed", since: 0, blocks: 2, write: closed },
    Image { name: "died-with-drops", since: 0, blocks: 2, write: died_with_drops },
    Image { name: "died-in-a-record", since: 0, blocks: 2, write: died_in_a_record },
    Image { name: "abandoned", since: 0, blocks: 2, write: abandoned },
    Image { name: "losses", since: 0, blocks: 4, write: losses },
    Image { name: "past-32-bits", since: 0, blocks: 4, write: past_32_bits },
    Image { name: "past-64-bits", since: 0, blocks: 2, write: past_64_bits },
    Image { name: "damaged", since: 0, blocks: 4, write: damaged },
    Image { name: "drained", since: 1, blocks: 4, write: drained },
    Image { name: "reopened", since: 1, blocks: 4, write: reopened },
];

const BLOCK_SIZE: u32 = 4096;

/// Returns what the images' regions are made with, beside their number of blocks.
pub fn config(blocks: u32) -> RegionConfig<'static> {
    RegionConfig {
        shape: Shape { lanes: 2, block_size: BLOCK_SIZE, blocks_per_lane: blocks },
        region_id: [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
        generation: 3,
        clock: ClockInfo {
            kind: ClockKind::Other,
            numerator: 1000,
            denominator: 24,
            anchor_ticks: 100,
            anchor_utc: 1_700_000_000_000_000_000,
        },
        catalog: &TRUTH,
    }
}

impl Image {
    /// Returns the region's bytes. They are the same every time: the clock is a counter.
    ///
    /// # Errors
    ///
    /// The region could not be made.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        let config = config(self.blocks);
        let size = region_size(config.shape, config.catalog).map_err(|error| error.to_string())?;
        let memory: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
        let lines: Vec<AtomicU64> =
            (0..release_page_size(config.shape.lanes) / 8).map(|_| AtomicU64::new(0)).collect();
        let drain = [DrainSlot::new(Memory::from_words(&lines))];
        let page = ReleasePage::new(MemoryMut::from_words(&lines));
        let extras = Extras { drain: if self.since == 0 { &[] } else { &drain }, ..Extras::default() };
        let region = Region::format_with(MemoryMut::from_words(&memory), &config, extras)
            .map_err(|error| error.to_string())?;
        let ticks = AtomicU64::new(100);
        (self.write)(&Stage { region: &region, ticks: &ticks, slot: &drain[0], page: &page });
        if self.name == "damaged" {
            damage(&region, &memory);
        }
        Ok(memory.iter().flat_map(|word| word.load(Relaxed).to_le_bytes()).collect())
    }
}

/// Opens lane `lane` with the clock that all of them share.
fn open<'s>(stage: &Stage<'s>, lane: u32, config: &LaneConfig<'_>) -> Writer<'s, impl Clock + use<'s>> {
    let ticks = stage.ticks;
    // A lane of a fresh region, opened once.
    stage
        .region
        .open_lane(lane, config, move || ticks.fetch_add(1, Relaxed))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The number of the next attempt of a lane that began at `first`.
fn next<C: Clock>(writer: &Writer<'_, C>, first: u64) -> u64 {
    first.wrapping_add(writer.account().offered)
}

/// `count` attempts, small and large; those that are refused are counted by the lane.
fn fill<C: Clock>(writer: &Writer<'_, C>, first: u64, count: u64) {
    for _ in 0..count {
        let sequence = next(writer, first);
        let _ = if sequence.is_multiple_of(3) {
            writer.emit(&Mark { words: words(0, sequence) })
        } else {
            writer.emit(&Sheet { words: words(0, sequence) })
        };
    }
}

/// An attempt that is too big.
fn exceed<C: Clock>(writer: &Writer<'_, C>, first: u64) {
    let _ = writer.emit(&Excess { words: words(0, next(writer, first)) });
}

/// A lane that has lapped itself thrice and one that has not been opened.
fn overwritten(stage: &Stage<'_>) {
    let writer = open(stage, 0, &LaneConfig::new("laps", Policy::Overwrite));
    fill(&writer, 0, 75);
}

/// A lane that is full and refuses, and one that overwrites beside it.
fn full(stage: &Stage<'_>) {
    let fills = open(stage, 0, &LaneConfig { owner: 41, ..LaneConfig::new("fills", Policy::Fill) });
    let laps = open(stage, 1, &LaneConfig { owner: 42, ..LaneConfig::new("laps", Policy::Overwrite) });
    for _ in 0..20 {
        fill(&fills, 0, 1);
        fill(&laps, 0, 1);
    }
    exceed(&fills, 0);
    stage.region.set_state(RegionState::Closing);
}

/// Two lanes that were closed, one with drops behind its last record, one without a record.
fn closed(stage: &Stage<'_>) {
    let writer = open(stage, 0, &LaneConfig::new("closed", Policy::Overwrite));
    fill(&writer, 0, 5);
    exceed(&writer, 0);
    exceed(&writer, 0);
    writer.close();
    fill(&writer, 0, 3);
    open(stage, 1, &LaneConfig::new("empty", Policy::Fill)).close();
    stage.region.set_state(RegionState::Closed);
}

/// A driver that died behind drops of three causes, and a lane in which nothing was ever accepted.
fn died_with_drops(stage: &Stage<'_>) {
    let writer = open(stage, 0, &LaneConfig::new("died", Policy::Overwrite));
    fill(&writer, 0, 6);
    exceed(&writer, 0);
    let around = writer.reserve::<Mark>();
    let _ = writer.emit(&Mark { words: [0; 2] });
    drop(around);
    exceed(&writer, 0);
    let refused = open(stage, 1, &LaneConfig::new("refused", Policy::Fill));
    exceed(&refused, 0);
}

/// A driver that died with a record half stored, behind a Loss record that was not published either.
fn died_in_a_record(stage: &Stage<'_>) {
    let writer = open(stage, 0, &LaneConfig::new("died", Policy::Overwrite));
    fill(&writer, 0, 14);
    exceed(&writer, 0);
    mem::forget(writer.reserve::<Sheet>());
    let first = open(stage, 1, &LaneConfig::new("first", Policy::Overwrite));
    mem::forget(first.reserve::<Sheet>());
}

/// Reservations that were given up: one that opened a block, one behind a Loss record, one around
/// attempts that came inside it.
fn abandoned(stage: &Stage<'_>) {
    let writer = open(stage, 0, &LaneConfig::new("abandons", Policy::Fill));
    drop(writer.reserve::<Sheet>());
    drop(writer.reserve::<Sheet>());
    fill(&writer, 0, 3);
    let around = writer.reserve::<Mark>();
    let _ = writer.emit(&Mark { words: [0; 2] });
    let _ = writer.emit(&Mark { words: [0; 2] });
    drop(around);
    fill(&writer, 0, 2);
    if let Ok(mut kept) = writer.reserve::<Sheet>() {
        let sequence = kept.sequence();
        let _ = writer.emit(&Mark { words: [0; 2] });
        kept.fill(&Sheet { words: words(0, sequence) });
        kept.commit();
    }
    fill(&writer, 0, 1);
    drop(writer.reserve::<Mark>());
    writer.close();
}

/// Runs of drops, of one cause and of several, in the middle of blocks and across their ends.
fn losses(stage: &Stage<'_>) {
    let writer = open(stage, 0, &LaneConfig::new("losses", Policy::Overwrite));
    for run in 0..9 {
        for _ in 0..run {
            exceed(&writer, 0);
        }
        if run % 2 == 0 {
            drop(writer.reserve::<Mark>());
        }
        fill(&writer, 0, 1 + run % 3);
    }
    writer.close();
    let late = open(stage, 1, &LaneConfig::new("late", Policy::Fill));
    exceed(&late, 0);
    fill(&late, 0, 9);
    exceed(&late, 0);
}

/// Positions and numbers that grow beyond 32 bits.
fn past_32_bits(stage: &Stage<'_>) {
    wrap(stage, (1 << 32) - 2 * u64::from(BLOCK_SIZE), (1 << 32) - 5);
}

/// Positions and numbers that grow beyond 64 bits, and begin at 0 again.
fn past_64_bits(stage: &Stage<'_>) {
    wrap(stage, 0u64.wrapping_sub(u64::from(BLOCK_SIZE)), 0u64.wrapping_sub(5));
}

fn wrap(stage: &Stage<'_>, start_position: u64, start_sequence: u64) {
    for (lane, policy) in [(0, Policy::Overwrite), (1, Policy::Fill)] {
        let config = LaneConfig { start_position, start_sequence, ..LaneConfig::new("wraps", policy) };
        let writer = open(stage, lane, &config);
        fill(&writer, start_sequence, 4);
        exceed(&writer, start_sequence);
        exceed(&writer, start_sequence);
        fill(&writer, start_sequence, 9);
        writer.close();
    }
}

/// Two lanes that something has stored into that was not their writer: see [`damage`].
fn damaged(stage: &Stage<'_>) {
    for lane in 0..2 {
        let writer = open(stage, lane, &LaneConfig::new("damaged", Policy::Fill));
        fill(&writer, 0, 13);
    }
}

/// Clears the header of a record: in lane 0 where blocks lie behind it, in lane 1 in the last one.
fn damage(region: &Region<'_>, memory: &[AtomicU64]) {
    let geometry = region.geometry();
    let block = u64::from(BLOCK_SIZE);
    let first = geometry.blocks_offset;
    let last = first + geometry.shape.capacity() + 2 * block;
    for block in [first, last] {
        let record = block + BLOCK_HEADER_SIZE;
        memory[usize::try_from(record / 8).unwrap_or(usize::MAX)].store(0, Relaxed);
    }
}

/// A lane that was full, was drained, and refused bulk records, then normal ones; the reader was given up.
fn drained(stage: &Stage<'_>) {
    let thresholds = Thresholds { normal_blocks: 3, bulk_blocks: 2 };
    let writer = open(stage, 0, &LaneConfig { thresholds, ..LaneConfig::new("drains", Policy::Drain) });
    stage.slot.serve(5, u64::MAX);
    fill(&writer, 0, 22);
    let released = 2 * u64::from(BLOCK_SIZE);
    stage.page.release(0, released);
    fill(&writer, 0, 12);
    // What was not published yet cannot have been read.
    stage.page.release(0, 1 << 40);
    fill(&writer, 0, 12);
    let fills = open(stage, 1, &LaneConfig { thresholds, ..LaneConfig::new("fills", Policy::Fill) });
    fill(&fills, 0, 24);
    fills.close();
}

/// Lanes that several owners have had, one after the other; the last one is there still.
fn reopened(stage: &Stage<'_>) {
    let lanes = [(0, Policy::Overwrite), (1, Policy::Fill)]
        .map(|(lane, policy)| PooledLane::new(open(stage, lane, &LaneConfig::new("pool", policy))));
    let pool = LanePool::new(stage.region, &lanes);
    for (owner, name) in [(61, "first"), (62, "second"), (63, "third")] {
        if let Ok(claim) = pool.claim(owner, name) {
            fill(&claim, 0, 5);
            exceed(&claim, 0);
        }
    }
    let last = [pool.claim(64, "fourth"), pool.claim(65, "fifth"), pool.claim(66, "nobody")];
    for claim in last.iter().flatten() {
        fill(claim, 0, 2);
    }
    // They are not given back.
    mem::forget(last);
}
