//! A region in this process's memory, every word of which can be damaged.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use abi_runtime::attach::RegionView;
use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::writer::Writer;

use super::note::{HAZARDS, Note};

/// Bytes of a block in these proofs.
pub const BLOCK: u64 = BLOCK_SIZE as u64;
const BLOCK_SIZE: u32 = 4096;
/// Notes that fit one block.
pub const NOTES: u64 = (BLOCK - 64) / Note::SIZE;

/// The words of a region.
#[derive(Debug)]
pub struct Scene {
    /// Every word, for whoever damages it.
    pub words: Vec<AtomicU64>,
    shape: Shape,
}

impl Scene {
    /// Makes the words of a region whose lanes have `blocks` blocks each.
    ///
    /// # Panics
    ///
    /// If there is no such region.
    pub fn new(lanes: u32, blocks: u32) -> Self {
        let shape = Shape { lanes, block_size: BLOCK_SIZE, blocks_per_lane: blocks };
        let size = region_size(shape, &HAZARDS).expect("a shape in range");
        Self { words: (0..size / 8).map(|_| AtomicU64::new(0)).collect(), shape }
    }

    /// Returns what the region is made of.
    pub const fn config(&self) -> RegionConfig<'static> {
        config(self.shape)
    }

    /// Formats the region.
    ///
    /// # Panics
    ///
    /// If it cannot be formatted.
    pub fn format(&self) -> Region<'_> {
        Region::format(MemoryMut::from_words(&self.words), &self.config()).expect("fresh words")
    }

    /// Returns the region as a reader finds it.
    ///
    /// # Panics
    ///
    /// If it is refused.
    pub fn view(&self) -> RegionView<'_> {
        RegionView::attach(Memory::from_words(&self.words)).expect("a region")
    }

    /// Begins to read lane 0 at its oldest block.
    ///
    /// # Panics
    ///
    /// If it is refused.
    pub fn reader(&self) -> LaneReader<'_, Vec<u64>> {
        LaneReader::open(&self.view(), 0, Start::Oldest, vec![0; 512]).expect("a lane")
    }

    /// Returns word `at` of lane 0's control.
    pub fn control(&self, at: usize) -> &AtomicU64 {
        let first = word(self.view().geometry().lanes_offset);
        &self.words[first + at]
    }

    /// Returns the words of block `block` of lane 0.
    pub fn block(&self, block: usize) -> &[AtomicU64] {
        let size = word(BLOCK);
        let first = word(self.view().geometry().blocks_offset) + block * size;
        &self.words[first..first + size]
    }

    /// Returns every word as it is now.
    pub fn snapshot(&self) -> Vec<u64> {
        self.words.iter().map(|word| word.load(Relaxed)).collect()
    }

    /// Puts every word back to what it was.
    pub fn restore(&self, snapshot: &[u64]) {
        for (word, &was) in self.words.iter().zip(snapshot) {
            word.store(was, Relaxed);
        }
    }

    /// Writes notes `0..notes` to lane 0, one attempt each.
    ///
    /// # Panics
    ///
    /// If one is refused.
    pub fn write(&self, policy: Policy, notes: u64, close: bool) {
        let region = self.format();
        let writer = ticking(&region, policy);
        for attempt in 0..notes {
            writer.emit(&Note::of(attempt)).expect("room for every note");
        }
        if close {
            writer.close();
        }
    }
}

/// Returns what every region of these proofs is made of.
pub(super) const fn config(shape: Shape) -> RegionConfig<'static> {
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    RegionConfig { shape, region_id: [3, 4], generation: 1, clock, catalog: &HAZARDS }
}

/// Opens lane 0 with a clock that goes on by one with every attempt.
///
/// # Panics
///
/// If the lane has its writer already.
pub fn ticking<'m>(region: &Region<'m>, policy: Policy) -> Writer<'m, impl Fn() -> u64 + use<>> {
    let ticks = AtomicU64::new(0);
    let clock = move || ticks.fetch_add(1, Relaxed);
    region.open_lane(0, &LaneConfig::new("hazard", policy), clock).expect("an unused lane")
}

fn word(offset: u64) -> usize {
    usize::try_from(offset / 8).expect("an offset of this process's memory")
}
