//! Two writers on one lane (REG-20): refused where it can be seen, found corrupt where it cannot.
//!
//! The second writer here is forced onto the lane by a driver that makes its region twice and forgets that
//! the lane was opened. Their attempts are whole, one after the other: what two threads store into the
//! same record at the same time no reader can tell apart, and this is what the rule is for.

use std::sync::atomic::Ordering::Relaxed;

use abi_runtime::books::InFlight;
use abi_runtime::drops::DropCause;
use abi_runtime::gap::{Cause, Rule};
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::pool::{LanePool, PooledLane};
use abi_runtime::region::RegionError;
use ring_tests::hazard::{Brief, Note, Scene, read_to_end, ticking};

#[test]
fn a_second_writer_is_refused_by_this_region_and_by_another_over_the_same_memory() {
    let scene = Scene::new(2, 4);
    let region = scene.format();
    let _writer = ticking(&region, Policy::Overwrite);
    let again = scene.format();
    for region in [&region, &again] {
        let config = abi_runtime::region::LaneConfig::new("second", Policy::Overwrite);
        let error = region.open_lane(0, &config, || 0).map(|_| ()).unwrap_err();
        assert_eq!(error, RegionError::LaneTaken(0));
        assert_eq!(
            error.to_string(),
            "lane 0 has its writer already: a lane has one (REG-20); open another lane"
        );
    }
}

/// Which of two writers makes the next attempt, and how large a record it is.
fn turns(seed: u64) -> impl Iterator<Item = (bool, bool)> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40 & 1 == 1, (state >> 50).is_multiple_of(4))
    })
}

/// Two writers, each of which believes that the lane is its own, in many orders: the reader delivers only
/// records that one of them made, keeps its books, comes to an end, and sees that something is wrong.
#[test]
fn a_lane_with_two_writers_is_corrupt_and_nothing_is_invented() {
    let mut publish_went_backwards = 0;
    for seed in 0..200 {
        let scene = Scene::new(1, 4);
        let region = scene.format();
        let one = ticking(&region, Policy::Overwrite);
        let mut lane = scene.reader();
        for attempt in 0..seed % 60 {
            one.emit(&Note::of(attempt)).unwrap();
        }
        // The driver forgets.
        scene.control(0).store(0, Relaxed);
        let other_region = scene.format();
        let other = ticking(&other_region, Policy::Overwrite);
        let mut corrupt = 0;
        for (step, (first, brief)) in turns(seed).take(600).enumerate() {
            let writer = if first { &one } else { &other };
            // The numbers of one begin where the other's never come.
            let attempt = step as u64 + if first { 1 << 40 } else { 1 << 50 };
            let accepted =
                if brief { writer.emit(&Brief { attempt }) } else { writer.emit(&Note::of(attempt)) };
            accepted.unwrap();
            let mut items = 0;
            while let Next::Item(item) = lane.next() {
                items += 1;
                assert!(items < 10_000, "seed {seed}: no end");
                match item {
                    Item::Record(record) if record.is::<Note>() => {
                        Note::expect_whole(&record);
                    }
                    Item::Record(record) => {
                        let attempt = record.view::<Brief>().expect("there are two kinds").attempt();
                        assert!([1 << 40, 1 << 50].contains(&(attempt & !1023)), "seed {seed}: invented");
                    }
                    Item::Gap(gap) => {
                        if let Cause::Corrupt(corruption) = gap.cause {
                            corrupt += 1;
                            publish_went_backwards += u64::from(corruption.rule == Rule::Publish);
                        }
                    }
                    Item::Opened(_) => panic!("seed {seed}: nobody reopened the lane"),
                }
                assert!(lane.books().close(), "seed {seed}: {}", lane.books());
            }
        }
        let statement = lane.finish();
        let at_end = statement.gap.is_some_and(|gap| matches!(gap.cause, Cause::Corrupt(_)));
        assert!(corrupt > 0 || at_end, "seed {seed}: two writers, and nothing seen: {}", statement.books);
    }
    assert!(publish_went_backwards > 0, "the plainest sign was never seen");
}

/// An owner that its driver takes for gone, and that goes on: as long as the lane is nobody's its attempts
/// are refused and counted; once the lane has its next owner both make records of the same incarnation.
/// None is lost and none invented, and the one that was given up cannot give the lane back (REG-52).
#[test]
fn an_owner_that_was_given_up_and_goes_on() {
    let scene = Scene::new(1, 8);
    let region = scene.format();
    let lanes = [PooledLane::new(ticking(&region, Policy::Fill))];
    let pool = LanePool::new(&region, &lanes);
    let mut number = 0;
    let mut next = || {
        number += 1;
        Note::of(number - 1)
    };
    let given_up = pool.claim(1, "given up").unwrap();
    given_up.emit(&next()).unwrap();
    assert_eq!(pool.reclaim(|_| true), 1);
    assert_eq!(given_up.emit(&next()).unwrap_err().cause, DropCause::Closed);
    let second = pool.claim(2, "second").unwrap();
    for _ in 0..100 {
        given_up.emit(&next()).unwrap();
        second.emit(&next()).unwrap();
    }
    drop(given_up);
    second.emit(&next()).expect("the lane is its own still");
    drop(second);
    let mut lane = scene.reader();
    let told = read_to_end(&mut lane, Note::expect);
    let books = told.statement.books;
    assert_eq!((books.delivered, books.by_cause.closed, books.offered), (202, 1, 203), "{books}");
    assert!(books.close() && told.statement.in_flight == InFlight::Nothing);
}
