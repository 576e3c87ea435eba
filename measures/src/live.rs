//! What live readers cost a writer.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::clock::{Clock, CycleCounter};
use abi_runtime::layout::Policy;
use abi_runtime::region::LaneConfig;
use abi_runtime::writer::Writer;

use crate::following::{Pace, Stage, follow};
use crate::processors::{allowed, idle_for, keep_to};
use crate::region::{Record64, Words};
use crate::row::{Goal, Row};
use crate::turns::Turns;

/// Records of one paced turn: 20 ms.
const PACED: u64 = 200_000;
/// Records of one turn at full speed.
const COUNT: u64 = 1_000_000;
/// Slots of the peer's ring: 1 MiB, as a lane has.
const SLOTS: usize = 1 << 14;
/// Nanoseconds from one record to the next, at 10 million in a second.
const INTERVAL: f64 = 100.0;

/// The processor of the writer, and those of its readers.
struct Places {
    writer: usize,
    readers: Vec<usize>,
}

impl Places {
    fn new() -> Option<Self> {
        let mut readers = allowed();
        let writer = readers.pop()?;
        (!readers.is_empty()).then_some(Self { writer, readers })
    }

    /// The processors between which most lines move.
    fn pair(&self) -> (usize, usize) {
        (self.writer, self.readers[0])
    }

    /// The processor of reader `at`, and how it looks away if there are `readers` of them.
    fn of(&self, at: usize, readers: usize) -> (usize, Pace) {
        let pace = if readers <= self.readers.len() { Pace::Alone } else { Pace::Shared };
        (self.readers[at % self.readers.len()], pace)
    }
}

/// Runs `write` while so many readers follow the lane. Returns nothing if one of them could not.
fn beside<T>(
    words: &Words,
    lane: u32,
    (places, readers): (&Places, usize),
    write: impl FnOnce() -> T,
) -> Option<T> {
    let stage = Stage::default();
    thread::scope(|scope| {
        let spawn = |at| {
            let (place, stage) = (places.of(at, readers), &stage);
            scope.spawn(move || follow(words.memory(), lane, place, stage, |_| ()))
        };
        let followers: Vec<_> = (0..readers).map(spawn).collect();
        stage.wait_for(readers as u64);
        let written = write();
        stage.finish();
        let all = followers.into_iter().map(|follower| follower.join().is_ok_and(|kept| kept));
        all.fold(true, |all, kept| all & kept).then_some(written)
    })
}

/// Ten million records a second, in bursts of `burst`; returns nanoseconds per record that the bursts took.
fn paced(writer: &Writer<'_, impl Clock>, burst: u64, ticks_of_nanosecond: f64) -> f64 {
    let ticks = || CycleCounter.ticks();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred ticks")]
    let interval = (INTERVAL * burst as f64 * ticks_of_nanosecond) as u64;
    let (mut due, mut busy) = (ticks(), 0);
    for turn in 0..PACED / burst {
        let mut begin = ticks();
        while begin.wrapping_sub(due).cast_signed() < 0 {
            begin = ticks();
        }
        for at in 0..burst {
            let _ = black_box(writer.emit(&Record64::new(turn + at)));
        }
        busy += ticks().wrapping_sub(begin);
        // Who was held up does not hurry afterwards.
        due = if begin.wrapping_sub(due) > 10 * interval { begin } else { due }.wrapping_add(interval);
    }
    busy as f64 / ticks_of_nanosecond / (PACED / burst * burst) as f64
}

/// Returns how many ticks a nanosecond has.
fn ticks_of_nanosecond() -> f64 {
    let (begin, first) = (Instant::now(), CycleCounter.ticks());
    idle_for(Duration::from_millis(10));
    let (elapsed, last) = (begin.elapsed(), CycleCounter.ticks());
    last.wrapping_sub(first) as f64 / (elapsed.as_secs_f64() * 1e9)
}

/// What live readers cost a writer that has pauses, and one that has none.
pub fn readers() -> Vec<Row> {
    match Places::new() {
        Some(places) => [at_a_rate(&places), at_full_speed(&places)].concat(),
        None => vec![Row::not_measured("a live reader", "it takes two processors")],
    }
}

