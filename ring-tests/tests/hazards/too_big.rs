//! Records around the largest that a block takes: refused, counted, and told, or whole (REG-18, REG-23).

#![allow(clippy::large_stack_arrays, reason = "the largest record is what is tried")]

use abi_runtime::drops::DropCause;
use abi_runtime::gap::{Cause, Count};
use abi_runtime::geometry::Shape;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{DropCounts, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{LaneConfig, Region, RegionConfig, region_size};
use ring_tests::hazard::{HAZARDS, Scene};
use std::sync::atomic::AtomicU64;

/// Defines records of one array each, whose whole size, header included, their name states.
macro_rules! sized {
    ($($name:ident = $id:literal, $words:literal;)*) => {$(
        /// A record of nothing but size.
        #[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
        #[repr(C)]
        #[trace(id = $id)]
        struct $name {
            /// All the same.
            words: [u64; $words],
        }
    )*};
}

sized! {
    Bytes3920 = 0x0300, 488;
    Bytes3928 = 0x0301, 489;
    Bytes3936 = 0x0302, 490;
    Bytes8024 = 0x0303, 1001;
    Bytes8032 = 0x0304, 1002;
    Bytes65520 = 0x0305, 8188;
    Bytes65528 = 0x0306, 8189;
}

/// What became of one attempt in a lane of its own, behind a drop, so that the record needs its Loss record
/// in the same block.
fn attempt<R: TraceRecord>(block_size: u32, record: &R) -> Result<usize, DropCause> {
    let shape = Shape { lanes: 1, block_size, blocks_per_lane: 2 };
    let size = region_size(shape, &HAZARDS).unwrap() / 8;
    let words: Vec<AtomicU64> = (0..size).map(|_| AtomicU64::new(0)).collect();
    let config = RegionConfig { shape, ..Scene::new(1, 2).config() };
    let region = Region::format(MemoryMut::from_words(&words), &config).unwrap();
    let writer = region.open_lane(0, &LaneConfig::new("sizes", Policy::Fill), || 5).unwrap();
    drop(writer.reserve::<R>());
    let outcome = writer.emit(record).map_err(|refused| refused.cause);
    writer.close();

    let view = abi_runtime::attach::RegionView::attach(Memory::from_words(&words)).unwrap();
    let buffer = vec![0; usize::try_from(block_size / 8).unwrap()];
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, buffer).unwrap();
    let mut found = None;
    let mut told = DropCounts::default();
    loop {
        match lane.next() {
            Next::Item(Item::Record(record)) => {
                assert!(record.payload.chunks(8).all(|word| word == [0x5A; 8]));
                found = Some(record.payload.len() + 16);
            }
            Next::Item(Item::Gap(gap)) => match (gap.count, gap.cause) {
                (Count::Exact(1), Cause::Dropped { by_cause: Some(dropped) }) => told = told.plus(dropped),
                _ => panic!("{gap}"),
            },
            Next::Item(_) | Next::Pending => panic!("the lane is closed"),
            Next::Closed => break,
        }
    }
    let statement = lane.finish();
    assert!(statement.books.close(), "{}", statement.books);
    match outcome {
        Ok(()) => {
            let expected = DropCounts { abandoned: 1, ..DropCounts::default() };
            assert_eq!((told, statement.gap), (expected, None), "the drop before is told first");
            Ok(found.expect("what was accepted is there"))
        }
        Err(cause) => {
            let expected = DropCounts { too_big: 2, ..DropCounts::default() };
            assert_eq!((statement.books.by_cause, found), (expected, None));
            Err(cause)
        }
    }
}

const SAME: u64 = 0x5A5A_5A5A_5A5A_5A5A;

#[test]
fn the_largest_record_fits_behind_a_loss_and_the_next_larger_is_refused() {
    let too_big = Err(DropCause::TooBig);
    assert_eq!(attempt(4096, &Bytes3920 { words: [SAME; 488] }), Ok(3920));
    assert_eq!(attempt(4096, &Bytes3928 { words: [SAME; 489] }), Ok(3928));
    assert_eq!(attempt(4096, &Bytes3936 { words: [SAME; 490] }), too_big);
    assert_eq!(attempt(4096, &Bytes8024 { words: [SAME; 1001] }), too_big);
    assert_eq!(attempt(8192, &Bytes8024 { words: [SAME; 1001] }), Ok(8024));
    assert_eq!(attempt(8192, &Bytes8032 { words: [SAME; 1002] }), too_big);
}

/// What a header's 16 bits can state is the limit of the largest blocks.
#[test]
fn the_largest_record_of_all() {
    assert_eq!(attempt(1 << 16, &Bytes65520 { words: [SAME; 8188] }), Err(DropCause::TooBig));
    assert_eq!(attempt(1 << 17, &Bytes65520 { words: [SAME; 8188] }), Ok(65_520));
    assert_eq!(attempt(1 << 17, &Bytes65528 { words: [SAME; 8189] }), Ok(65_528));
    assert_eq!(attempt(1 << 20, &Bytes65528 { words: [SAME; 8189] }), Ok(65_528));
}
