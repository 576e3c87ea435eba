//! What is published is whole (REG-20, REG-31).

use super::stage::{Large, Small, Stage, explore, take};
use crate::layout::Policy;

/// A reader that sees a position sees every record below it.
#[test]
fn a_published_record_is_whole() {
    explore(|| {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        writer.emit(&Small::new(0)).expect("room");
        let mut lane = stage.read();
        let thread = stage.beside(move || {
            writer.emit(&Small::new(1)).expect("room");
            writer.emit(&Small::new(2)).expect("room");
        });
        let _ = take(&mut lane, 3);
        thread.join().expect("the writer does not panic");
        let _ = take(&mut lane, 4);
        assert_eq!((lane.books().delivered, lane.books().offered), (3, 3));
    });
}

/// A reader that comes while the first block is opened finds it, or nothing yet.
#[test]
fn a_first_block_is_whole() {
    explore(|| {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        let thread = stage.beside(move || {
            writer.emit(&Small::new(0)).expect("room");
        });
        let mut lane = stage.read();
        let _ = take(&mut lane, 2);
        thread.join().expect("the writer does not panic");
        let _ = take(&mut lane, 3);
        assert_eq!((lane.books().delivered, lane.books().before), (1, 0));
    });
}

/// The same across the end of a block, with the header of the next.
#[test]
fn a_published_block_is_whole() {
    explore(|| {
        let stage = Stage::new();
        let writer = stage.open(Policy::Fill, &[]);
        writer.emit(&Large::new(0)).expect("room");
        writer.emit(&Small::new(1)).expect("room");
        let mut lane = stage.read();
        assert!(!take(&mut lane, 3));
        let thread = stage.beside(move || {
            writer.emit(&Small::new(2)).expect("room");
            writer.emit(&Large::new(3)).expect("a block");
        });
        let _ = take(&mut lane, 3);
        thread.join().expect("the writer does not panic");
        let _ = take(&mut lane, 4);
        assert_eq!((lane.books().delivered, lane.books().offered), (4, 4));
    });
}

/// A reservation is invisible until it is committed, and an abandoned one for ever.
#[test]
fn a_reservation_is_seen_whole_or_not_at_all() {
    explore(|| {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        writer.emit(&Small::new(0)).expect("room");
        let mut lane = stage.read();
        assert!(!take(&mut lane, 2));
        let thread = stage.beside(move || {
            drop(writer.reserve::<Small>().expect("room"));
            let mut reservation = writer.reserve::<Small>().expect("room");
            reservation.fill(&Small::new(2));
            reservation.commit();
        });
        let _ = take(&mut lane, 2);
        thread.join().expect("the writer does not panic");
        let _ = take(&mut lane, 4);
        assert_eq!((lane.books().delivered, lane.books().by_cause.abandoned), (2, 1));
    });
}
