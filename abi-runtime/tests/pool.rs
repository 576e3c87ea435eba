//! Lanes that are handed out and taken back (REG-52 and REG-53).

mod rig;

use abi_runtime::attach::RegionView;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{Ending, LaneOpened, Policy};
use abi_runtime::pool::{LanePool, NoLane, PooledLane};
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::Region;
use rig::{CountingClock, Large, Rig, Small, TooBig, open_lane};

fn lanes<'m>(region: &Region<'m>, policy: Policy) -> Vec<PooledLane<'m, CountingClock>> {
    let count = region.geometry().shape.lanes;
    (0..count).map(|lane| PooledLane::new(open_lane(region, lane, policy, (0, 0)))).collect()
}

/// Reads a lane to its end: the records' attempts, and who opened it.
fn read(rig: &Rig, lane: u32) -> (Vec<u64>, Vec<LaneOpened>, abi_runtime::books::Statement) {
    let view = RegionView::attach(rig.memory()).unwrap();
    let mut lane = LaneReader::open(&view, lane, Start::Oldest, vec![0; 512]).unwrap();
    let (mut records, mut opened) = (Vec::new(), Vec::new());
    loop {
        match lane.next() {
            Next::Item(Item::Record(record)) => records.push(record.view::<Small>().unwrap().attempt()),
            Next::Item(Item::Opened(next)) => opened.push(next),
            Next::Item(Item::Gap(_)) => {}
            Next::Pending | Next::Closed => return (records, opened, lane.finish()),
        }
    }
}

#[test]
fn a_lane_goes_on_as_a_new_incarnation_reg_52() {
    let rig = Rig::new(1, 16);
    let region = rig.format();
    let lanes = lanes(&region, Policy::Overwrite);
    let pool = LanePool::new(&region, &lanes);
    for owner in 0..5_u64 {
        let claim = pool.claim(owner, &format!("thread {owner}")).unwrap();
        assert_eq!(claim.incarnation(), owner + 2);
        for attempt in 0..3 {
            claim.emit(&Small { attempt: owner * 10 + attempt }).unwrap();
        }
        assert!(claim.emit(&TooBig { bytes: [0; 4096] }).is_err());
    }
    let (records, opened, statement) = read(&rig, 0);
    let expected: Vec<u64> = (0..5).flat_map(|owner| (0..3).map(move |at| owner * 10 + at)).collect();
    assert_eq!(records, expected);
    for (owner, opened) in opened.iter().enumerate() {
        assert_eq!((opened.owner, opened.incarnation), (owner as u64, owner as u64 + 2));
        assert_eq!(opened.name.to_string(), format!("thread {owner}"));
        assert_eq!(opened.previous.known(), Ok(Ending::Closed));
    }
    assert_eq!((opened.len(), statement.books.dropped, statement.books.offered), (5, 5, 20));
    assert!(statement.books.close() && statement.read_to_end, "{}", statement.books);
}

#[test]
fn more_owners_than_lanes_are_refused_and_counted_reg_53() {
    let rig = Rig::new(2, 4);
    let region = rig.format();
    let lanes = lanes(&region, Policy::Overwrite);
    let pool = LanePool::new(&region, &lanes);
    let view = RegionView::attach(rig.memory()).unwrap();
    let (one, two) = (pool.claim(1, "one").unwrap(), pool.claim(2, "two").unwrap());
    for refused in 1..4 {
        let error = pool.claim(3, "three").unwrap_err();
        assert_eq!(error, NoLane { lanes: 2, claimed: 2 });
        assert_eq!(view.claims_refused(), refused);
    }
    // Or waits, as asked.
    let mut held = Some(one);
    let mut waits = 0;
    let three = pool.claim_or_wait(3, "three", || {
        waits += 1;
        if waits == 5 {
            held = None;
        }
        true
    });
    assert_eq!((waits, three.unwrap().incarnation(), view.claims_refused()), (5, 3, 3));
    drop(two);
}

#[test]
fn a_lane_that_is_full_stays_closed_reg_52() {
    let rig = Rig::new(1, 2);
    let region = rig.format();
    let lanes = lanes(&region, Policy::Fill);
    let pool = LanePool::new(&region, &lanes);
    let claim = pool.claim(1, "one").unwrap();
    while claim.emit(&Large { attempts: [0; 170] }).is_ok() {}
    drop(claim);
    let error = pool.claim(2, "two").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no lane is free: of 1, 0 are taken and 1 are full (REG-53); give the region more lanes, or wait"
    );
    let view = RegionView::attach(rig.memory()).unwrap();
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    while let Next::Item(_) = lane.next() {}
    let statement = lane.finish();
    assert!(statement.books.close() && statement.read_to_end, "{}", statement.books);
}

