//! What a record costs its reader.

use std::hint::black_box;
use std::sync::atomic::AtomicU64;

use abi_runtime::attach::RegionView;
use abi_runtime::geometry::Shape;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{ClockKind, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};

use crate::harness::Contest;
use crate::region::{MEASURED, Record64, SHAPE, Words};
use crate::row::{Goal, Row};

/// Reading a lane of 1 MiB from end to end: copied, validated, two typed fields taken.
pub fn in_cache() -> Vec<Row> {
    let words = Words::new();
    let region = words.format();
    let Ok(writer) = region.open_lane(0, &LaneConfig::new("rust", Policy::Fill), || 7) else {
        return vec![Row::not_measured("read", "the region has no lanes")];
    };
    let mut records = 0_u64;
    while writer.emit(&Record64::new(records)).is_ok() {
        records += 1;
    }
    let Ok(view) = RegionView::attach(words.memory()) else {
        return vec![Row::not_measured("read", "the region cannot be attached to")];
    };
    let bytes = SHAPE.capacity() as f64;
    let source = vec![1_u8; usize::try_from(SHAPE.capacity()).unwrap_or(0)];
    let mut target = source.clone();
    let mut buffer = vec![0_u64; SHAPE.block_size as usize / 8];
    let mut rows = Contest::new("ns/record", records as f64)
        .with("read 64 B in cache: memcpy of the bytes", Goal::None, || {
            target.copy_from_slice(black_box(&source));
            black_box(&target);
        })
        .with("read 64 B in cache: copied, validated, two fields", Goal::None, || {
            black_box(sum(&view, &mut buffer));
        })
        .run();
    let Some(read) = rows.last().cloned() else { return rows };
    let per_second = |nanoseconds: f64, amount: f64| amount / nanoseconds;
    let gigabytes = per_second(read.median * records as f64, bytes);
    rows.push(Row::new("read 64 B in cache: throughput", &[gigabytes], "GB/s", None, Goal::AtLeast(12.0)));
    let millions = per_second(read.median, 1000.0);
    rows.push(Row::new("read 64 B in cache: records", &[millions], "M/s", None, Goal::AtLeast(150.0)));
    rows
}

fn sum(view: &RegionView<'_>, buffer: &mut [u64]) -> u64 {
    let mut sum = 0_u64;
    let Ok(mut lane) = LaneReader::open(view, 0, Start::Oldest, buffer) else { return 0 };
    while let Next::Item(item) = lane.next() {
        if let Item::Record(record) = item
            && let Ok(record) = record.view::<Record64>()
        {
            sum = sum.wrapping_add(record.first()).wrapping_add(record.second());
        }
    }
    sum
}

/// A lane that no cache holds: 128 MiB.
const LARGE: Shape = Shape { lanes: 1, block_size: 1 << 20, blocks_per_lane: 128 };

/// Reading a lane of 128 MiB from end to end, as in `in_cache`, and copying as many bytes.
pub fn from_memory() -> Vec<Row> {
    let size = region_size(LARGE, &MEASURED).unwrap_or(0);
    let words: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape: LARGE, region_id: [1, 2], generation: 1, clock, catalog: &MEASURED };
    let region = Region::format(MemoryMut::from_words(&words), &config).ok();
    let lane = LaneConfig::new("large", Policy::Fill);
    let Some(writer) = region.and_then(|region| region.open_lane(0, &lane, || 7).ok()) else {
        return vec![Row::not_measured("read from memory", "the region has no lane")];
    };
    let mut records = 0_u64;
    while writer.emit(&Record64::new(records)).is_ok() {
        records += 1;
    }
    let Ok(view) = RegionView::attach(Memory::from_words(&words)) else {
        return vec![Row::not_measured("read from memory", "the region cannot be attached to")];
    };
    let source = vec![1_u8; usize::try_from(LARGE.capacity()).unwrap_or(0)];
    let mut target = source.clone();
    let mut buffer = vec![0_u64; LARGE.block_size as usize / 8];
    Contest::new("ns/record", records as f64)
        .with("read 64 B from memory: memcpy of the bytes", Goal::None, || {
            target.copy_from_slice(black_box(&source));
            black_box(&target);
        })
        .with("read 64 B from memory: copied, validated, two fields", Goal::RatioAtMost(1.3), || {
            black_box(sum(&view, &mut buffer));
        })
        .run()
}
