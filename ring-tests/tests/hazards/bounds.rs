//! Bounds of every retry, on both sides: nobody can make a reader or a writer spin (REG-20, REG-31,
//! REG-34, REG-36).

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use abi_runtime::gap::{Cause, Count};
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::pool::{LanePool, PooledLane};
use abi_runtime::reader::{LaneError, LaneReader, Start};
use ring_tests::hazard::{AtEnd, NOTES, Note, Scene, Trap, ticking};

/// How often a call may look again.
const LOOKS: u64 = 64;
/// What a call that is bounded never needs; one that spins does.
const PATIENCE: Duration = Duration::from_mins(1);

/// Does `act` on a thread of its own and fails if it does not come back.
fn comes_back<T: Send + 'static>(what: &str, act: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(act()));
    receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{what}: it spins"))
}

/// A writer laps the reader during every single copy. Each call makes at most so many copies, believes
/// none, tells each hole exactly, and ends.
#[test]
fn a_reader_that_is_lapped_at_every_look() {
    const CALLS: u64 = 500;
    let scene = Scene::new(1, 4);
    let region = scene.format();
    let writer = ticking(&region, Policy::Overwrite);
    writer.emit(&Note::of(0)).unwrap();
    let laps = Cell::new(true);
    let copies = Cell::new(0);
    let attempts = Cell::new(1);
    let lap = |copy| {
        copies.set(copy);
        if laps.get() {
            for _ in 0..5 * NOTES {
                writer.emit(&Note::of(attempts.get())).unwrap();
                attempts.set(attempts.get() + 1);
            }
        }
    };
    let buffer = Trap::new(vec![0; 512], lap, |_| ());
    let mut lane = LaneReader::open(&scene.view(), 0, Start::Oldest, buffer).unwrap();
    for call in 1..=CALLS {
        let before = copies.get();
        match lane.next() {
            Next::Item(Item::Gap(gap)) => {
                let Cause::Overrun { overwritten, dropped: 0 } = gap.cause else { panic!("{gap}") };
                assert_eq!(gap.count, Count::Exact(overwritten));
            }
            Next::Pending => {}
            other => panic!("a torn copy was believed: {other:?}"),
        }
        assert!(copies.get() - before <= LOOKS, "call {call}: {} copies", copies.get() - before);
        assert!(lane.books().close(), "{}", lane.books());
    }
    assert_eq!((lane.books().delivered, lane.torn_copies()), (0, copies.get()));
    assert!(copies.get() >= CALLS / 2, "{} copies: nobody was lapped", copies.get());

    // Once it is left alone it reads on, and not one attempt has been lost from the account.
    laps.set(false);
    let mut delivered = 0;
    while let Next::Item(item) = lane.next() {
        if let Item::Record(record) = item {
            Note::expect(&record);
            delivered += 1;
        }
    }
    let statement = lane.finish();
    assert!(delivered > 0 && statement.books.close() && statement.read_to_end);
    assert_eq!(statement.books.offered, attempts.get());
}

/// `publish` and `reserve` at every distance from each other and from what lies there: opening the lane
/// and reading it come back, whatever they say.
#[test]
fn positions_that_make_no_sense_are_not_waited_for() {
    let outcome = comes_back("positions", || {
        let (mut opened, mut refused) = (0, 0);
        let values: Vec<u64> = (0..64)
            .flat_map(|bit| [1 << bit, (1_u64 << bit).wrapping_neg()])
            .chain((0..16).map(|block| block * 4096))
            .chain((0..16).map(|block| block * 4096 + 64))
            .collect();
        let scene = Scene::new(1, 4);
        scene.write(Policy::Overwrite, 9 * NOTES, false);
        let honest = scene.snapshot();
        for &publish in &values {
            for &reserve in values.iter().step_by(3) {
                scene.restore(&honest);
                let early = scene.reader();
                scene.control(32).store(publish, Relaxed);
                scene.control(16).store(reserve, Relaxed);
                let new = LaneReader::open(&scene.view(), 0, Start::Oldest, vec![0; 512]);
                *(if new.is_ok() { &mut opened } else { &mut refused }) += 1;
                for lane in [Ok(early), new].iter_mut().flatten() {
                    let mut calls = 0;
                    while let Next::Item(_) = lane.next() {
                        calls += 1;
                        assert!(calls < 5000, "publish {publish}, reserve {reserve}: no end");
                    }
                    let books = lane.finish().books;
                    assert!(books.unknowable != 0 || books.close(), "{books}");
                }
            }
        }
        (opened, refused)
    });
    assert!(outcome.0 > 100 && outcome.1 > 100, "{outcome:?}");
}

