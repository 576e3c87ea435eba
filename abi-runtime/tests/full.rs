//! Lanes that refuse: classes, pressure, and readers that drain (REG-43 to REG-49).

mod rig;

use std::sync::atomic::AtomicU64;

use abi_runtime::abi_schema::Class;
use abi_runtime::attach::RegionView;
use abi_runtime::drain::{DrainSlot, ReleasePage, Standing, release_page_size};
use abi_runtime::drops::DropCause;
use abi_runtime::gap::Cause;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{Policy, Pressure};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{Extras, LaneConfig, Region, RegionError, Thresholds};
use abi_runtime::writer::Writer;
use rig::{CountingClock, Large, Rig, Small, TESTS};

/// A record that is refused first.
#[derive(Clone, Copy, Debug, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0110, class = "bulk")]
struct Bulk {
    /// Number of the attempt.
    attempt: u64,
}

const LARGE: Large = Large { attempts: [7; 170] };
const SMALL: Small = Small { attempt: 7 };
const BULK: Bulk = Bulk { attempt: 7 };

/// A release page of a region with one lane.
fn page() -> Vec<AtomicU64> {
    (0..release_page_size(1) / 8).map(|_| AtomicU64::new(0)).collect()
}

fn format<'m>(rig: &'m Rig, drain: &'m [DrainSlot<'m>]) -> Region<'m> {
    let config = rig.config();
    Region::format_with(MemoryMut::from_words(&rig.words), &config, Extras { drain, ..Extras::default() })
        .expect("fresh words and pages of the right size")
}

fn open<'m>(region: &Region<'m>, policy: Policy, thresholds: Thresholds) -> Writer<'m, CountingClock> {
    let config = LaneConfig { thresholds, ..LaneConfig::new("test", policy) };
    region.open_lane(0, &config, CountingClock::default()).expect("a new lane")
}

/// Fills blocks with two large records each, so that the next opens block `blocks`, counted from 0.
fn fill_blocks(writer: &Writer<'_, CountingClock>, blocks: usize) {
    for _ in 0..blocks * 2 {
        writer.emit(&LARGE).expect("room");
    }
}

#[test]
fn bulk_is_refused_before_normal_and_vital_last_reg_44() {
    let rig = Rig::new(1, 4);
    let region = format(&rig, &[]);
    let writer = open(&region, Policy::Fill, Thresholds { normal_blocks: 3, bulk_blocks: 2 });
    fill_blocks(&writer, 2);
    assert_eq!(writer.emit(&BULK), Ok(()), "bulk may fill the second block to its end");
    writer.emit(&LARGE).expect("vital opens the third block");
    assert_eq!(writer.emit(&BULK).unwrap_err().cause, DropCause::Full(Class::Bulk));
    assert_eq!(writer.emit(&SMALL), Ok(()), "normal may fill the third block");
    assert_eq!(writer.emit(&BULK).unwrap_err().cause, DropCause::Full(Class::Bulk));
    writer.emit(&LARGE).expect("room");
    writer.emit(&LARGE).expect("vital opens the fourth block");
    assert_eq!(writer.emit(&SMALL).unwrap_err().cause, DropCause::Full(Class::Normal));
    writer.emit(&LARGE).expect("vital may fill all");
    assert_eq!(writer.emit(&LARGE).unwrap_err().cause, DropCause::Full(Class::Vital));
    let dropped = writer.account().dropped;
    assert_eq!((dropped.full_bulk, dropped.full_normal, dropped.full_vital), (2, 1, 1));
    // And a reader says the same.
    writer.close();
    let view = RegionView::attach(rig.memory()).unwrap();
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    while let Next::Item(_) = lane.next() {}
    let statement = lane.finish();
    assert_eq!(statement.books.by_cause, dropped);
    assert!(statement.books.close() && statement.read_to_end);
}

