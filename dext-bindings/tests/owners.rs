//! Lanes of threads that end without a word (REG-52).

#![cfg(target_os = "linux")]

mod peer;

use std::sync::mpsc;
use std::thread;

use abi_runtime::attach::RegionView;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{Ending, Policy};
use abi_runtime::pool::{LanePool, PooledLane};
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::LaneConfig;
use dext_bindings::linux::{MonotonicClock, current_thread, thread_is_gone};
use peer::{Step, format, region_memory};

#[test]
fn a_thread_that_lives_is_not_gone_and_one_that_ended_is_reg_52() {
    let (say, hear) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        say.send(current_thread().unwrap()).unwrap();
        let _ = ended.recv();
    });
    let owner = hear.recv().unwrap();
    assert!(!thread_is_gone(owner) && !thread_is_gone(current_thread().unwrap()));
    assert_ne!(owner, current_thread().unwrap());
    assert!(thread_is_gone(owner ^ 1), "the same id, started at another time");
    drop(end);
    thread.join().unwrap();
    // The kernel takes the thread away a moment after it was joined.
    while !thread_is_gone(owner) {
        thread::yield_now();
    }
}

#[test]
fn the_lane_of_a_thread_that_ended_goes_to_the_next_reg_52() {
    let mut memory = region_memory();
    let region = format(memory.memory_mut(), 1);
    let lane = region.open_lane(0, &LaneConfig::new("pool", Policy::Overwrite), MonotonicClock).unwrap();
    let lanes = [PooledLane::new(lane)];
    let pool = LanePool::new(&region, &lanes);
    for round in 0..20 {
        let owner = thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let owner = current_thread().unwrap();
                let claim = pool.claim(owner, "worker").unwrap();
                claim.emit(&Step::new(round)).unwrap();
                assert_eq!(pool.reclaim(thread_is_gone), 0, "its owner is here");
                // A thread that ends like this in a callback of somebody else's runs no destructor.
                std::mem::forget(claim);
                owner
            });
            thread.join().unwrap()
        });
        assert!(pool.claim(1, "nobody").is_err(), "nobody has given it back");
        while !thread_is_gone(owner) {
            thread::yield_now();
        }
        assert_eq!(pool.reclaim(thread_is_gone), 1);
    }
    let view = RegionView::attach(region.memory()).unwrap();
    assert_eq!(view.claims_refused(), 20);
    let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]).unwrap();
    let mut endings = Vec::new();
    while let Next::Item(item) = lane.next() {
        if let Item::Opened(opened) = item {
            endings.push(opened.previous.known().unwrap());
        }
    }
    // The lane has four blocks, and each incarnation begins one.
    assert_eq!(endings, [Ending::OwnerGone; 4]);
    let books = lane.finish().books;
    assert!(books.close(), "{books}");
    assert_eq!(books.before + books.offered, 20);
}