/// A writer that is always a lap ahead of a reader that attaches: opening gives up with an error for it. If
/// the positions stand still, it is no writer's speed: the error says that they are damaged (REG-55).
#[test]
fn attaching_to_a_lane_that_is_always_ahead_gives_up() {
    let still = comes_back("attaching", || {
        let scene = Scene::new(1, 4);
        scene.write(Policy::Overwrite, 9 * NOTES, false);
        let (publish, reserve) = (scene.control(32).load(Relaxed), scene.control(16));
        reserve.store(reserve.load(Relaxed) + 4 * 4096, Relaxed);
        let open =
            || LaneReader::open(&scene.view(), 0, Start::Oldest, vec![0; 512]).map(|_| ()).unwrap_err();
        let still = open();
        assert_eq!(
            still,
            LaneError::Positions { lane: 0, start: 0, publish, reserve: reserve.load(Relaxed) }
        );
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Relaxed) {
                    reserve.fetch_add(4 * 4096, Relaxed);
                }
            });
            // Where the thread above was not running, nothing moved.
            while open() != LaneError::TooFast {}
            is_over.store(true, Relaxed);
        });
        still
    });
    assert!(still.to_string().contains("lane 0") && still.to_string().contains("REG-55"), "{still}");
    assert!(!still.is_never_opened());
}

/// A lane that gets owner after owner, faster than anybody looks: its first line is taken whole, from one
/// incarnation, or not at all; and nobody waits for it to stand still (REG-12, REG-52).
#[test]
fn a_control_that_never_stands_still() {
    const TIMES: u64 = 200_000;
    let scene = Scene::new(1, 256);
    let region = scene.format();
    let lanes = [PooledLane::new(ticking(&region, Policy::Overwrite))];
    let pool = LanePool::new(&region, &lanes);
    drop(pool.claim(0, &name_of(0)).unwrap());
    let view = scene.view();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let _at_end = AtEnd(&stop);
        scope.spawn(|| {
            for owner in 1.. {
                if stop.load(Relaxed) {
                    break;
                }
                drop(pool.claim(owner, &name_of(owner)).unwrap());
            }
        });
        let (mut opened, mut buffer) = (0_u64, vec![0; 512]);
        for _ in 0..TIMES {
            match LaneReader::open(&view, 0, Start::Newest, buffer.as_mut_slice()) {
                Ok(reader) => {
                    let fixed = reader.fixed();
                    // The lane's first incarnation was the pool's own; between two owners it is nobody's.
                    let is_whole = if fixed.is_between_owners() {
                        (fixed.owner, fixed.incarnation) == (0, 0) && fixed.name.bytes().is_empty()
                    } else {
                        fixed.owner + 2 == fixed.incarnation
                            && fixed.name.bytes() == name_of(fixed.owner).as_bytes()
                    };
                    assert!(is_whole, "two incarnations in one line: {fixed:?}");
                    opened += 1;
                }
                Err(LaneError::TooFast) => {}
                Err(error) => panic!("{error}"),
            }
        }
        println!("{opened} of {TIMES} opened");
    });
}

/// A name that is as long as a name can be, and no other owner's.
fn name_of(owner: u64) -> String {
    format!("{owner:016x}{owner:016x}")
}

/// A stretch of corrupt blocks longer than a call's looks: the call comes back in the middle, and the
/// next goes on where it stopped. The gap is told once, exactly.
#[test]
fn a_long_corrupt_stretch_takes_several_calls() {
    let scene = Scene::new(1, 256);
    scene.write(Policy::Fill, 256 * NOTES, true);
    for block in 1..255 {
        scene.block(block).iter().for_each(|word| word.store(0, Relaxed));
    }
    let mut lane = scene.reader();
    let (mut calls, mut gaps) = (0, Vec::new());
    loop {
        calls += 1;
        assert!(calls < 1000, "no end");
        match lane.next() {
            Next::Item(Item::Gap(gap)) => gaps.push(gap.count),
            Next::Closed => break,
            Next::Item(_) | Next::Pending => {}
        }
    }
    assert_eq!(gaps, [Count::Exact(254 * NOTES)]);
    assert!(lane.finish().books.close());
}

/// The writer reads its clock once for each attempt, whatever the region's words say: it has nothing to
/// wait for and nothing to try again.
#[test]
fn a_writer_believes_nothing_that_it_reads() {
    let readings = Cell::new(0);
    let scene = Scene::new(1, 4);
    let region = scene.format();
    let config = abi_runtime::region::LaneConfig::new("own", Policy::Overwrite);
    let clock = || {
        readings.set(readings.get() + 1);
        // Everything that a reader could be thought to influence.
        for at in 16..64 {
            scene.control(at).store(readings.get() << 40, Relaxed);
        }
        readings.get()
    };
    let writer = region.open_lane(0, &config, clock).unwrap();
    for attempt in 0..5000 {
        writer.emit(&Note::of(attempt)).unwrap();
    }
    let account = writer.account();
    assert_eq!((readings.get(), account.offered, account.published), (5000, 5000, 5000));
}
