//! The README's one record, shown four ways: each as it really is.

use std::sync::atomic::{AtomicU64, Ordering};

use abi_codegen::{Catalog, c_header};
use abi_runtime::attach::RegionView;
use abi_runtime::geometry::Shape;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use testimony::legend::Legend;
use testimony::line::{Format, Lines};

const README: &str = include_str!("../../README.md");

/// A thread gave up its CPU.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, version = 2)]
pub struct SchedSwitch {
    /// CPU on which the switch happened.
    pub cpu: u32,
    /// Thread that left the CPU.
    pub prev_tid: u32,
    /// Thread that got the CPU.
    pub next_tid: u32,
    /// Why the thread left.
    #[trace(since = 2)]
    pub reason: Code<SwitchReason>,
    #[trace(reserved)]
    _reserved: [u8; 2],
    /// Time the thread had run.
    #[trace(since = 2, unit = "ns", kind = "delta")]
    pub ran_for: u64,
}

/// Why a thread left its CPU.
#[derive(TraceCode)]
#[repr(u16)]
pub enum SwitchReason {
    /// Another thread was more urgent.
    Preempted = 1,
    /// It waits for something.
    Blocked = 2,
    /// It has ended.
    Exited = 3,
}

abi_runtime::catalog! {
    /// What the scheduler tells.
    pub static SCHED = "sched" {
        records: [SchedSwitch],
        retired: [0x0104 "SchedIdle"],
    }
}

const SWITCH: SchedSwitch = SchedSwitch {
    cpu: 3,
    prev_tid: 4242,
    next_tid: 17,
    reason: Code::from_raw(2),
    _reserved: [0; 2],
    ran_for: 1_250_000,
};

const SHAPE: Shape = Shape { lanes: 1, block_size: 4096, blocks_per_lane: 2 };

fn shown(what: &str, text: &str) {
    assert!(README.contains(text.trim()), "README.md does not show {what} as it is:\n{text}");
}

#[test]
fn the_rust_is_that_of_this_test() {
    let source = include_str!("readme.rs");
    let start = source.find("/// A thread gave up").unwrap();
    let end = source.find("const SWITCH").unwrap();
    shown("the Rust declaration", &source[start..end]);
}

#[test]
fn the_c_is_what_is_generated() {
    let header = c_header(&Catalog::from_schema(&SCHED).unwrap()).unwrap();
    let start = header.find("typedef struct sched_sched_switch").unwrap();
    let end = start + header[start..].find("} sched_sched_switch;").unwrap();
    shown("the C struct", &header[start..end]);
    let assertion =
        header.lines().find(|line| line.contains("offsetof") && line.contains("ran_for")).unwrap();
    shown("an assertion", assertion);
}

#[test]
fn the_bytes_and_the_line_are_what_is_stored_and_printed() {
    let size = region_size(SHAPE, &SCHED).unwrap();
    let words: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape: SHAPE, region_id: [1, 2], generation: 1, clock, catalog: &SCHED };
    let region = Region::format(MemoryMut::from_words(&words), &config).unwrap();
    let writer = region.open_lane(0, &LaneConfig::new("cpu3", Policy::Overwrite), || 0x0102_0304).unwrap();
    writer.emit(&SWITCH).unwrap();

    let first = usize::try_from(region.geometry().blocks_offset / 8).unwrap() + 8;
    let bytes: Vec<String> = words[first..first + 5]
        .iter()
        .flat_map(|word| word.load(Ordering::Relaxed).to_le_bytes())
        .map(|byte| format!("{byte:02x}"))
        .collect();
    for (at, line) in bytes.chunks(8).enumerate() {
        shown("the stored bytes", &format!("{:>3}  {}", at * 8, line.join(" ")));
    }

    let view = RegionView::attach(Memory::from_words(&words)).unwrap();
    let mut catalogs = vec![0; usize::try_from(view.geometry().catalog_size).unwrap()];
    view.copy_catalogs(&mut catalogs);
    let legend = Legend::read(&catalogs).unwrap();
    let lines = Lines { legend: &legend, format: Format::Text, show_private: false };
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    let Next::Item(Item::Record(record)) = lane.next() else { panic!("one record was written") };
    shown("what the reader prints", &lines.record("0:cpu3", &record));
}
