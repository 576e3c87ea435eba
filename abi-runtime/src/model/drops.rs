//! Drops at the tail are counted, and none is counted that is told of elsewhere (REG-23, REG-37).

use super::stage::{Small, Stage, TooBig, explore, take};
use crate::layout::Policy;

const TOO_BIG: TooBig = TooBig { bytes: [0; 64] };

/// Whoever sees a count sees the records that were published before it.
#[test]
fn drops_at_the_tail_are_those_behind_the_last_record() {
    explore(|| {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        writer.emit(&Small::new(0)).expect("room");
        let mut lane = stage.read();
        assert!(!take(&mut lane, 2));
        let thread = stage.beside(move || {
            writer.emit(&Small::new(1)).expect("room");
            assert!(writer.emit(&TOO_BIG).is_err());
        });
        // Nothing was dropped behind record 0: whoever sees the drop sees record 1 before it.
        if let Some(dropped) = lane.tail_drops() {
            assert_eq!(dropped, 0, "counted behind a record that it does not stand behind");
        }
        thread.join().expect("the writer does not panic");
        assert!(!take(&mut lane, 3));
        assert_eq!(lane.tail_drops(), Some(1));
        assert_eq!(lane.finish().books.offered, 3);
    });
}

/// A Loss record tells of what was dropped before the record that follows it.
#[test]
fn a_run_of_drops_is_told_once() {
    explore(|| {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        writer.emit(&Small::new(0)).expect("room");
        let mut lane = stage.read();
        assert!(!take(&mut lane, 2));
        let thread = stage.beside(move || {
            assert!(writer.emit(&TOO_BIG).is_err());
            writer.emit(&Small::new(2)).expect("room behind the Loss record");
        });
        let _ = take(&mut lane, 2);
        thread.join().expect("the writer does not panic");
        assert!(!take(&mut lane, 3));
        let books = lane.finish().books;
        assert!(books.close(), "{books}");
        assert_eq!((books.delivered, books.by_cause.too_big), (2, 1));
    });
}
