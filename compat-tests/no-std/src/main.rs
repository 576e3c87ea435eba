//! A driver and a reader in a program that has no std, no alloc and no C start-up code.
//!
//! That it links is the proof: with std in the graph the panic handler below would be the second
//! one, and a call of the allocator would have no definition. It also runs: its exit status says
//! whether the record that was written is the record that was read.

#![no_std]
#![no_main]

use core::sync::atomic::AtomicU64;

use abi_runtime::attach::RegionView;
use abi_runtime::geometry::Shape;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};

/// One observation.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct Seen {
    /// What was seen.
    value: u64,
}

abi_runtime::catalog! {
    /// What a program without std tells.
    static BARE = "bare" { records: [Seen] }
}

const SHAPE: Shape = Shape { lanes: 1, block_size: 4096, blocks_per_lane: 2 };

/// 64 KiB: more than the region takes.
static WORDS: [AtomicU64; 8192] = [const { AtomicU64::new(0) }; 8192];

fn write_and_read() -> Option<u64> {
    let size = region_size(SHAPE, &BARE).ok()?;
    let words = WORDS.get(..usize::try_from(size / 8).ok()?)?;
    let clock = ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape: SHAPE, region_id: [1, 2], generation: 1, clock, catalog: &BARE };
    let region = Region::format(MemoryMut::from_words(words), &config).ok()?;
    let writer = region.open_lane(0, &LaneConfig::new("bare", Policy::Fill), || 7).ok()?;
    writer.emit(&Seen { value: 41 }).ok()?;

    let view = RegionView::attach(Memory::from_words(words)).ok()?;
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, [0; 512]).ok()?;
    let Next::Item(Item::Record(record)) = lane.next() else { return None };
    Some(record.view::<Seen>().ok()?.value())
}

/// Where the linker starts the program.
#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    if write_and_read() == Some(41) { 0 } else { 1 }
}

/// The precompiled `core` refers to it for unwinding, which this program never does.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
