//! What a reader says of what it did not see: late attach, drops at the tail, a writer that died,
//! corrupt blocks (REG-35 to REG-38).

mod rig;

use abi_runtime::attach::RegionView;
use abi_runtime::books::InFlight;
use abi_runtime::gap::{Cause, Count, Rule, Why};
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{DropCounts, Policy};
use abi_runtime::reader::{LaneReader, Start};
use rig::{Checked, Rig, Small, TooBig, open_lane};
use std::sync::atomic::Ordering::Relaxed;

fn open(rig: &Rig, start: Start) -> LaneReader<'_, Vec<u64>> {
    LaneReader::open(&RegionView::attach(rig.memory()).unwrap(), 0, start, vec![0; 512]).unwrap()
}

/// Reads to the end; returns the gaps.
fn drain(lane: &mut LaneReader<'_, Vec<u64>>) -> Vec<abi_runtime::gap::Gap> {
    let mut gaps = Vec::new();
    while let Next::Item(item) = lane.next() {
        if let Item::Gap(gap) = item {
            gaps.push(gap);
        }
    }
    gaps
}

#[test]
fn what_was_before_is_a_number_and_no_loss() {
    let rig = Rig::new(1, 4);
    let region = rig.format();
    let writer = open_lane(&region, 0, Policy::Overwrite, (0, 1000));
    for attempt in 0..1000 {
        writer.emit(&Checked::new(attempt)).unwrap();
    }
    let mut lane = open(&rig, Start::Newest);
    let before = lane.books().before;
    assert!(before > 900, "{before}");
    assert!(drain(&mut lane).is_empty());
    let books = *lane.books();
    assert_eq!((before + books.delivered, books.missing()), (1000, 0));
}

#[test]
fn drops_at_the_tail_are_known_before_any_later_record() {
    let rig = Rig::new(1, 4);
    let region = rig.format();
    let writer = open_lane(&region, 0, Policy::Overwrite, (0, 0));
    let mut lane = open(&rig, Start::Oldest);
    writer.emit(&Small { attempt: 0 }).unwrap();
    for _ in 0..3 {
        writer.emit(&TooBig { bytes: [0; 4096] }).unwrap_err();
    }
    assert_eq!(lane.tail_drops(), None, "a record is unread");
    assert!(drain(&mut lane).is_empty());
    assert_eq!(lane.tail_drops(), Some(3));
    writer.emit(&Small { attempt: 4 }).unwrap();
    let gaps = drain(&mut lane);
    let [gap] = gaps.as_slice() else { panic!("{gaps:?}") };
    let three = DropCounts { too_big: 3, ..DropCounts::default() };
    assert_eq!((gap.first_sequence, gap.count), (1, Count::Exact(3)));
    assert_eq!(gap.cause, Cause::Dropped { by_cause: Some(three) });
    assert_eq!(lane.tail_drops(), Some(0));
}

#[test]
fn what_has_been_told_at_the_end_is_not_told_again() {
    let rig = Rig::new(1, 4);
    let region = rig.format();
    let writer = open_lane(&region, 0, Policy::Overwrite, (0, 0));
    let mut lane = open(&rig, Start::Oldest);
    for _ in 0..3 {
        writer.emit(&TooBig { bytes: [0; 4096] }).unwrap_err();
    }
    assert!(drain(&mut lane).is_empty());
    assert_eq!(lane.finish().gap.map(|gap| gap.count), Some(Count::Exact(3)));
    let again = lane.finish();
    assert_eq!((again.gap, again.books.dropped, again.books.by_cause.too_big), (None, 3, 3));
    writer.emit(&TooBig { bytes: [0; 4096] }).unwrap_err();
    assert_eq!(lane.finish().gap.map(|gap| (gap.first_sequence, gap.count)), Some((3, Count::Exact(1))));
}

#[test]
fn a_writer_that_did_not_close_may_have_had_one_in_flight() {
    let rig = Rig::new(1, 4);
    let region = rig.format();
    let writer = open_lane(&region, 0, Policy::Overwrite, (0, 0));
    let mut lane = open(&rig, Start::Oldest);
    writer.emit(&Small { attempt: 0 }).unwrap();
    // As if the process had died between taking a place and publishing it.
    std::mem::forget(writer.reserve::<Small>().unwrap());
    assert!(drain(&mut lane).is_empty());
    let statement = lane.finish();
    assert_eq!(statement.in_flight, InFlight::AtMostOne);
    assert_eq!((statement.gap, statement.books.delivered), (None, 1));
    assert!(statement.read_to_end && statement.books.close());
}

/// Index of the first word of block `block` of lane 0.
fn block(rig: &Rig, block: usize) -> usize {
    let view = RegionView::attach(rig.memory()).unwrap();
    usize::try_from(view.geometry().blocks_offset).unwrap() / 8 + block * 512
}