#[test]
fn the_lane_of_an_owner_that_is_gone_is_closed_for_it_reg_52() {
    let rig = Rig::new(1, 16);
    let region = rig.format();
    let lanes = lanes(&region, Policy::Overwrite);
    let pool = LanePool::new(&region, &lanes);
    // Gone without a word, in the middle of a reservation, with drops that nobody was told of.
    let claim = pool.claim(1, "one").unwrap();
    claim.emit(&Small { attempt: 1 }).unwrap();
    assert!(claim.emit(&TooBig { bytes: [0; 4096] }).is_err());
    let reservation = claim.reserve::<Small>().unwrap();
    assert!(claim.emit(&Small { attempt: 2 }).is_err(), "an attempt inside the reservation");
    std::mem::forget(reservation);
    std::mem::forget(claim);
    assert_eq!(pool.reclaim(|owner| owner == 2), 0);
    assert_eq!(pool.reclaim(|owner| owner == 1), 1);
    assert_eq!(pool.reclaim(|_| true), 0, "it has no owner any more");
    let claim = pool.claim(2, "two").unwrap();
    claim.emit(&Small { attempt: 3 }).unwrap();
    drop(claim);
    let (records, opened, statement) = read(&rig, 0);
    assert_eq!(records, [1, 3]);
    let endings: Vec<_> = opened.iter().map(|opened| opened.previous.known().unwrap()).collect();
    assert_eq!(endings, [Ending::Closed, Ending::OwnerGone]);
    assert!(statement.books.close() && statement.read_to_end, "{}", statement.books);
    assert_eq!((statement.books.by_cause.too_big, statement.books.by_cause.reentered), (1, 1));
}

#[test]
fn owners_come_and_go_on_many_threads_reg_52() {
    let rig = Rig::new(3, 8);
    let region = rig.format();
    let lanes = lanes(&region, Policy::Overwrite);
    let pool = LanePool::new(&region, &lanes);
    let attempts: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8_u64)
            .map(|owner| {
                let pool = &pool;
                scope.spawn(move || {
                    let mut attempts = 0;
                    for turn in 0..200 {
                        let claim = pool
                            .claim_or_wait(owner, "busy", || {
                                std::thread::yield_now();
                                true
                            })
                            .unwrap();
                        for attempt in 0..turn % 7 {
                            claim.emit(&Small { attempt }).unwrap();
                            attempts += 1;
                        }
                    }
                    attempts
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let mut offered = 0;
    for lane in 0..3 {
        let (_, _, statement) = read(&rig, lane);
        assert!(statement.books.close() && statement.read_to_end, "{}", statement.books);
        offered += statement.books.before + statement.books.offered;
    }
    assert_eq!(offered, attempts);
}

/// The counter beside the policy has 31 bits, and the bit above it says that the lane is between two owners.
#[test]
fn a_lane_keeps_its_name_after_two_to_the_31_claims_reg_52() {
    for incarnation in [1 << 31, (1 << 31) + 1, 3 << 31, 1 << 32, (1 << 32) + 1, u64::MAX - 2] {
        let rig = Rig::new(1, 16);
        let region = rig.format();
        let writer = open_lane(&region, 0, Policy::Overwrite, (0, 0));
        writer.close();
        let word = usize::try_from(region.geometry().lanes_offset).unwrap() / 8 + 1;
        rig.words[word].store(incarnation, std::sync::atomic::Ordering::Relaxed);
        let next = writer.reopen_for(7, "after", Ending::Closed);
        assert_eq!(next, Some(incarnation + 1));
        writer.emit(&Small { attempt: 1 }).unwrap();
        let view = RegionView::attach(rig.memory()).unwrap();
        let lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
        let fixed = lane.fixed();
        assert!(!fixed.is_between_owners(), "incarnation {incarnation}");
        assert_eq!((fixed.name.to_string(), fixed.owner), ("after".to_owned(), 7));
        assert_eq!(fixed.incarnation, incarnation + 1);
    }
}
