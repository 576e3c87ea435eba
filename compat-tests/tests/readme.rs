//! The README's one record, shown four ways: each as it really is.

#[allow(unreachable_pub, reason = "shown as a crate would have it")]
#[path = "readme/sched.rs"]
mod sched;

use std::sync::atomic::{AtomicU64, Ordering};

use abi_codegen::{Catalog, c_header};
use abi_runtime::attach::RegionView;
use abi_runtime::geometry::Shape;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use sched::{SCHED, SWITCH};
use testimony::legend::Legend;
use testimony::line::{Format, Lines};
use testimony::time::Time;

const README: &str = include_str!("../../README.md");

const SHAPE: Shape = Shape { lanes: 1, block_size: 4096, blocks_per_lane: 2 };

fn shown(what: &str, text: &str) {
    assert!(README.contains(text.trim()), "README.md does not show {what} as it is:\n{text}");
}

#[test]
fn the_rust_is_that_of_this_test() {
    let source = include_str!("readme/sched.rs");
    let start = source.find("/// A thread gave up").unwrap();
    let end = source.find("/// A switch from").unwrap();
    shown("the Rust declaration", &source[start..end]);
}

#[test]
fn the_c_is_what_is_generated() {
    let header = c_header(&Catalog::from_schema(&SCHED).unwrap()).unwrap();
    let start = header.find("typedef struct sched_sched_switch_v2").unwrap();
    let end = start + header[start..].find("} sched_sched_switch_v2;").unwrap();
    shown("the C struct", &header[start..end]);
    let assertion =
        header.lines().find(|line| line.contains("offsetof") && line.contains("_v2, ran_for")).unwrap();
    shown("an assertion", assertion);
}

#[test]
fn the_bytes_and_the_line_are_what_is_stored_and_printed() {
    let size = region_size(SHAPE, &SCHED).unwrap();
    let words: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
    let clock = ClockInfo {
        kind: ClockKind::Monotonic,
        numerator: 1,
        denominator: 1,
        anchor_ticks: 0,
        anchor_utc: 0,
    };
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
    let lines = Lines::new(&legend, Time::of_region(view.header()), Format::Text, false);
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    let Next::Item(Item::Record(record)) = lane.next() else { panic!("one record was written") };
    shown("what the reader prints", &lines.record("0:cpu3", &record));
}
