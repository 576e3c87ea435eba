//! What it costs a writer that its reader is waited for.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use abi_runtime::drain::{DrainSlot, ReleasePage, release_page_size};
use abi_runtime::layout::Policy;
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::region::{Extras, LaneConfig};
use abi_runtime::writer::Writer;

use crate::following::{Stage, follow};
use crate::pingpong::nearest;
use crate::processors::{allowed, keep_to};
use crate::region::{Record64, SHAPE, Words};
use crate::row::{Goal, Row};
use crate::turns::Turns;

/// Records of one burst: about half a lane, so that a lane that drains has room for them.
const BURST: u64 = 8000;
/// Bursts of one turn.
const BURSTS: u64 = 20;
/// The lanes: one overwrites, the other drains.
const LANES: [(u32, Policy); 2] = [(0, Policy::Overwrite), (1, Policy::Drain)];

/// A line for a word that one thread stores and another waits for.
#[repr(align(128))]
struct Line(AtomicU64);

/// Writes bursts while somebody reads, and waits between them until all has been read. Returns
/// nanoseconds per record of the bursts; nothing if a record was refused.
fn bursts(
    words: &Words,
    (lane, writer): (u32, &Writer<'_, impl Fn() -> u64>),
    place: usize,
    mut release: impl FnMut(u64) + Send,
) -> Option<f64> {
    let stage = Stage::default();
    // Looks that found nothing.
    let idle = Line(AtomicU64::new(0));
    thread::scope(|scope| {
        let follower = scope.spawn(|| {
            follow(words.memory(), lane, (place, 1), &stage, |position, behind| {
                release(position);
                if behind == 0 {
                    idle.0.fetch_add(1, Ordering::Release);
                }
            })
        });
        stage.wait_for(1);
        let mut busy = 0.0;
        for _ in 0..BURSTS {
            let begin = Instant::now();
            for at in 0..BURST {
                let _ = black_box(writer.emit(&Record64::new(at)));
            }
            busy += begin.elapsed().as_secs_f64();
            // The first of these looks may have been under way before the burst was over.
            let seen = idle.0.load(Ordering::Acquire);
            while idle.0.load(Ordering::Acquire) < seen + 2 && !follower.is_finished() {
                thread::yield_now();
            }
        }
        stage.finish();
        let taken = follower.join().ok().flatten()?;
        let complete = taken >= BURST * BURSTS && writer.account().dropped.total() == 0;
        complete.then_some(busy * 1e9 / (BURST * BURSTS) as f64)
    })
}

/// A lane that drains beside one that overwrites, each with a live reader that gets everything.
pub fn against_overwrite() -> Vec<Row> {
    let claim = "policy drain";
    let Some((place, reader)) = nearest(&allowed()) else {
        return vec![Row::not_measured(claim, "it takes two processors")];
    };
    let page: Vec<_> = (0..release_page_size(SHAPE.lanes) / 8).map(|_| AtomicU64::new(0)).collect();
    let slots = [DrainSlot::new(Memory::from_words(&page))];
    let words = Words::new();
    let region = words.format_with(Extras { drain: &slots, ..Extras::default() });
    slots[0].serve(1, u64::MAX);
    let open = |(lane, policy)| region.open_lane(lane, &LaneConfig::new("lane", policy), || 7).ok();
    let [Some(overwriting), Some(draining)] = LANES.map(open) else {
        return vec![Row::not_measured(claim, "the region has no lanes")];
    };
    let _ = keep_to(place);
    let release = ReleasePage::new(MemoryMut::from_words(&page));
    // A turn's reader begins in a block of which the turn before has released a part already.
    let mut released = 0_u64;
    Turns::new("bursts, no clock, all read", "ns/record", (place, reader))
        .with("policy overwrite", || bursts(&words, (0, &overwriting), reader, |_| ()))
        .with("policy drain", || {
            bursts(&words, (1, &draining), reader, |position| {
                if position.wrapping_sub(released).cast_signed() > 0 {
                    released = position;
                    release.release(1, position);
                }
            })
        })
        .against("policy drain", "policy overwrite", Goal::RatioAtMost(1.2))
        .run()
}
