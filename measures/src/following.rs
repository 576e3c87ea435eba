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
pub const RECORD_BYTES: u64 = 64;

/// How a reader looks away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// It has a processor for itself, and keeps it.
    Alone,
    /// It shares one with other readers, and sleeps.
    Shared,
}

impl Pace {
    /// Looks away, if `found` records are few.
    pub fn after(self, found: u64) {
        if found < FEW {
            match self {
                Self::Alone => idle_for(PAUSE),
                Self::Shared => thread::sleep(PAUSE),
            }
        }
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

/// Follows `lane` on `processor` until the stage is finished: one look at what there is, all of it taken,
/// then the next look. Calls `taken` with the reader's position after each. Returns whether it could.
pub fn follow(
    memory: Memory<'_>,
    lane: u32,
    (processor, pace): (usize, Pace),
    stage: &Stage,
    mut taken: impl FnMut(u64),
) -> bool {
    let kept = keep_to(processor);
    let buffer = vec![0_u64; SHAPE.block_size as usize / size_of::<u64>()];
    let reader = RegionView::attach(memory)
        .ok()
        .and_then(|view| LaneReader::open(&view, lane, Start::Newest, buffer).ok());
    // A writer that waited for a reader which could not be made would wait for ever.
    stage.follow();
    let Some(mut reader) = reader else { return false };
    let mut sum = 0_u64;
    loop {
        let last = stage.is_finished();
        let behind = reader.behind();
        let end = reader.position().wrapping_add(behind);
        while end.wrapping_sub(reader.position()).cast_signed() > 0 {
            match reader.next() {
                Next::Item(Item::Record(record)) => {
                    if let Ok(record) = record.view::<Record64>() {
                        sum = sum.wrapping_add(record.first()).wrapping_add(record.second());
                    }
                }
                Next::Item(_) => {}
                Next::Pending | Next::Closed => break,
            }
        }
        taken(reader.position());
        if last {
            black_box(sum);
            return kept;
        }
        pace.after(behind / RECORD_BYTES);
    }
}
