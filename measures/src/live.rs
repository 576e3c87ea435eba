//! What live readers cost a writer.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

use abi_runtime::clock::{Clock, CycleCounter};
use abi_runtime::layout::Policy;
use abi_runtime::region::LaneConfig;
use abi_runtime::writer::Writer;

use crate::following::{Stage, follow, pause};
use crate::pingpong::nearest;
use crate::processors::{allowed, keep_to, ticks_of_nanosecond};
use crate::region::{Record64, Words};
use crate::row::{Goal, Row};
use crate::turns::Turns;

/// Records of one paced turn: 20 ms.
const PACED: u64 = 200_000;
/// What each reader takes of them, if it follows.
const FOLLOWED: u64 = PACED / 10 * 9;
/// Records of one turn at full speed.
const COUNT: u64 = 1_000_000;
/// Slots of the peer's ring: 1 MiB, as a lane has.
const SLOTS: usize = 1 << 14;
/// Nanoseconds from one record to the next, at 10 million in a second.
const INTERVAL: f64 = 100.0;

/// The processor of the writer, and those of its readers, the nearest first.
struct Places {
    writer: usize,
    readers: Vec<usize>,
}

impl Places {
    fn new() -> Option<Self> {
        let mut readers = allowed();
        let (writer, nearest) = nearest(&readers)?;
        readers.retain(|&processor| processor != writer && processor != nearest);
        readers.insert(0, nearest);
        Some(Self { writer, readers })
    }

    /// The processors between which most lines move.
    fn pair(&self) -> (usize, usize) {
        (self.writer, self.readers[0])
    }

    /// Shares so many readers out: each processor, and how many readers take turns on it.
    fn shared_out(&self, readers: usize) -> Vec<(usize, u32)> {
        let processors = self.readers.len();
        let of = |at: usize| u32::try_from(readers / processors + usize::from(at < readers % processors));
        let shares = self.readers.iter().enumerate();
        shares
            .filter_map(|(at, &processor)| Some((processor, of(at).ok()?)))
            .filter(|share| share.1 > 0)
            .collect()
    }
}

/// Runs `write` while so many readers follow the lane. Returns what it returns, and how many records the
/// reader took that took least; or nothing if one of them could not follow.
fn beside<T>(
    words: &Words,
    lane: u32,
    (places, readers): (&Places, usize),
    write: impl FnOnce() -> T,
) -> Option<(T, u64)> {
    let stage = Stage::default();
    thread::scope(|scope| {
        let spawn = |share| {
            let stage = &stage;
            scope.spawn(move || follow(words.memory(), lane, share, stage, |_, _| ()))
        };
        let followers: Vec<_> = places.shared_out(readers).into_iter().map(spawn).collect();
        stage.wait_for(followers.len() as u64);
        let written = write();
        stage.finish();
        let taken: Vec<_> = followers.into_iter().map(|follower| follower.join().ok().flatten()).collect();
        let least = taken.into_iter().min().unwrap_or(Some(0));
        least.map(|least| (written, least))
    })
}

/// Ten million records a second, in bursts of `burst`. Returns nanoseconds per record that the bursts took,
/// from one reading of the ticks to the next: a burst of one has a reading in it, as a record with ticks has.
fn paced(writer: &Writer<'_, impl Clock>, burst: u64, ticks_of_nanosecond: f64) -> f64 {
    // What the turn before has left of the lane in other processors' caches is not counted.
    for at in 0..SLOTS as u64 {
        let _ = black_box(writer.emit(&Record64::new(at)));
    }
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
    for (table, burst) in [("10 M/s, one each 100 ns, ticks", 1), ("10 M/s, 50 each 5 us, no clock", 50)] {
        let words = Words::new();
        let region = words.format();
        let Ok(writer) = region.open_lane(0, &LaneConfig::new("live", Policy::Overwrite), || 7) else {
            return vec![Row::not_measured(table, "the region has no lanes")];
        };
        let _ = paced(&writer, burst, scale);
        let with = |readers| {
            let (cost, taken) = beside(&words, 0, (places, readers), || paced(&writer, burst, scale))?;
            // A reader that was left behind would cost nothing.
            (readers == 0 || taken >= FOLLOWED).then_some(cost)
        };
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
fn full_speed_rtrb(ring: &mut Ring, processor: usize) -> Option<(f64, u64)> {
    let (producer, consumer) = (&mut ring.0, &mut ring.1);
    let stage = Stage::default();
    thread::scope(|scope| {
        let follower = scope.spawn(|| consume(consumer, processor, &stage));
        stage.wait_for(1);
        let begin = Instant::now();
        for at in 0..COUNT {
            let _ = black_box(producer.push(std::array::from_fn(|word| at + word as u64)));
        }
        let elapsed = begin.elapsed().as_secs_f64() * 1e9 / COUNT as f64;
        stage.finish();
        follower.join().ok().flatten().map(|taken| (elapsed, taken))
    })
}

type Ring = (rtrb::Producer<[u64; 8]>, rtrb::Consumer<[u64; 8]>);

fn consume(consumer: &mut rtrb::Consumer<[u64; 8]>, processor: usize, stage: &Stage) -> Option<u64> {
    let kept = keep_to(processor);
    stage.follow();
    let (mut sum, mut count) = (0_u64, 0);
    loop {
        let last = stage.is_finished();
        let slots = consumer.slots();
        if let Ok(chunk) = consumer.read_chunk(slots) {
            for slot in chunk {
                sum = sum.wrapping_add(slot[2]).wrapping_add(slot[3]);
            }
        }
        count += slots as u64;
        if last {
            black_box(sum);
            return kept.then_some(count);
        }
        pause(slots as u64, 1);
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
    let mut ring: Ring = rtrb::RingBuffer::new(SLOTS);
    let mut shares = [const { Vec::new() }; 3];
    let [ours, peers, ours_ticking] = &mut shares;
    let mut rows = Turns::new("full speed, no clock", "ns/record", places.pair())
        .with("alone", || Some(full_speed(&plain)))
        .with("one live reader", || noting(ours, beside(&words, 0, (places, 1), || full_speed(&plain))))
        .with("rtrb, paced alike", || noting(peers, full_speed_rtrb(&mut ring, places.readers[0])))
        .against("one live reader", "alone", Goal::RatioAtMost(1.5))
        .against("one live reader", "rtrb, paced alike", Goal::RatioAtMost(1.0))
        .run();
    let ticks = Turns::new("full speed, ticks", "ns/record", places.pair())
        .with("alone", || Some(full_speed(&ticking)))
        .with("one live reader", || {
            noting(ours_ticking, beside(&words, 1, (places, 1), || full_speed(&ticking)))
        })
        .against("one live reader", "alone", Goal::RatioAtMost(1.5))
        .run();
    rows.extend(ticks);
    let claims = ["full speed, no clock", "full speed, no clock: rtrb", "full speed, ticks"];
    for (claim, shares) in claims.iter().zip(&shares) {
        rows.push(Row::new(format!("{claim}: what its reader got"), shares, "%", None, Goal::None));
    }
    rows
}

/// Notes what share of the records the reader got, and returns the writer's figure.
fn noting(shares: &mut Vec<f64>, turn: Option<(f64, u64)>) -> Option<f64> {
    let (cost, taken) = turn?;
    shares.push(taken as f64 / COUNT as f64 * 100.0);
    Some(cost)
}