#[test]
fn pressure_rises_with_the_blocks_that_are_held_reg_45() {
    let rig = Rig::new(1, 4);
    let region = format(&rig, &[]);
    let writer = open(&region, Policy::Fill, Thresholds::default());
    let view = RegionView::attach(rig.memory()).unwrap();
    let lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    let mut seen = vec![(lane.pressure(), writer.pressure())];
    for _ in 0..4 {
        fill_blocks(&writer, 1);
        seen.push((lane.pressure(), writer.pressure()));
    }
    let levels = [Pressure::Calm, Pressure::Calm, Pressure::Rising, Pressure::High, Pressure::Full];
    assert_eq!(seen, levels.map(|level| (Some(level), level)));
}

#[test]
fn a_lane_that_overwrites_is_calm_and_has_no_thresholds_reg_44() {
    let rig = Rig::new(2, 2);
    let region = format(&rig, &[]);
    let writer = open(&region, Policy::Overwrite, Thresholds::default());
    fill_blocks(&writer, 8);
    assert_eq!(writer.pressure(), Pressure::Calm);
    for thresholds in
        [Thresholds { normal_blocks: 1, bulk_blocks: 1 }, Thresholds { normal_blocks: 0, bulk_blocks: 1 }]
    {
        let config = LaneConfig { thresholds, ..LaneConfig::new("test", Policy::Overwrite) };
        let refused = region.open_lane(1, &config, CountingClock::default()).unwrap_err();
        assert_eq!(refused, RegionError::Thresholds { thresholds, policy: Policy::Overwrite, blocks: 2 });
    }
    let thresholds = Thresholds { normal_blocks: 1, bulk_blocks: 2 };
    let config = LaneConfig { thresholds, ..LaneConfig::new("test", Policy::Fill) };
    let refused = region.open_lane(1, &config, CountingClock::default()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "thresholds normal 1, bulk 2 of 2 blocks, policy Fill: bulk <= normal <= 2, and only Fill and Drain have any (REG-44)"
    );
}

#[test]
fn without_a_reader_the_oldest_survive_reg_30() {
    let (rig, page) = (Rig::new(1, 2), page());
    let slots = [DrainSlot::new(Memory::from_words(&page))];
    let region = format(&rig, &slots);
    let writer = open(&region, Policy::Drain, Thresholds::default());
    fill_blocks(&writer, 2);
    assert_eq!(writer.emit(&LARGE).unwrap_err().cause, DropCause::Full(Class::Vital));
    let view = RegionView::attach(rig.memory()).unwrap();
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    let Next::Item(Item::Record(first)) = lane.next() else { panic!("the oldest is there") };
    assert_eq!(first.sequence, 0);
}

#[test]
fn what_was_released_is_reused_and_nothing_else_reg_48() {
    let (rig, page) = (Rig::new(1, 2), page());
    let slots = [DrainSlot::new(Memory::from_words(&page))];
    let region = format(&rig, &slots);
    let writer = open(&region, Policy::Drain, Thresholds::default());
    let view = RegionView::attach(rig.memory()).unwrap();
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    let release = ReleasePage::new(MemoryMut::from_words(&page));
    assert!(release.release(0, lane.position()) && !release.release(1, 0), "one line for each lane");
    slots[0].serve(1, u64::MAX);
    let mut delivered = 0;
    for round in 0..50 {
        while writer.emit(&LARGE).is_ok() {}
        assert_eq!(lane.standing(0, 1), Some(Standing::Serving));
        loop {
            match lane.next() {
                Next::Item(Item::Record(_)) => delivered += 1,
                Next::Item(Item::Gap(gap)) => {
                    assert!(matches!(gap.cause, Cause::Dropped { .. }), "{gap}: nothing is overwritten");
                }
                other => break assert!(matches!(other, Next::Pending), "{other:?}"),
            }
        }
        // In every other round nothing is released, and so nothing more is taken.
        if round % 2 == 0 {
            release.release(0, lane.position());
        }
    }
    assert_eq!(lane.standing(0, 2), Some(Standing::Free), "another ticket");
    writer.close();
    let statement = lane.finish();
    assert!(statement.books.close() && statement.read_to_end, "{}", statement.books);
    assert_eq!((statement.books.overwritten, statement.books.delivered), (0, delivered));
    assert_eq!(writer.account().published, delivered);
    assert!(delivered > 40, "{delivered}");
}

