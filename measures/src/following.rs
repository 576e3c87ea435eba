//! A live reader with a pacing of its own, and the same pacing for others.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use abi_runtime::attach::RegionView;
use abi_runtime::item::{Item, Next};
use abi_runtime::memory::Memory;
use abi_runtime::reader::{LaneReader, Start};

use crate::processors::{idle_for, keep_to};
use crate::region::{Record64, SHAPE};

/// A reader that found less than this looks away.
const FEW: u64 = 512;
/// For so long.
const PAUSE: Duration = Duration::from_micros(5);
/// Bytes of a record in a lane.
const RECORD_BYTES: u64 = 64;

/// Looks away, if the last of `readers` who share a processor found few records: each of them looks once
/// in `PAUSE`.
pub fn pause(found: u64, readers: u32) {
    if found < FEW {
        idle_for(PAUSE / readers);
    }
}

/// What a writer and its readers say to each other beside the lane.
#[derive(Debug, Default)]
pub struct Stage {
    ready: AtomicU64,
    done: AtomicBool,
}

impl Stage {
    /// Says that this reader follows.
    pub fn follow(&self) {
        self.ready.fetch_add(1, Ordering::AcqRel);
    }

    /// Waits until so many follow.
    pub fn wait_for(&self, readers: u64) {
        while self.ready.load(Ordering::Acquire) < readers {
            thread::yield_now();
        }
    }

    /// Says that nothing more will be written.
    pub fn finish(&self) {
        self.done.store(true, Ordering::Release);
    }

    /// Returns whether nothing more will be written.
    pub fn is_finished(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }
}

/// Follows `lane` with so many readers, who take turns on one processor, until the stage is finished. A
/// turn is one look at what there is, all of it taken, and a pause if it was little. Calls `taken` after
/// each with the reader's position and what it was behind before. Returns how many records the reader took
/// that took least, or nothing if they could not follow.
pub fn follow(
    memory: Memory<'_>,
    lane: u32,
    (processor, readers): (usize, u32),
    stage: &Stage,
    mut taken: impl FnMut(u64, u64),
) -> Option<u64> {
    let kept = keep_to(processor);
    let view = RegionView::attach(memory).ok();
    let open = |_| {
        let buffer = vec![0_u64; SHAPE.block_size as usize / size_of::<u64>()];
        Some((LaneReader::open(view.as_ref()?, lane, Start::Newest, buffer).ok()?, 0_u64))
    };
    let followers: Option<Vec<_>> = (0..readers).map(open).collect();
    // A writer that waited for a reader which could not be made would wait for ever.
    stage.follow();
    let mut followers = followers?;
    loop {
        let last = stage.is_finished();
        for (reader, count) in &mut followers {
            let behind = reader.behind();
            *count += take(reader, behind);
            taken(reader.position(), behind);
            if !last {
                pause(behind / RECORD_BYTES, readers);
            }
        }
        if last {
            let fewest = followers.iter().map(|(_, count)| *count).min();
            return fewest.filter(|_| kept);
        }
    }
}

/// Takes what the reader was behind, and two fields of each record. Returns how many records that were.
pub fn take(reader: &mut LaneReader<'_, Vec<u64>>, behind: u64) -> u64 {
    let end = reader.position().wrapping_add(behind);
    let (mut sum, mut count) = (0_u64, 0);
    while end.wrapping_sub(reader.position()).cast_signed() > 0 {
        match reader.next() {
            Next::Item(Item::Record(record)) => {
                if let Ok(record) = record.view::<Record64>() {
                    sum = sum.wrapping_add(record.first()).wrapping_add(record.second());
                    count += 1;
                }
            }
            Next::Item(_) => {}
            Next::Pending | Next::Closed => break,
        }
    }
    black_box(sum);
    count
}
