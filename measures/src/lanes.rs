//! Four threads, a lane each.

use std::cell::RefCell;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use abi_runtime::layout::Policy;
use abi_runtime::region::LaneConfig;
use crossbeam_queue::ArrayQueue;

use crate::processors::{allowed, keep_to};
use crate::region::{Record64, Words};
use crate::row::{Goal, Row};
use crate::turns::Turns;

/// Threads.
const THREADS: usize = 4;
/// Records of one thread in one turn.
const COUNT: u64 = 200_000;
/// Words of a private buffer, and of the shared queue: 1 MiB, as a lane has.
const WORDS: usize = 1 << 17;
/// Words of a record.
const RECORD: usize = 8;

/// What lies two cache lines from its neighbours, as what each thread has for itself does.
#[repr(align(128))]
struct Apart<T>(T);

/// Has `write` write `COUNT` records with each of `lanes`, all at the same time, on a processor each.
/// Returns nanoseconds per record, the mean of the threads.
fn together<L: Send>(
    processors: &[usize],
    lanes: impl IntoIterator<Item = L>,
    write: impl Fn(L) + Sync,
) -> Option<f64> {
    let lanes: Vec<_> = lanes.into_iter().zip(processors).collect();
    let (threads, ready) = (lanes.len(), AtomicUsize::new(0));
    thread::scope(|scope| {
        let spawn = |(lane, &processor)| {
            let (ready, write) = (&ready, &write);
            scope.spawn(move || {
                let kept = keep_to(processor);
                ready.fetch_add(1, Ordering::AcqRel);
                while ready.load(Ordering::Acquire) < threads {
                    thread::yield_now();
                }
                let begin = Instant::now();
                write(lane);
                kept.then_some(begin.elapsed().as_secs_f64() * 1e9 / COUNT as f64)
            })
        };
        let spawned: Vec<_> = lanes.into_iter().map(spawn).collect();
        let times: Vec<_> = spawned.into_iter().map(|thread| thread.join().ok().flatten()).collect();
        times.into_iter().sum::<Option<f64>>().map(|sum| sum / threads as f64)
    })
}

/// Stores records into a buffer that no other thread has, round and round.
fn store(buffer: &mut Vec<AtomicU64>) {
    let mut at = 0;
    for record in 0..COUNT {
        for (word, slot) in buffer[at..at + RECORD].iter().enumerate() {
            slot.store(record + word as u64, Ordering::Relaxed);
        }
        at = (at + RECORD) & (WORDS - 1);
    }
    black_box(buffer);
}

/// One thread against four, and against four that share something.
pub fn four() -> Vec<Row> {
    let processors = allowed();
    if processors.len() < THREADS {
        return vec![Row::not_measured("four threads, a lane each", "it takes four processors")];
    }
    let words = Words::new();
    let region = words.format();
    let open = |lane| {
        let writer = region.open_lane(lane, &LaneConfig::new("lane", Policy::Overwrite), || 7);
        writer.ok().map(Apart)
    };
    let Some(mut writers) = (0..4).map(open).collect::<Option<Vec<_>>>() else {
        return vec![Row::not_measured("four threads, a lane each", "the region has no lanes")];
    };
    let writers = RefCell::new(&mut writers);
    let threads = |count: usize| {
        together(&processors, writers.borrow_mut().iter_mut().take(count), |Apart(writer)| {
            for at in 0..COUNT {
                let _ = black_box(writer.emit(&Record64::new(at)));
            }
        })
    };
    let mut buffers: [Vec<AtomicU64>; THREADS] =
        std::array::from_fn(|_| (0..WORDS).map(|_| AtomicU64::new(0)).collect());
    let buffers = RefCell::new(&mut buffers);
    let queue = ArrayQueue::new(WORDS / RECORD);
    let (one, four) = ("one thread", "four threads, a lane each");
    Turns::new("threads, no clock", "ns/record", (processors[0], processors[1]))
        .with(one, || threads(1))
        .with(four, || threads(THREADS))
        .with("one thread, a private buffer", || {
            together(&processors, buffers.borrow_mut().iter_mut().take(1), store)
        })
        .with("four threads, private buffers", || {
            together(&processors, buffers.borrow_mut().iter_mut(), store)
        })
        .with("four threads, one crossbeam ArrayQueue", || {
            together(&processors, [&queue; THREADS], |queue| {
                for at in 0..COUNT {
                    black_box(
                        queue.force_push(std::array::from_fn::<u64, RECORD, _>(|word| at + word as u64)),
                    );
                }
            })
        })
        .against(four, one, Goal::RatioAtMost(1.1))
        // What four at a time cost whatever they write: processors share more than lines.
        .against("four threads, private buffers", "one thread, a private buffer", Goal::None)
        .run()
}
