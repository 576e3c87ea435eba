//! What a record costs is measured, stated by the region, and told by its readers (REG-50 and REG-51).

#![cfg(target_os = "linux")]

mod peer;

use abi_runtime::attach::RegionView;
use abi_runtime::clock::Clock;
use abi_runtime::item::Next;
use abi_runtime::layout::Policy;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{Extras, LaneConfig, RecordCost, Region, region_size};
use dext_bindings::calibrate_cost;
use dext_bindings::linux::{MonotonicClock, RegionMemory};
use peer::{SHAPE, STEPS, Step, config};

#[test]
fn a_measured_cost_reaches_the_reader_reg_51() {
    let cost = calibrate_cost(&MonotonicClock);
    // A record is stored in less than a microsecond on every machine that the project names.
    assert!(cost.alone > 0 && cost.alone < 1024 * 1000, "{cost:?}");
    assert!(cost.read > 0, "{cost:?}");
    let mut memory = RegionMemory::create(region_size(SHAPE, &STEPS).unwrap()).unwrap();
    let extras = Extras { cost, ..Extras::default() };
    let region = Region::format_with(memory.memory_mut(), &config(1), extras).unwrap();
    let view = RegionView::attach(region.memory()).unwrap();
    let stated = (view.header().record_cost, view.header().record_cost_read);
    assert_eq!(stated, (cost.alone, cost.read));
}

#[test]
fn the_share_is_what_the_attempts_took_of_the_lanes_time_reg_51() {
    let mut memory = RegionMemory::create(region_size(SHAPE, &STEPS).unwrap()).unwrap();
    let extras = Extras { cost: RecordCost { alone: 9, read: 5 * 1024 }, ..Extras::default() };
    let region = Region::format_with(memory.memory_mut(), &config(1), extras).unwrap();
    let now = std::cell::Cell::new(1000);
    let writer = region.open_lane(0, &LaneConfig::new("lane", Policy::Overwrite), || now.get()).unwrap();
    for attempt in 0..101 {
        writer.emit(&Step::new(attempt)).unwrap();
        now.set(now.get() + 50);
    }
    let view = RegionView::attach(region.memory()).unwrap();
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    while let Next::Item(_) = lane.next() {}
    let observing = lane.observing(view.header()).unwrap();
    assert_eq!((observing.attempts, observing.cost, observing.ticks), (101, 5 * 1024, 100 * 50));
    assert_eq!(
        observing.to_string(),
        "observing took 10.100 % of the lane's time: 101 attempts at 5.0 ticks",
        "a clock that a test sets tells no time: nothing is sampled"
    );
}

#[test]
fn one_attempt_of_each_block_is_timed_reg_50() {
    let mut memory = RegionMemory::create(region_size(SHAPE, &STEPS).unwrap()).unwrap();
    let region = Region::format(memory.memory_mut(), &config(1)).unwrap();
    let begin = MonotonicClock.ticks();
    let writer = region.open_lane(0, &LaneConfig::new("lane", Policy::Overwrite), MonotonicClock).unwrap();
    let in_a_block = (4096 - 64) / 32;
    for attempt in 0..in_a_block * 10 + 2 {
        writer.emit(&Step::new(attempt)).unwrap();
    }
    // The eleventh block's is told when it ends.
    let view = RegionView::attach(region.memory()).unwrap();
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    assert_eq!(lane.sampled_cost().1, 10);
    writer.close();
    let (ticks, samples) = lane.sampled_cost();
    assert_eq!(samples, 11);
    assert!(ticks > 0 && ticks <= MonotonicClock.ticks() - begin, "{ticks}");
    while let Next::Item(_) = lane.next() {}
    assert_eq!(lane.cost_in_stream().1, 10, "those before the last block");
    assert!(lane.observing(view.header()).is_none(), "the driver did not measure what a record costs");
}
