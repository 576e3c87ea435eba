//! A region of this process, for what is measured on one thread.

use std::sync::atomic::AtomicU64;

use abi_runtime::geometry::Shape;
use abi_runtime::layout::ClockKind;
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::prelude::*;
use abi_runtime::region::{ClockInfo, Extras, Region, RegionConfig, region_size};

/// 64 bytes with its header.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
pub struct Record64 {
    /// Two numbers that readers take.
    pub first: u64,
    /// See `first`.
    pub second: u64,
    /// The rest.
    pub rest: [u64; 4],
}

/// 32 bytes with its header.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0101)]
pub struct Record32 {
    /// A number.
    pub first: u64,
    /// Another.
    pub second: u64,
}

abi_runtime::catalog! {
    /// What is measured.
    pub static MEASURED = "measured" { records: [Record64, Record32] }
}

impl Record64 {
    /// The record of attempt `at`.
    #[inline]
    pub const fn new(at: u64) -> Self {
        Self { first: at, second: at + 1, rest: [at + 2, at + 3, at + 4, at + 5] }
    }
}

/// Lanes of 1 MiB: a lane fits a second-level cache.
pub const SHAPE: Shape = Shape { lanes: 4, block_size: 65_536, blocks_per_lane: 16 };

/// The words of a region.
pub struct Words(Vec<AtomicU64>);

impl Words {
    /// Makes the words of a region of [`SHAPE`].
    ///
    /// # Panics
    ///
    /// Never: the shape is one that a region can have.
    pub fn new() -> Self {
        let size = region_size(SHAPE, &MEASURED).expect("the shape is in range");
        Self((0..size / 8).map(|_| AtomicU64::new(0)).collect())
    }

    /// Formats the region.
    ///
    /// # Panics
    ///
    /// Never: the words are as many as the region takes.
    pub fn format(&self) -> Region<'_> {
        self.format_with(Extras::default())
    }

    /// Formats the region with what it has beside.
    ///
    /// # Panics
    ///
    /// As for [`format`](Self::format); or the extras are not those of such a region.
    pub fn format_with<'m>(&'m self, extras: Extras<'m>) -> Region<'m> {
        let clock = ClockInfo {
            // What the writer in C stamps with, as it is built here.
            kind: if cfg!(target_arch = "aarch64") { ClockKind::Cntvct } else { ClockKind::Tsc },
            numerator: 1,
            denominator: 1,
            anchor_ticks: 0,
            anchor_utc: 0,
        };
        let config =
            RegionConfig { shape: SHAPE, region_id: [1, 2], generation: 1, clock, catalog: &MEASURED };
        Region::format_with(MemoryMut::from_words(&self.0), &config, extras)
            .expect("the words are of the right size")
    }

    /// The region as a reader has it.
    pub fn memory(&self) -> Memory<'_> {
        Memory::from_words(&self.0)
    }

    /// The words themselves, for the writer in C.
    pub fn words(&self) -> &[AtomicU64] {
        &self.0
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::new()
    }
}
