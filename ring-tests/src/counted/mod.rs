//! Attempts of each kind, in a loop, whose instructions are counted.
//!
//! The difference between two numbers of turns is what so many turns take: exactly, for nothing here
//! depends on time, and no block ends within a loop.

mod ffi;

use std::hint::black_box;
use std::sync::atomic::AtomicU64;

use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::MemoryMut;
use abi_runtime::prelude::*;
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::writer::Writer;

/// 64 bytes with its header.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct Record64 {
    /// Numbers.
    words: [u64; 6],
}

/// 32 bytes with its header.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0101)]
struct Record32 {
    /// Numbers.
    words: [u64; 2],
}

abi_runtime::catalog! {
    /// What is counted.
    static COUNTED = "counted" { records: [Record64, Record32] }
}

/// The kinds of attempts, as the program takes them.
pub const KINDS: [&str; 8] =
    ["emit64", "emit32", "reserve64", "refused", "disabled", "c-emit64", "c-emit32", "c-refused"];

/// A block takes more records than any loop here has turns.
const SHAPE: Shape = Shape { lanes: 1, block_size: 1 << 20, blocks_per_lane: 2 };
/// Records of 64 bytes that are more than a lane holds.
const TOO_MANY: u64 = 40_000;

/// Makes `count` attempts of a kind. Returns whether each came to what it should.
pub fn run(kind: &str, count: u64) -> bool {
    let size = region_size(SHAPE, &COUNTED).unwrap_or(0);
    let words: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape: SHAPE, region_id: [1, 2], generation: 1, clock, catalog: &COUNTED };
    let Ok(region) = Region::format(MemoryMut::from_words(&words), &config) else { return false };
    if let Some(kind) = kind.strip_prefix("c-") {
        return run_in_c(&words, kind, count);
    }
    let policy = if kind == "refused" { Policy::Fill } else { Policy::Overwrite };
    let Ok(writer) = region.open_lane(0, &LaneConfig::new("counted", policy), || 7) else { return false };
    if kind == "refused" {
        for _ in 0..TOO_MANY {
            let _ = writer.emit(&Record64 { words: [0; 6] });
        }
    }
    // Whatever an attempt does once only has been done.
    for _ in 0..4 {
        let _ = writer.emit(&Record32 { words: [0; 2] });
    }
    let refused = match kind {
        "emit32" => repeat(count, |at| emit32(&writer, at)),
        "reserve64" => repeat(count, |at| reserve64(&writer, at)),
        "disabled" => repeat(count, |at| disabled(black_box(None), at)),
        _ => repeat(count, |at| emit64(&writer, at)),
    };
    refused == if kind == "refused" { count } else { 0 }
}

/// Returns how many attempts were refused.
fn repeat(count: u64, attempt: impl Fn(u64) -> bool) -> u64 {
    (0..count).map(|at| u64::from(!attempt(at))).sum()
}

#[inline(never)]
fn emit64(writer: &Writer<'_, impl abi_runtime::clock::Clock>, at: u64) -> bool {
    writer.emit(&Record64 { words: [at, at + 1, at + 2, at + 3, at + 4, at + 5] }).is_ok()
}

#[inline(never)]
fn emit32(writer: &Writer<'_, impl abi_runtime::clock::Clock>, at: u64) -> bool {
    writer.emit(&Record32 { words: [at, at + 1] }).is_ok()
}

#[inline(never)]
fn reserve64(writer: &Writer<'_, impl abi_runtime::clock::Clock>, at: u64) -> bool {
    writer
        .reserve::<Record64>()
        .map(|mut place| (place.fill(&Record64 { words: [at; 6] }), place.commit()))
        .is_ok()
}

#[inline(never)]
fn disabled(writer: Option<&Writer<'_, fn() -> u64>>, at: u64) -> bool {
    writer.is_none_or(|writer| writer.emit(&Record32 { words: [at, at] }).is_ok())
}

fn run_in_c(words: &[AtomicU64], kind: &str, count: u64) -> bool {
    let is_full = kind == "refused";
    let (policy, before) = if is_full { (Policy::Fill, TOO_MANY) } else { (Policy::Overwrite, 4) };
    let payload = if kind == "emit32" { 2 } else { 6 };
    let refused = ffi::emit(words, payload, policy as u64, before, count);
    i64::from(refused) == if is_full { count.cast_signed() } else { 0 }
}
