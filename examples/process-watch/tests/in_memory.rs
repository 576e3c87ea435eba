//! From a source through a lane to a reader's books, in one process.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use abi_runtime::attach::RegionView;
use abi_runtime::gap::Gap;
use abi_runtime::geometry::Shape;
use abi_runtime::item::Record;
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use process_watch::audit::Audit;
use process_watch::catalog::PROC;
use process_watch::driver::Driver;
use process_watch::kinship::Kinship;
use process_watch::load::{Directories, Extent};
use process_watch::reading::{Lane, Listener, Turn};
use process_watch::source::{Choice, Source};
use process_watch::statement::{LaneDelivered, ReaderStatement};
use process_watch::telling;

/// Remembers what it is told.
#[derive(Debug, Default)]
struct Witness {
    records: BTreeMap<String, u64>,
    gaps: Vec<String>,
    texts: Vec<String>,
}

impl Listener for Witness {
    fn record(&mut self, _lane: &str, record: &Record<'_>) {
        *self.records.entry(telling::name(record.header.id)).or_default() += 1;
        self.texts.push(telling::text(record));
    }

    fn gap(&mut self, _lane: &str, gap: &Gap) {
        self.gaps.push(gap.to_string());
    }
}

/// Makes 300 files below a directory that a driver watches, in a lane with room for some 150 records,
/// and reads the lane behind it.
fn watch_files(policy: Policy) -> (Audit, LaneDelivered, Witness) {
    let root = tempfile::tempdir().expect("a directory for the test");
    let directories = Directories::make(root.path(), 1).expect("the directory is ours");
    let source = Source::open(Choice::Tree, 0, root.path()).expect("inotify is there");

    let shape = Shape { lanes: 1, block_size: 4096, blocks_per_lane: 4 };
    let size = region_size(shape, &PROC).expect("a shape that can be");
    let words: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape, region_id: [1, 2], generation: 1, clock, catalog: &PROC };
    let region = Region::format(MemoryMut::from_words(&words), &config).expect("its size fits");
    let writer = region.open_lane(0, &LaneConfig::new("tree", policy), || 7).expect("it is free");
    let mut driver = Driver::new(source, writer, Kinship::new(None));

    let view = RegionView::attach(Memory::from_words(&words)).expect("it is well formed");
    let mut lane = Lane::open(&view, 0).expect("it is open");
    let mut witness = Witness::default();
    while lane.turn(&mut witness) == Turn::Told {}

    let extent = Extent { count: 300, time: std::time::Duration::from_mins(1), threads: 1 };
    let caused = directories.files(extent).expect("the directory is ours");
    assert_eq!(caused.files, 300);
    while driver.turn().expect("inotify works") {}
    let driver = driver.finish([]);
    assert_eq!(driver.seen.files, 3 * caused.files + caused.directories);
    while lane.turn(&mut witness) != Turn::Closed {}
    let delivered = lane.finish(&mut witness);
    let reader = ReaderStatement { uid: 0, lanes: vec![delivered.clone()] };
    (Audit::new(&driver, &reader), delivered, witness)
}

#[test]
fn a_lane_that_wraps_tells_what_was_overwritten() {
    let (audit, lane, witness) = watch_files(Policy::Overwrite);
    assert!(audit.closes(), "{audit:#?}");
    // SourceStarted, two DirectoryWatched, three events of each file, the directory's removal.
    assert_eq!(lane.offered, 1 + 2 + 900 + 1);
    assert!(lane.overrun > 0 && lane.dropped == 0, "{lane:?}");
    assert_eq!(witness.records, lane.records);
    assert_eq!(witness.gaps.len(), 1, "{:?}", witness.gaps);
    assert!(witness.texts[0].starts_with("source Tree, fallback Chosen"), "{:?}", witness.texts[0]);
    let last = witness.texts.last().expect("some were delivered");
    assert!(last.starts_with("Deleted Directory load-0 in directory "), "{last}");
}

#[test]
fn a_lane_that_fills_up_tells_what_was_refused() {
    let (audit, lane, witness) = watch_files(Policy::Fill);
    assert!(audit.closes(), "{audit:#?}");
    assert_eq!(lane.offered, 904);
    assert!(lane.dropped > 0 && lane.overrun == 0, "{lane:?}");
    assert_eq!(lane.by_cause, BTreeMap::from([("full_normal".to_owned(), lane.dropped)]));
    assert_eq!(witness.gaps.len(), 1, "{:?}", witness.gaps);
}