/// A writer of ten million records a second, with nobody, one and eight who read them.
fn at_a_rate(places: &Places) -> Vec<Row> {
    let _ = keep_to(places.writer);
    let scale = ticks_of_nanosecond();
    let mut rows = Vec::new();
    for (table, burst) in [("10 M records/s, one by one", 1), ("10 M records/s, 50 at a time", 50)] {
        let words = Words::new();
        let region = words.format();
        let Ok(writer) = region.open_lane(0, &LaneConfig::new("live", Policy::Overwrite), || 7) else {
            return vec![Row::not_measured(table, "the region has no lanes")];
        };
        let _ = paced(&writer, burst, scale);
        let with = |readers| beside(&words, 0, (places, readers), || paced(&writer, burst, scale));
        rows.extend(
            Turns::new(table, "ns/record", places.pair())
                .with("alone", || with(0))
                .with("one live reader", || with(1))
                .with("eight live readers", || with(8))
                .against("one live reader", "alone", Goal::RatioAtMost(1.1))
                .against("eight live readers", "alone", Goal::RatioAtMost(1.5))
                .run(),
        );
    }
    rows
}

/// As many records as a writer can, and what that costs it.
fn full_speed(writer: &Writer<'_, impl Clock>) -> f64 {
    let begin = Instant::now();
    for at in 0..COUNT {
        let _ = black_box(writer.emit(&Record64::new(at)));
    }
    begin.elapsed().as_secs_f64() * 1e9 / COUNT as f64
}

/// The same of rtrb, whose consumer looks away as our reader does. What finds the ring full is dropped,
/// as a writer that must not wait does.
fn full_speed_rtrb(ring: &mut Ring, place: (usize, Pace)) -> Option<f64> {
    let (producer, consumer) = (&mut ring.0, &mut ring.1);
    let stage = Stage::default();
    thread::scope(|scope| {
        let follower = scope.spawn(|| consume(consumer, place, &stage));
        stage.wait_for(1);
        let begin = Instant::now();
        for at in 0..COUNT {
            let _ = black_box(producer.push(std::array::from_fn(|word| at + word as u64)));
        }
        let elapsed = begin.elapsed().as_secs_f64() * 1e9 / COUNT as f64;
        stage.finish();
        follower.join().is_ok_and(|kept| kept).then_some(elapsed)
    })
}

type Ring = (rtrb::Producer<[u64; 8]>, rtrb::Consumer<[u64; 8]>);

fn consume(consumer: &mut rtrb::Consumer<[u64; 8]>, (processor, pace): (usize, Pace), stage: &Stage) -> bool {
    let kept = keep_to(processor);
    stage.follow();
    let mut sum = 0_u64;
    loop {
        let last = stage.is_finished();
        let slots = consumer.slots();
        if let Ok(chunk) = consumer.read_chunk(slots) {
            for slot in chunk {
                sum = sum.wrapping_add(slot[2]).wrapping_add(slot[3]);
            }
        }
        if last {
            black_box(sum);
            return kept;
        }
        pace.after(slots as u64);
    }
}

/// A writer at full speed, with a reader that looks away when it finds little.
fn at_full_speed(places: &Places) -> Vec<Row> {
    let words = Words::new();
    let region = words.format();
    let config = LaneConfig::new("live", Policy::Overwrite);
    let (Ok(plain), Ok(ticking)) =
        (region.open_lane(0, &config, || 7), region.open_lane(1, &config, CycleCounter))
    else {
        return vec![Row::not_measured("a live reader", "the region has no lanes")];
    };
    let one = places.of(0, 1);
    let mut ring: Ring = rtrb::RingBuffer::new(SLOTS);
    let mut rows = Turns::new("full speed, no clock", "ns/record", places.pair())
        .with("alone", || Some(full_speed(&plain)))
        .with("one live reader", || beside(&words, 0, (places, 1), || full_speed(&plain)))
        .with("rtrb, paced alike", || full_speed_rtrb(&mut ring, one))
        .against("one live reader", "alone", Goal::RatioAtMost(1.5))
        .against("one live reader", "rtrb, paced alike", Goal::RatioAtMost(1.0))
        .run();
    rows.extend(
        Turns::new("full speed, ticks", "ns/record", places.pair())
            .with("alone", || Some(full_speed(&ticking)))
            .with("one live reader", || beside(&words, 1, (places, 1), || full_speed(&ticking)))
            .against("one live reader", "alone", Goal::RatioAtMost(1.5))
            .run(),
    );
    rows
}
