//! Attaching at every moment and at random ones: before + delivered + missing = offered, for each reader
//! (REG-34, REG-36, REG-40).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::{self, ScopedJoinHandle};

use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::reader::{LaneError, LaneReader, Start};
use ring_tests::hazard::{AtEnd, Note, Scene, Vast, read_to_end, ticking};

/// Between any two attempts of a writer that laps and drops: what a reader that comes then tells is exact,
/// to the attempt.
#[test]
fn at_every_moment() {
    for blocks in [2, 4] {
        let scene = Scene::new(1, blocks);
        let region = scene.format();
        let writer = ticking(&region, Policy::Overwrite);
        let mut became = Vec::new();
        for attempt in 0..900 {
            if attempt % 11 == 3 {
                writer.emit(&Vast::NEW).unwrap_err();
            } else {
                writer.emit(&Note::of(attempt)).unwrap();
                became.push(attempt);
            }
            for start in [Start::Oldest, Start::Newest] {
                let mut lane = LaneReader::open(&scene.view(), 0, start, vec![0; 512]).unwrap();
                let told = read_to_end(&mut lane, Note::expect);
                let books = told.statement.books;
                assert_eq!(books.before + books.delivered + books.missing(), attempt + 1);
                assert_eq!(
                    (books.overwritten, books.corrupt, books.unknowable),
                    (0, 0, 0),
                    "nobody lapped it"
                );
                let there = &became[became.partition_point(|&one| one < books.before)..];
                assert_eq!(told.records, there, "all from its first on");
                // All blocks but the open one are full; Loss records take the room of some notes.
                let least = (u64::from(blocks - 1) * 40).min(became.len() as u64);
                assert!(start == Start::Newest || books.delivered >= least, "{books}");
            }
        }
    }
}

/// Thousands of readers come at random moments while a writer laps as fast as it can, stay for a while and
/// leave. Every record has its own number, whatever came before; every account closes at every step; and
/// the last ones, who stay to the end, account for every attempt that was ever made.
#[test]
fn at_random_moments_of_a_writer_that_laps() {
    const ATTACHES: u64 = 20_000;
    let scene = Scene::new(1, 4);
    let region = scene.format();
    let writer = ticking(&region, Policy::Overwrite);
    writer.emit(&Note::of(0)).unwrap();
    let (enough, attached, too_fast) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        let _at_end = AtEnd(&enough);
        let readers: Vec<_> = (0..2_u64)
            .map(|seed| {
                let (scene, enough, attached, too_fast) = (&scene, &enough, &attached, &too_fast);
                scope.spawn(move || {
                    let mut stay = seed;
                    // The one that finds out that it was enough is the one that stays to the end.
                    loop {
                        let last = enough.load(Relaxed);
                        let start = if stay % 2 == 0 { Start::Oldest } else { Start::Newest };
                        let mut lane = match LaneReader::open(&scene.view(), 0, start, vec![0; 512]) {
                            Ok(lane) => lane,
                            Err(LaneError::TooFast) => {
                                too_fast.fetch_add(1, Relaxed);
                                continue;
                            }
                            Err(error) => panic!("{error}"),
                        };
                        attached.fetch_add(1, Relaxed);
                        stay = stay.wrapping_mul(0xD6E8_FEB8_6659_FD93).wrapping_add(seed + 1) >> 1;
                        let steps = if last { u64::MAX } else { stay % 97 };
                        if visit(&mut lane, steps, enough) {
                            return lane.finish().books;
                        }
                    }
                })
            })
            .collect();
        let mut attempt = 1;
        while attached.load(Relaxed) < ATTACHES || attempt < 100_000 {
            assert!(!readers.iter().any(ScopedJoinHandle::is_finished), "a reader left before the end");
            assert!(
                attempt < 400_000_000,
                "only {attached:?} attached, {too_fast:?} were told to look again"
            );
            for _ in 0..64 {
                if attempt % 37 == 5 {
                    writer.emit(&Vast::NEW).unwrap_err();
                } else {
                    writer.emit(&Note::of(attempt)).unwrap();
                }
                attempt += 1;
            }
        }
        writer.close();
        enough.store(true, Relaxed);
        let account = writer.account();
        for reader in readers {
            let books = reader.join().unwrap();
            assert!(books.close(), "{books}");
            assert_eq!(books.before + books.delivered + books.missing(), account.offered, "{books}");
        }
        println!("{attached:?} attached, {too_fast:?} told to look again, {attempt} attempts");
    });
}

/// Takes so many items; returns whether the lane has come to its end, or its writer is no more.
fn visit(lane: &mut LaneReader<'_, Vec<u64>>, steps: u64, enough: &AtomicBool) -> bool {
    for _ in 0..steps {
        let is_last = enough.load(Relaxed);
        let due = match lane.next() {
            Next::Item(Item::Record(record)) => {
                Note::expect(&record);
                record.sequence + 1
            }
            Next::Closed => return true,
            Next::Pending if is_last => return true,
            Next::Item(_) | Next::Pending => continue,
        };
        let books = lane.books();
        assert!(books.close(), "{books}");
        assert_eq!(books.before + books.delivered + books.missing(), due, "{books}");
    }
    false
}