#[test]
fn the_slowest_reader_counts_until_it_lags_too_far_reg_48() {
    let (rig, pages) = (Rig::new(1, 4), [page(), page()]);
    let slots = pages.each_ref().map(|page| DrainSlot::new(Memory::from_words(page)));
    let region = format(&rig, &slots);
    let writer = open(&region, Policy::Drain, Thresholds::default());
    let view = RegionView::attach(rig.memory()).unwrap();
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    let quick = ReleasePage::new(MemoryMut::from_words(&pages[0]));
    slots[0].serve(1, u64::MAX);
    slots[1].serve(9, 2 * 4096);
    for attempt in 0..12 {
        let _ = writer.emit(&LARGE);
        while let Next::Item(_) = lane.next() {}
        quick.release(0, lane.position());
        // The other one never releases anything: after two blocks it is let go.
        let expected = if attempt < 6 { Standing::Serving } else { Standing::Evicted };
        assert_eq!(lane.standing(1, 9), Some(expected), "after attempt {attempt}");
    }
    assert_eq!(writer.account().dropped.total(), 0, "the lane never waited in vain");
    // It may come back with a new ticket, and not with the old one.
    slots[1].serve(9, u64::MAX);
    fill_blocks(&writer, 1);
    assert_eq!(lane.standing(1, 9), Some(Standing::Evicted));
    pages[1][0].store(lane.position(), std::sync::atomic::Ordering::Relaxed);
    slots[1].serve(10, u64::MAX);
    while let Next::Item(_) = lane.next() {}
    quick.release(0, lane.position());
    fill_blocks(&writer, 1);
    assert_eq!(lane.standing(1, 10), Some(Standing::Serving));
    // A reader that leaves is waited for no more.
    slots[1].dismiss(Standing::Left);
    for _ in 0..20 {
        writer.emit(&LARGE).expect("the quick reader releases everything");
        while let Next::Item(_) = lane.next() {}
        quick.release(0, lane.position());
    }
    assert_eq!(lane.standing(1, 10), Some(Standing::Left));
}

/// The writer goes on between a reader's first word and the request to serve it; or the reader has said nothing
/// of a lane yet. Neither is a fault: the reader is not waited for, and asked anew until it has caught up.
#[test]
fn a_reader_that_the_writer_was_faster_than_is_asked_anew_reg_48() {
    for start in [0, 0x10_0000, 0_u64.wrapping_sub(3 * 4096)] {
        for first in [Some(start), None] {
            let (rig, pages) = (Rig::new(1, 4), [page(), page()]);
            let slots = pages.each_ref().map(|page| DrainSlot::new(Memory::from_words(page)));
            let region = format(&rig, &slots);
            let config = LaneConfig { start_position: start, ..LaneConfig::new("test", Policy::Drain) };
            let writer = region.open_lane(0, &config, CountingClock::default()).unwrap();
            let view = RegionView::attach(rig.memory()).unwrap();
            let open = || LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
            let [quick, delayed] = pages.each_ref().map(|page| ReleasePage::new(MemoryMut::from_words(page)));
            let (mut lane, mut slow) = (open(), open());
            quick.release(0, lane.position());
            slots[0].serve(1, u64::MAX);
            let fill = |lane: &mut LaneReader<'_, Vec<u64>>, blocks| {
                for _ in 0..blocks {
                    fill_blocks(&writer, 1);
                    while let Next::Item(_) = lane.next() {}
                    quick.release(0, lane.position());
                }
            };
            first.map(|first| delayed.release(0, first));
            fill(&mut lane, 9);
            slots[1].serve(2, u64::MAX);
            fill(&mut lane, 3);
            assert_eq!(slow.standing(1, 2), Some(Standing::Free), "from {start}: it is no liar");
            assert_eq!(writer.account().dropped.total(), 0, "it is not waited for");
            // It reads on, misses what it was not waited for, and is served from there on.
            while let Next::Item(_) = slow.next() {}
            assert_ne!(slow.books().overwritten, 0);
            delayed.release(0, slow.position());
            fill(&mut lane, 1);
            assert_eq!(slow.standing(1, 2), Some(Standing::Serving), "from {start}");
            while writer.emit(&LARGE).is_ok() {
                while let Next::Item(_) = lane.next() {}
                quick.release(0, lane.position());
            }
            let before = slow.books().overwritten;
            while let Next::Item(_) = slow.next() {}
            assert_eq!(slow.books().overwritten, before, "nothing is lost any more");
        }
    }
}

