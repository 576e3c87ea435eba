//! Whoever sees an end sees everything before it (REG-7, REG-25).

use loom::thread;

use super::stage::{Small, Stage, TooBig, explore, take};
use crate::attach::load_state;
use crate::books::InFlight;
use crate::layout::{Policy, RegionState};
use crate::region::store_state;

/// A lane that is seen to be closed has no record, and no drop, that is not seen.
#[test]
fn a_closed_lane_has_nothing_more_to_show() {
    explore(|| {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        writer.emit(&Small::new(0)).expect("room");
        let mut lane = stage.read();
        assert!(!take(&mut lane, 2));
        let thread = stage.beside(move || {
            writer.emit(&Small::new(1)).expect("room");
            assert!(writer.emit(&TooBig { bytes: [0; 64] }).is_err());
            writer.close();
        });
        if take(&mut lane, 3) {
            let statement = lane.finish();
            assert_eq!((statement.books.delivered, statement.books.dropped), (2, 1));
            assert_eq!(statement.in_flight, InFlight::Nothing);
            assert!(statement.read_to_end);
        }
        thread.join().expect("the writer does not panic");
    });
}

/// A region that is seen to be closed has lanes in which everything is seen.
#[test]
fn a_closed_region_has_nothing_more_to_show() {
    explore(|| {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        writer.emit(&Small::new(0)).expect("room");
        let mut lane = stage.read();
        assert!(!take(&mut lane, 2));
        let writing = stage.clone();
        let thread = thread::spawn(move || {
            writer.emit(&Small::new(1)).expect("room");
            store_state(&writing.state(), 0, RegionState::Closed);
        });
        if load_state(&stage.state().as_reader(), 0) == Ok(RegionState::Closed) {
            assert_ne!(lane.behind(), 0, "record 1 was published before");
            assert!(!take(&mut lane, 2));
            assert_eq!(lane.books().delivered, 2);
        }
        thread.join().expect("the writer does not panic");
    });
}
