//! Several lanes as one trace, with what is known of its order (REG-54).

mod rig;

use std::cell::Cell;

use abi_runtime::attach::RegionView;
use abi_runtime::item::Item;
use abi_runtime::layout::Policy;
use abi_runtime::merge::{Merged, MergedNext, Order, Silence};
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::LaneConfig;
use proptest::prelude::*;
use rig::{Rig, Small, TooBig};

/// What was told: lane, ticks (nothing for a gap), and order.
type Told = (usize, Option<u64>, Order);

fn tell(next: MergedNext<'_>) -> Option<Told> {
    match next {
        MergedNext::Item { lane, order, item: Item::Record(record) } => {
            assert_eq!(record.view::<Small>().unwrap().attempt(), record.header.ticks);
            Some((lane, Some(record.header.ticks), order))
        }
        MergedNext::Item { lane, order, item: Item::Gap(_) } => Some((lane, None, order)),
        MergedNext::Item { item: Item::Opened(opened), .. } => panic!("{opened}"),
        MergedNext::Pending | MergedNext::Closed => None,
    }
}

/// Two lanes of which a test writes records with ticks of its choice.
fn with_lanes(test: impl FnOnce(&dyn Fn(usize, u64), &dyn Fn(usize), &mut Merged<'_, '_, Vec<u64>>)) {
    let rig = Rig::new(2, 4);
    let region = rig.format();
    let now = Cell::new(0);
    let writers = [0, 1].map(|lane| {
        let config = LaneConfig::new("lane", Policy::Overwrite);
        region.open_lane(lane, &config, || now.get()).unwrap()
    });
    let view = RegionView::attach(rig.memory()).unwrap();
    let mut lanes = [0, 1].map(|lane| LaneReader::open(&view, lane, Start::Oldest, vec![0; 512]).unwrap());
    let emit = |lane: usize, ticks: u64| {
        now.set(ticks);
        writers[lane].emit(&Small { attempt: ticks }).unwrap();
    };
    test(&emit, &|lane| writers[lane].close(), &mut Merged::new(&mut lanes));
}

#[test]
fn a_place_is_known_once_every_lane_has_shown_more_reg_54() {
    with_lanes(|emit, close, merged| {
        emit(0, 1);
        emit(0, 5);
        assert_eq!(tell(merged.next(Silence::Wait)), None, "lane 1 may still come with less");
        emit(1, 3);
        assert_eq!(tell(merged.next(Silence::Wait)), Some((0, Some(1), Order::Known)));
        assert_eq!(tell(merged.next(Silence::Wait)), Some((1, Some(3), Order::Known)));
        assert_eq!(tell(merged.next(Silence::Wait)), None);
        assert_eq!(tell(merged.next(Silence::Go)), Some((0, Some(5), Order::Claimed { silent: 1 })));
        emit(1, 4);
        assert_eq!(tell(merged.next(Silence::Go)), Some((1, Some(4), Order::Late)));
        emit(0, 9);
        emit(1, 9);
        assert_eq!(tell(merged.next(Silence::Wait)), Some((0, Some(9), Order::Tied)));
        close(0);
        assert_eq!(tell(merged.next(Silence::Wait)), Some((1, Some(9), Order::Known)), "lane 0 has ended");
        close(1);
        assert!(matches!(merged.next(Silence::Wait), MergedNext::Closed));
    });
}

#[test]
fn gaps_stand_where_their_lane_has_them_reg_54() {
    let rig = Rig::new(2, 4);
    let region = rig.format();
    let now = Cell::new(0);
    let writers = [0, 1].map(|lane| {
        let config = LaneConfig::new("lane", Policy::Overwrite);
        region.open_lane(lane, &config, || now.get()).unwrap()
    });
    for (ticks, writer) in (1..=4).zip(writers.iter().rev().cycle()) {
        now.set(ticks);
        writer.emit(&Small { attempt: ticks }).unwrap();
        assert!(writer.emit(&TooBig { bytes: [0; 4096] }).is_err());
    }
    for writer in &writers {
        writer.close();
    }
    let view = RegionView::attach(rig.memory()).unwrap();
    let mut lanes = [0, 1].map(|lane| LaneReader::open(&view, lane, Start::Oldest, vec![0; 512]).unwrap());
    let mut merged = Merged::new(&mut lanes);
    let told: Vec<_> = std::iter::from_fn(|| tell(merged.next(Silence::Wait))).collect();
    let ticks: Vec<_> = told.iter().map(|&(lane, ticks, _)| (lane, ticks)).collect();
    assert_eq!(ticks, [(1, Some(1)), (1, None), (0, Some(2)), (0, None), (1, Some(3)), (0, Some(4))]);
    for lane in &mut lanes {
        let statement = lane.finish();
        assert!(statement.books.close() && statement.gap.is_some(), "{}", statement.books);
    }
}

proptest! {
    /// Whatever comes in whatever order: nothing is lost, and what is called known is in order.
    #[test]
    fn merging_loses_nothing_and_claims_no_more_than_it_knows_reg_54(
        script in prop::collection::vec((0..2_usize, 0..4_u64, any::<bool>(), any::<bool>()), 1..200)
    ) {
        with_lanes(|emit, close, merged| {
            let mut clocks = [0, 0];
            let mut told: Vec<Told> = Vec::new();
            for &(lane, step, reads, waits) in &script {
                clocks[lane] += step;
                emit(lane, clocks[lane]);
                if reads {
                    told.extend(tell(merged.next(if waits { Silence::Wait } else { Silence::Go })));
                }
            }
            close(0);
            close(1);
            told.extend(std::iter::from_fn(|| tell(merged.next(Silence::Wait))));
            assert_eq!(told.len(), script.len());
            let mut latest = 0;
            for (at, &(lane, ticks, order)) in told.iter().enumerate() {
                let ticks = ticks.unwrap();
                let later = told[at + 1..].iter().filter(|&&(other, _, _)| other != lane);
                let least = later.filter_map(|&(_, ticks, _)| ticks).min();
                match order {
                    Order::Known => assert!(ticks >= latest && least.is_none_or(|least| ticks < least)),
                    Order::Tied => assert_eq!(least, Some(ticks)),
                    Order::Late => assert!(ticks < latest),
                    Order::Claimed { silent } => assert_eq!(silent, 1),
                }
                latest = latest.max(ticks);
            }
        });
    }
}
