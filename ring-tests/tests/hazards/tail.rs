//! Drops behind the last record: known from the counters, to the last one, by cause, whether the writer
//! closed or not (REG-24, REG-37).

use abi_runtime::books::InFlight;
use abi_runtime::clock::Clock;
use abi_runtime::gap::{Cause, Count};
use abi_runtime::layout::{DropCounts, Policy};
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::writer::Writer;
use ring_tests::hazard::{Brief, NOTES, Note, Scene, Vast, read_to_end, ticking};

/// A way to be refused.
#[derive(Clone, Copy, Debug)]
enum Way {
    TooBig,
    Abandoned,
    Reentered,
    FullNormal,
    FullBulk,
}

const WAYS: [Way; 5] = [Way::TooBig, Way::Abandoned, Way::Reentered, Way::FullNormal, Way::FullBulk];

impl Way {
    /// Makes attempts of which the writer's account gains exactly these; all are refused.
    fn go<C: Clock>(self, writer: &Writer<'_, C>) -> DropCounts {
        let none = DropCounts::default();
        match self {
            Self::TooBig => {
                writer.emit(&Vast::NEW).unwrap_err();
                DropCounts { too_big: 1, ..none }
            }
            Self::Abandoned => match writer.reserve::<Brief>() {
                Ok(reservation) => {
                    drop(reservation);
                    DropCounts { abandoned: 1, ..none }
                }
                // The lane is full by now.
                Err(_) => DropCounts { full_bulk: 1, ..none },
            },
            Self::Reentered => match writer.reserve::<Note>() {
                Ok(reservation) => {
                    writer.emit(&Note::of(0)).unwrap_err();
                    drop(reservation);
                    DropCounts { abandoned: 1, reentered: 1, ..none }
                }
                Err(_) => DropCounts { full_normal: 1, ..none },
            },
            Self::FullNormal => {
                while writer.emit(&Note::of(writer.account().offered)).is_ok() {}
                DropCounts { full_normal: 1, ..none }
            }
            Self::FullBulk => {
                while writer.emit(&Note::of(writer.account().offered)).is_ok() {}
                writer.emit(&Brief { attempt: 0 }).unwrap_err();
                DropCounts { full_normal: 1, full_bulk: 1, ..none }
            }
        }
    }
}

/// Every two ways to be refused, one after the other, behind the last record of a lane; read by one who
/// was there from the beginning and by one who comes when all is over.
#[test]
fn every_drop_at_the_tail_is_told_with_its_cause() {
    for close in [true, false] {
        for first in WAYS {
            for second in WAYS {
                let scene = Scene::new(1, 2);
                let region = scene.format();
                let writer = ticking(&region, Policy::Fill);
                let mut early = scene.reader();
                for attempt in 0..NOTES + 7 {
                    writer.emit(&Note::of(attempt)).unwrap();
                }
                let expected = first.go(&writer).plus(second.go(&writer));
                if close {
                    writer.close();
                }
                let account = writer.account();
                assert_eq!(account.dropped, expected, "{first:?}, {second:?}");
                assert_eq!(account.offered, account.published + expected.total());
                let late = &mut scene.reader();
                for lane in [&mut early, late] {
                    let mut last = 0;
                    let told = read_to_end(lane, |record| {
                        Note::expect(record);
                        last = record.sequence;
                    });
                    // A lane that was filled up only after the first drop has that one in a Loss record.
                    let told_before = told.gaps.iter().map(|gap| match (gap.count, gap.cause) {
                        (Count::Exact(count), Cause::Dropped { .. }) => count,
                        _ => panic!("{gap}"),
                    });
                    let at_tail = expected.total() - told_before.sum::<u64>();
                    // A re-entered attempt has no number before the next attempt or the end (REG-23).
                    let unnumbered = told.statement.unnumbered;
                    assert!(unnumbered == 0 || !close, "{unnumbered}");
                    match told.statement.gap {
                        None => assert_eq!(at_tail, unnumbered),
                        Some(gap) => {
                            let count = Count::Exact(at_tail - unnumbered);
                            assert_eq!((gap.first_sequence, gap.count), (last + 1, count));
                            assert!(matches!(gap.cause, Cause::Dropped { by_cause: Some(_) }), "{gap}");
                        }
                    }
                    let books = told.statement.books;
                    let mut known = expected;
                    known.reentered -= unnumbered;
                    assert_eq!(books.by_cause, known, "{first:?}, {second:?}: {books}");
                    let offered = books.offered + unnumbered;
                    assert_eq!((offered, books.delivered), (account.offered, account.published));
                    assert!(books.close() && told.statement.read_to_end, "{books}");
                    let in_flight = if close { InFlight::Nothing } else { InFlight::AtMostOne };
                    assert_eq!(told.statement.in_flight, in_flight);
                }
            }
        }
    }
}

/// Attempts after the close are drops at the tail as well.
#[test]
fn what_comes_after_the_close_is_counted_too() {
    let scene = Scene::new(1, 2);
    let region = scene.format();
    let writer = ticking(&region, Policy::Overwrite);
    writer.emit(&Note::of(0)).unwrap();
    writer.close();
    for after in 0..5 {
        let told = read_to_end(&mut scene.reader(), Note::expect);
        let closed = told.statement.gap.map_or(0, |gap| match gap.count {
            Count::Exact(count) => count,
            Count::Unknowable { .. } => panic!("{gap}"),
        });
        assert_eq!((closed, told.statement.books.by_cause.closed), (after, after));
        writer.emit(&Note::of(1)).unwrap_err();
    }
}

/// A lane in which everything was refused has no block at all, and a tail.
#[test]
fn a_lane_of_nothing_but_drops() {
    let scene = Scene::new(1, 2);
    let region = scene.format();
    let writer = ticking(&region, Policy::Overwrite);
    for _ in 0..1000 {
        writer.emit(&Vast::NEW).unwrap_err();
    }
    for start in [Start::Oldest, Start::Newest] {
        let mut lane = LaneReader::open(&scene.view(), 0, start, vec![0; 512]).unwrap();
        assert_eq!(lane.tail_drops(), Some(1000));
        let told = read_to_end(&mut lane, |_| panic!("nothing was written"));
        let gap = told.statement.gap.unwrap();
        assert_eq!((gap.first_sequence, gap.count), (0, Count::Exact(1000)));
        assert_eq!(told.statement.books.before, 0);
    }
}