#[test]
fn a_lie_in_a_release_page_is_told_and_ignored_for_good_reg_48() {
    type Lie = fn(u64) -> u64;
    let lies: [(&str, Lie); 6] = [
        ("ahead of the writer", |publish| publish + 8),
        ("a lane ahead", |publish| publish + 8192),
        ("more than a lane behind", |publish| publish.wrapping_sub(8193)),
        ("half of all numbers away", |publish| publish.wrapping_add(1 << 63)),
        ("all ones", |_| u64::MAX),
        ("backwards", |_| 4096),
    ];
    for (name, lie) in lies {
        let (rig, page) = (Rig::new(1, 2), page());
        let slots = [DrainSlot::new(Memory::from_words(&page))];
        let region = format(&rig, &slots);
        let start = 0x10_0000;
        let config = LaneConfig { start_position: start, ..LaneConfig::new("test", Policy::Drain) };
        let writer = region.open_lane(0, &config, CountingClock::default()).unwrap();
        let release = ReleasePage::new(MemoryMut::from_words(&page));
        release.release(0, start);
        slots[0].serve(1, u64::MAX);
        fill_blocks(&writer, 1);
        let view = RegionView::attach(rig.memory()).unwrap();
        let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
        while let Next::Item(_) = lane.next() {}
        assert_eq!(lane.standing(0, 1), Some(Standing::Serving), "{name}");
        release.release(0, lie(lane.position()));
        fill_blocks(&writer, 1);
        assert_eq!(lane.standing(0, 1), Some(Standing::Faulty), "{name}");
        // Telling the truth does not help any more.
        while let Next::Item(_) = lane.next() {}
        release.release(0, lane.position());
        assert_eq!(writer.emit(&LARGE).unwrap_err().cause, DropCause::Full(Class::Vital), "{name}");
        assert_eq!(lane.standing(0, 1), Some(Standing::Faulty), "{name}");
        assert_eq!(writer.account().published, 4, "{name}");
    }
}

#[test]
fn drain_needs_pages_of_the_right_size_reg_46() {
    let rig = Rig::new(2, 2);
    let small = page();
    let slots = [DrainSlot::new(Memory::from_words(&small))];
    let make = |drain| {
        let extras = Extras { drain, ..Extras::default() };
        Region::format_with(MemoryMut::from_words(&rig.words), &rig.config(), extras).map(|_| ())
    };
    assert_eq!(make(&slots), Err(RegionError::ReleasePage { need: 256, have: 128 }));
    let many: Vec<_> = (0..9).map(|_| DrainSlot::new(Memory::from_words(&rig.words))).collect();
    assert_eq!(make(&many), Err(RegionError::DrainReaders(9)));
    assert_eq!(make(&many[..8]), Ok(()));
    assert_eq!(RegionView::attach(rig.memory()).unwrap().header().drain_readers, 8);
    assert_eq!(TESTS.records.len(), 4);
}
