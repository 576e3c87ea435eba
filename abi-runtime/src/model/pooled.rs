//! A lane of a pool has one owner (REG-52), and every refused claim is counted (REG-53).

use std::boxed::Box;
use std::sync::Arc;
use std::vec::Vec;

use super::stage::{Small, Stage, Still, explore, explore_some};
use crate::item::{Item, Next};
use crate::layout::{Ending, LaneOpened, Policy};
use crate::pool::{LanePool, PooledLane};
use crate::reader::LaneReader;

/// Returns what the lane says of its incarnation `incarnation`.
fn opened(lane: &mut LaneReader<'static, Vec<u64>>, incarnation: u64) -> Option<LaneOpened> {
    for _ in 0..8 {
        match lane.next() {
            Next::Item(Item::Opened(opened)) if opened.incarnation == incarnation => return Some(opened),
            Next::Item(_) => {}
            Next::Pending | Next::Closed => return None,
        }
    }
    None
}

type Pool = LanePool<'static, 'static, Still>;

/// Makes a pool of the stage's lane, or of none. It lasts as long as the process, as a driver's does.
fn pool(stage: &Arc<Stage>, lanes: usize) -> &'static Pool {
    let lanes: Vec<_> = (0..lanes).map(|_| PooledLane::new(stage.open(Policy::Overwrite, &[]))).collect();
    Box::leak(Box::new(LanePool::over(Box::leak(lanes.into()), stage.state().word(0))))
}

/// Two threads take back the lane of one owner that is gone. Whoever claims it in between keeps it.
#[test]
fn two_reclaimers_take_back_one_owners_lane_and_no_others() {
    explore_some(2, || {
        let stage = Stage::new();
        let pool = pool(&stage, 1);
        std::mem::forget(pool.claim(1, "gone").expect("it is free"));
        let thread = stage.beside(move || pool.reclaim(|owner| owner == 1));
        let taken = pool.reclaim(|owner| owner == 1);
        let claim = pool.claim(2, "lives").ok();
        let taken = taken + thread.join().expect("reclaiming does not panic");
        assert_eq!(taken, 1, "one owner is gone");
        if let Some(claim) = claim {
            assert!(claim.emit(&Small::new(0)).is_ok(), "the lane of an owner that lives was closed");
        }
    });
}

/// Whoever takes a lane back asks for its owner of now, and not for the one before.
#[test]
fn a_reclaimer_asks_for_the_owner_that_has_the_lane() {
    explore_some(2, || {
        let stage = Stage::new();
        let pool = pool(&stage, 1);
        let thread = stage.beside(move || std::mem::forget(pool.claim(2, "claims")));
        let taken = pool.reclaim(|owner| {
            assert_eq!(owner, 2, "nobody else has had the lane");
            false
        });
        assert_eq!(taken, 0);
        thread.join().expect("claiming does not panic");
    });
}

/// The next owner's record says how the one before ended.
#[test]
fn a_claim_says_how_the_owner_before_ended() {
    explore_some(2, || {
        let stage = Stage::new();
        let pool = pool(&stage, 1);
        std::mem::forget(pool.claim(1, "gone").expect("it is free"));
        let thread = stage.beside(move || pool.reclaim(|owner| owner == 1));
        let claim = pool.claim(2, "next");
        thread.join().expect("reclaiming does not panic");
        if claim.is_ok() {
            let previous = opened(&mut stage.read(), 3).map(|opened| opened.previous.known());
            assert_eq!(previous, Some(Ok(Ending::OwnerGone)));
        }
    });
}

/// Two claims that are refused at once are two.
#[test]
fn refused_claims_are_all_counted() {
    explore(|| {
        let stage = Stage::new();
        let pool = pool(&stage, 0);
        let thread = stage.beside(move || assert!(pool.claim(1, "one").is_err()));
        assert!(pool.claim(2, "two").is_err());
        thread.join().expect("claiming does not panic");
        assert_eq!(stage.state().load(0), 2);
    });
}
