//! What a record costs its reader.

use std::hint::black_box;

use abi_runtime::attach::RegionView;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::LaneConfig;

use crate::harness::Contest;
use crate::region::{Record64, SHAPE, Words};
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
