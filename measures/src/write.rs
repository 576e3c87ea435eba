//! What a record costs its writer.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use abi_runtime::clock::{Clock, CycleCounter};
use abi_runtime::layout::Policy;
use abi_runtime::region::LaneConfig;

use crate::ffi;
use crate::harness::Contest;
use crate::region::{Record32, Record64, Words};
use crate::row::{Goal, Row};

/// Records of one turn.
const COUNT: u64 = 200_000;
/// Words of the floor's buffer: 1 MiB, as a lane has.
const FLOOR_WORDS: usize = 1 << 17;

/// A buffer that is stored into, round and round: the least that keeping a record can cost.
struct Floor {
    words: Vec<AtomicU64>,
    at: usize,
    position: AtomicU64,
}

impl Floor {
    fn new() -> Self {
        let words = (0..FLOOR_WORDS).map(|_| AtomicU64::new(0)).collect();
        Self { words, at: 0, position: AtomicU64::new(0) }
    }

    /// Stores `COUNT` records of `N` words, the second of which is `ticks`.
    fn store<const N: usize>(&mut self, publish: bool, ticks: impl Fn() -> u64) {
        for record in 0..COUNT {
            let slot = &self.words[self.at..self.at + N];
            for (word, slot) in slot.iter().enumerate() {
                let value = if word == 1 { ticks() } else { record + word as u64 };
                slot.store(value, Ordering::Relaxed);
            }
            self.at = (self.at + N) & (FLOOR_WORDS - 1);
            if publish {
                self.position.store(self.at as u64, Ordering::Release);
            }
        }
        black_box(&self.words);
    }
}

/// A peer's ring in one thread: pushed until it is full, then emptied at once.
fn push_rtrb<const N: usize>(ring: &mut (rtrb::Producer<[u64; N]>, rtrb::Consumer<[u64; N]>)) {
    let (producer, consumer) = ring;
    for record in 0..COUNT {
        let value = std::array::from_fn(|word| record + word as u64);
        if producer.push(value).is_err() {
            if let Ok(chunk) = consumer.read_chunk(consumer.slots()) {
                chunk.commit_all();
            }
            let _ = producer.push(value);
        }
    }
    black_box(&consumer);
}

/// The same with heapless, whose ring has its size in its type.
fn push_heapless<const N: usize, const SLOTS: usize>(ring: &mut heapless::spsc::Queue<[u64; N], SLOTS>) {
    let (mut producer, mut consumer) = ring.split();
    for record in 0..COUNT {
        let value = std::array::from_fn(|word| record + word as u64);
        if producer.enqueue(value).is_err() {
            while consumer.dequeue().is_some() {}
            let _ = producer.enqueue(value);
        }
    }
    black_box(&consumer);
}

/// The same with a queue that many may push to.
fn push_array_queue<const N: usize>(queue: &crossbeam_queue::ArrayQueue<[u64; N]>) {
    for record in 0..COUNT {
        let value = std::array::from_fn(|word| record + word as u64);
        black_box(queue.force_push(value));
    }
}

/// The same with a disruptor, whose events are polled.
fn push_disruptor<const N: usize>(
    producer: &mut impl disruptor::Producer<[u64; N]>,
    poller: &mut disruptor::EventPoller<[u64; N], disruptor::SingleProducerBarrier>,
) {
    for record in 0..COUNT {
        let value = std::array::from_fn(|word| record + word as u64);
        if producer.try_publish(|slot| *slot = value).is_err() {
            if let Ok(mut events) = poller.poll() {
                (&mut events).for_each(drop);
            }
            let _ = producer.try_publish(|slot| *slot = value);
        }
    }
}

/// Writing without a clock: the columns that decide.
pub fn without_clock() -> Vec<Row> {
    let words = Words::new();
    let region = words.format();
    let lane = |number: u32| region.open_lane(number, &LaneConfig::new("rust", Policy::Overwrite), || 7);
    let (Ok(one), Ok(two)) = (lane(0), lane(1)) else {
        return vec![Row::not_measured("write without a clock", "the region has no lanes")];
    };
    let mut floors = [Floor::new(), Floor::new()];
    let [floor, published] = &mut floors;
    let mut ring = rtrb::RingBuffer::<[u64; 8]>::new(FLOOR_WORDS / 8);
    let mut small_ring = Box::new(heapless::spsc::Queue::<[u64; 8], 1024>::new());
    let queue = crossbeam_queue::ArrayQueue::<[u64; 8]>::new(FLOOR_WORDS / 8);
    let builder = disruptor::build_single_producer(FLOOR_WORDS / 8, || [0_u64; 8], disruptor::BusySpin);
    let (mut poller, builder) = builder.new_event_poller();
    let mut producer = builder.build();
    let mut rows = Contest::new("ns/record", COUNT as f64)
        .with("64 B, no clock: store floor", Goal::None, || floor.store::<8>(false, || 7))
        .with("64 B, no clock: store, then publish", Goal::None, || published.store::<8>(true, || 7))
        .with("64 B, no clock: rtrb push", Goal::None, || push_rtrb(&mut ring))
        .with("64 B, no clock: heapless enqueue, emptied", Goal::None, || push_heapless(&mut small_ring))
        .with("64 B, no clock: disruptor publish, emptied", Goal::None, || {
            push_disruptor(&mut producer, &mut poller);
        })
        .with("64 B, no clock: crossbeam ArrayQueue force_push", Goal::None, || push_array_queue(&queue))
        .with("64 B, no clock: Rust writer", Goal::RatioAtMost(1.5), || {
            for at in 0..COUNT {
                let _ = black_box(one.emit(&Record64::new(at)));
            }
        })
        .with("64 B, no clock: C writer", Goal::None, || {
            black_box(ffi::emit(words.words(), 2, 48, COUNT, false));
        })
        .run();
    rows.extend(iceoryx());
    compare(&mut rows, "C writer", "Rust writer", "64 B, no clock: C writer over Rust writer", 1.1);
    compare(&mut rows, "Rust writer", "rtrb", "64 B, no clock: Rust writer over rtrb", 1.0);

    let mut floors = [Floor::new(), Floor::new()];
    let [floor, published] = &mut floors;
    let mut ring = rtrb::RingBuffer::<[u64; 4]>::new(FLOOR_WORDS / 4);
    let mut small = Contest::new("ns/record", COUNT as f64)
        .with("32 B, no clock: store floor", Goal::None, || floor.store::<4>(false, || 7))
        .with("32 B, no clock: store, then publish", Goal::None, || published.store::<4>(true, || 7))
        .with("32 B, no clock: rtrb push", Goal::None, || push_rtrb(&mut ring))
        .with("32 B, no clock: Rust writer", Goal::RatioAtMost(1.3), || {
            for at in 0..COUNT {
                let _ = black_box(two.emit(&Record32 { first: at, second: at + 1 }));
            }
        })
        .with("32 B, no clock: C writer", Goal::None, || {
            black_box(ffi::emit(words.words(), 3, 16, COUNT, false));
        })
        .run();
    compare(&mut small, "C writer", "Rust writer", "32 B, no clock: C writer over Rust writer", 1.1);
    rows.extend(small);
    rows
}