#[test]
fn corrupt_bytes_become_an_exact_gap_once_a_valid_block_follows() {
    let rig = Rig::new(1, 4);
    let region = rig.format();
    let writer = open_lane(&region, 0, Policy::Fill, (0, 0));
    for attempt in 0..150 {
        writer.emit(&Checked::new(attempt)).unwrap();
    }
    // 56 records of 72 bytes to a block: the fourth record of block 1 is number 59.
    rig.words[block(&rig, 1) + 8 + 3 * 9].store(0, Relaxed);
    let mut lane = open(&rig, Start::Oldest);
    let gaps = drain(&mut lane);
    let [gap] = gaps.as_slice() else { panic!("{gaps:?}") };
    assert_eq!((gap.first_sequence, gap.count), (59, Count::Exact(112 - 59)));
    let Cause::Corrupt(corruption) = gap.cause else { panic!("{gap}") };
    assert_eq!((corruption.rule, corruption.position), (Rule::RecordSize, 4096 + 64 + 3 * 72));
    assert_eq!((lane.books().delivered, lane.books().corrupt), (150 - 53, 53));
    assert!(lane.finish().books.close());
}

#[test]
fn corrupt_bytes_at_the_end_are_unknowable_unless_the_writer_closed() {
    for close in [false, true] {
        let rig = Rig::new(1, 4);
        let region = rig.format();
        let writer = open_lane(&region, 0, Policy::Fill, (0, 0));
        for attempt in 0..30 {
            writer.emit(&Checked::new(attempt)).unwrap();
        }
        rig.words[block(&rig, 0) + 8 + 10 * 9].store(16, Relaxed);
        if close {
            writer.close();
        }
        let mut lane = open(&rig, Start::Oldest);
        assert!(drain(&mut lane).is_empty());
        let statement = lane.finish();
        let gap = statement.gap.unwrap();
        assert_eq!(gap.first_sequence, 10);
        assert!(matches!(gap.cause, Cause::Corrupt(_)));
        if close {
            assert_eq!((gap.count, statement.in_flight), (Count::Exact(20), InFlight::Nothing));
            assert!(statement.books.close());
        } else {
            assert_eq!(gap.count, Count::Unknowable { why: Why::NothingValidBehind });
            assert!(!statement.books.close());
            assert_eq!(statement.books.unknowable, 1);
        }
    }
}

#[test]
fn a_block_that_does_not_begin_where_the_last_one_ended_is_not_believed() {
    let rig = Rig::new(1, 4);
    let region = rig.format();
    let writer = open_lane(&region, 0, Policy::Fill, (0, 0));
    for attempt in 0..150 {
        writer.emit(&Checked::new(attempt)).unwrap();
    }
    // Block 1 claims that 9 attempts lie between it and block 0.
    rig.words[block(&rig, 1) + 1].fetch_add(9, Relaxed);
    let mut lane = open(&rig, Start::Oldest);
    let gaps = drain(&mut lane);
    let [gap] = gaps.as_slice() else { panic!("{gaps:?}") };
    assert!(matches!(gap.cause, Cause::Corrupt(corruption) if corruption.rule == Rule::BlockSequence));
    assert_eq!((gap.first_sequence, gap.count), (56, Count::Exact(56)));
}

#[test]
fn an_account_that_contradicts_the_records_is_said_to() {
    let rig = Rig::new(1, 4);
    let region = rig.format();
    let writer = open_lane(&region, 0, Policy::Fill, (0, 0));
    writer.emit(&Small { attempt: 0 }).unwrap();
    writer.close();
    let lanes = usize::try_from(region.geometry().lanes_offset).unwrap() / 8;
    rig.words[lanes + 49].store(5, Relaxed);
    let mut lane = open(&rig, Start::Oldest);
    assert!(drain(&mut lane).is_empty());
    let statement = lane.finish();
    let gap = statement.gap.unwrap();
    assert_eq!(gap.count, Count::Unknowable { why: Why::AccountsDisagree });
    assert!(!statement.books.close());
}

/// The number of an attempt that is refused inside another one comes after that one's, which nobody knows
/// the fate of yet: a reader that leaves says how many there are, and not which.
#[test]
fn what_was_refused_inside_an_attempt_in_flight_has_no_number_yet_reg_38() {
    let rig = Rig::new(1, 4);
    let region = rig.format();
    let writer = open_lane(&region, 0, Policy::Overwrite, (0, 0));
    let view = RegionView::attach(rig.memory()).unwrap();
    let open = || {
        let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
        while let Next::Item(_) = lane.next() {}
        lane
    };
    writer.emit(&Small { attempt: 0 }).unwrap();
    let reservation = writer.reserve::<Small>().unwrap();
    assert!(writer.emit(&Small { attempt: 2 }).is_err());
    let statement = open().finish();
    assert_eq!((statement.gap, statement.unnumbered, statement.in_flight), (None, 1, InFlight::AtMostOne));
    assert!(statement.books.close() && statement.books.offered == 1, "{}", statement.books);
    reservation.commit();
    // Behind a drop that has its number, and another attempt in flight.
    assert!(writer.emit(&TooBig { bytes: [0; 4096] }).is_err());
    let reservation = writer.reserve::<Small>().unwrap();
    assert!(writer.emit(&Small { attempt: 5 }).is_err());
    let mut lane = open();
    let statement = lane.finish();
    assert_eq!(statement.unnumbered, 1);
    assert!(statement.books.close(), "{}", statement.books);
    drop(reservation);
    writer.close();
    while let Next::Item(_) = lane.next() {}
    let statement = lane.finish();
    let dropped = statement.books.by_cause;
    assert_eq!((dropped.reentered, dropped.too_big, dropped.abandoned), (2, 1, 1));
    assert_eq!((statement.books.offered, statement.unnumbered), (6, 0));
    assert!(statement.books.close() && statement.read_to_end, "{}", statement.books);
}
