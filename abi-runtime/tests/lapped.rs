//! Copies that the writer laps while they are made: none is accepted, and some are caught, or
//! the test is blind (REG-31, REG-34).

mod rig;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use abi_runtime::attach::RegionView;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::reader::{LaneReader, Start};
use rig::{Checked, Rig};

/// How many torn copies have to be caught before the test believes itself.
const CAUGHT: u64 = 100;
/// How many attempts the writer makes at most while it waits for that.
const ATTEMPTS: u64 = 400_000_000;

#[test]
fn no_lapped_copy_is_accepted_and_some_are_caught() {
    // Two blocks: the writer is in one of them, so a reader of the other is lapped all the time.
    let rig = Rig::new(1, 2);
    let region = rig.format();
    let writer = rig::open_lane(&region, 0, Policy::Overwrite, (0, 0));
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..2).map(|_| scope.spawn(|| read(&rig, &enough))).collect();
        let mut attempt = 0;
        while !enough.load(Ordering::Relaxed) && attempt < ATTEMPTS {
            for _ in 0..64 {
                writer.emit(&Checked::new(attempt)).unwrap();
                attempt += 1;
            }
        }
        writer.close();
        enough.store(true, Ordering::Relaxed);
        let caught: u64 = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
        println!("{attempt} attempts, {caught} torn copies caught, 0 accepted");
        assert!(caught >= CAUGHT, "only {caught} torn copies in {attempt} attempts: the test saw nothing");
    });
}

/// Reads until the lane is closed; returns how many torn copies were thrown away.
fn read(rig: &Rig, enough: &AtomicBool) -> u64 {
    let view = RegionView::attach(rig.memory()).unwrap();
    let mut lane = loop {
        if let Ok(lane) = LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]) {
            break lane;
        }
    };
    loop {
        match lane.next() {
            Next::Item(Item::Record(record)) => {
                let checked = Checked::try_from(record.view::<Checked>().unwrap()).unwrap();
                assert_eq!(checked, Checked::new(record.sequence), "a torn copy was accepted");
            }
            Next::Item(Item::Gap(_) | Item::Opened(_)) | Next::Pending => {}
            Next::Closed => break,
        }
        assert!(lane.books().close(), "{}", lane.books());
        if lane.torn_copies() >= CAUGHT {
            enough.store(true, Ordering::Relaxed);
        }
    }
    let statement = lane.finish();
    assert!(statement.read_to_end && statement.books.close(), "{}", statement.books);
    lane.torn_copies()
}