/// Publishing to a subscriber whose oldest samples give way, as a lane's do.
#[cfg(feature = "iceoryx2")]
fn iceoryx() -> Vec<Row> {
    let claim = "64 B, no clock: iceoryx2 send, emptied";
    match crate::iceoryx::Pair::open() {
        Ok(pair) => {
            Contest::new("ns/record", COUNT as f64).with(claim, Goal::None, || pair.send(COUNT)).run()
        }
        Err(error) => vec![Row::not_measured(claim, &error.to_string())],
    }
}

/// `cargo xtask bench` builds it in.
#[cfg(not(feature = "iceoryx2"))]
fn iceoryx() -> Vec<Row> {
    vec![Row::not_measured("64 B, no clock: iceoryx2 send", "built without the feature `iceoryx2`")]
}

/// Adds the row that compares two others of one contest.
fn compare(rows: &mut Vec<Row>, one: &str, other: &str, claim: &str, most: f64) {
    let find = |what: &str| {
        rows.iter().find(|row| row.claim.ends_with(what) || row.claim.contains(&format!(": {what}")))
    };
    if let (Some(one), Some(other)) = (find(one), find(other)) {
        let ratio = one.median / other.median;
        let row = Row::new(claim, &[ratio], "x", None, Goal::AtMost(most));
        rows.push(row);
    }
}

/// Writing with the processor's ticks.
pub fn with_clock() -> Vec<Row> {
    let words = Words::new();
    let region = words.format();
    let Ok(lane) = region.open_lane(0, &LaneConfig::new("rust", Policy::Overwrite), CycleCounter) else {
        return vec![Row::not_measured("write with ticks", "the region has no lanes")];
    };
    let mut floor = Floor::new();
    Contest::new("ns/record", COUNT as f64)
        .with("64 B, ticks: clock and store floor", Goal::None, || {
            floor.store::<8>(false, || CycleCounter.ticks());
        })
        .with("64 B, ticks: Rust writer", Goal::RatioAtMost(1.05), || {
            for at in 0..COUNT {
                let _ = black_box(lane.emit(&Record64::new(at)));
            }
        })
        .with("64 B, ticks: C writer", Goal::RatioAtMost(1.05), || {
            black_box(ffi::emit(words.words(), 1, 48, COUNT, true));
        })
        .run()
}

/// A lane that is full, and a lane that is not there.
pub fn refused_and_disabled() -> Vec<Row> {
    let words = Words::new();
    let region = words.format();
    let open = |lane, policy| region.open_lane(lane, &LaneConfig::new("rust", policy), || 7);
    let (Ok(written), Ok(full)) = (open(0, Policy::Overwrite), open(1, Policy::Fill)) else {
        return vec![Row::not_measured("a refused record", "the region has no lanes")];
    };
    while full.emit(&Record64::new(0)).is_ok() {}
    let disabled: Option<abi_runtime::writer::Writer<'_, CycleCounter>> = None;
    let mut rows = Contest::new("ns/record", COUNT as f64)
        .with("a written record of 64 B, no clock", Goal::None, || {
            for at in 0..COUNT {
                let _ = black_box(written.emit(&Record64::new(at)));
            }
        })
        .with("a refused record", Goal::RatioAtMost(1.0), || {
            for at in 0..COUNT {
                let _ = black_box(full.emit(&Record64::new(at)));
            }
        })
        .run();
    rows.extend(
        Contest::new("ns/record", COUNT as f64)
            .with("a disabled record", Goal::AtMost(1.0), || {
                for at in 0..COUNT {
                    if let Some(writer) = black_box(&disabled) {
                        let _ = writer.emit(&Record64::new(at));
                    }
                }
            })
            .run(),
    );
    rows
}
