//! A region in this process's memory, with records that check themselves.

#![allow(dead_code, unreachable_pub, reason = "every test uses a part of the rig")]

use std::sync::atomic::{AtomicU64, Ordering};

use abi_runtime::clock::Clock;
use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::prelude::*;
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::writer::Writer;

/// A record of one word of payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
pub struct Small {
    /// Number of the attempt.
    pub attempt: u64,
}

/// A record that tells whether its bytes belong together.
///
/// Its id is many bits away from every other: a test that flips a few bits cannot make another
/// record, a Loss say, into one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x5A5B)]
pub struct Checked {
    /// Number of the attempt.
    pub attempt: u64,
    /// Each a function of the attempt and of where it stands.
    pub words: [u64; 6],
}

/// A record that no lane of 4096-byte blocks takes.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0102, class = "bulk")]
pub struct TooBig {
    /// Nothing of interest.
    pub bytes: [u8; 4096],
}

/// A record of class vital that fills a third of a 4096-byte block.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, class = "vital")]
pub struct Large {
    /// Number of the attempt, again and again.
    pub attempts: [u64; 170],
}

abi_runtime::catalog! {
    /// Records of the tests.
    pub static TESTS = "tests" { records: [Small, Checked, TooBig, Large] }
}

impl Checked {
    /// Makes the record of attempt `attempt`.
    pub fn new(attempt: u64) -> Self {
        Self { attempt, words: std::array::from_fn(|at| scramble(attempt, at as u64)) }
    }
}

/// A number that no neighbouring attempt or word has.
pub fn scramble(attempt: u64, at: u64) -> u64 {
    let mixed = (attempt ^ (at << 56) ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ (mixed >> 32)
}

/// The words of a region.
pub struct Rig {
    pub words: Vec<AtomicU64>,
    pub shape: Shape,
}

impl Rig {
    /// Makes the words of a region with lanes of `blocks` blocks of 4096 bytes.
    pub fn new(lanes: u32, blocks: u32) -> Self {
        let shape = Shape { lanes, block_size: 4096, blocks_per_lane: blocks };
        let size = region_size(shape, &TESTS).expect("a shape in range");
        Self { words: (0..size / 8).map(|_| AtomicU64::new(0)).collect(), shape }
    }

    /// What the region is made with.
    pub fn config(&self) -> RegionConfig<'static> {
        let clock = ClockInfo {
            kind: ClockKind::Other,
            numerator: 1,
            denominator: 1,
            anchor_ticks: 0,
            anchor_utc: 0,
        };
        RegionConfig {
            shape: self.shape,
            region_id: [0x0102_0304_0506_0708, 0x1112_1314_1516_1718],
            generation: 1,
            clock,
            catalog: &TESTS,
        }
    }

    /// Formats the region.
    pub fn format(&self) -> Region<'_> {
        Region::format(MemoryMut::from_words(&self.words), &self.config())
            .expect("fresh words of the right size")
    }

    /// What a reader maps.
    pub fn memory(&self) -> Memory<'_> {
        Memory::from_words(&self.words)
    }

    /// The region's bytes as they are now.
    pub fn snapshot(&self) -> Vec<u64> {
        self.words.iter().map(|word| word.load(Ordering::Relaxed)).collect()
    }
}

/// Opens lane `lane` with a clock that counts its reads.
pub fn open_lane<'m>(
    region: &Region<'m>,
    lane: u32,
    policy: Policy,
    start: (u64, u64),
) -> Writer<'m, CountingClock> {
    let config =
        LaneConfig { start_position: start.0, start_sequence: start.1, ..LaneConfig::new("test", policy) };
    region.open_lane(lane, &config, CountingClock::default()).expect("an unused lane")
}

/// A clock that advances by one with every read.
#[derive(Debug, Default)]
pub struct CountingClock(AtomicU64);

impl Clock for CountingClock {
    fn ticks(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}
