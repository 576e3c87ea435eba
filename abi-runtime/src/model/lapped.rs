//! What is overwritten while it is copied is thrown away (REG-21, REG-31, REG-34).

use super::stage::{FULL, Large, Small, Stage, explore_some, fill, take};
use crate::layout::Policy;

/// The writer takes the block that the reader is copying.
#[test]
fn a_lapped_copy_is_thrown_away() {
    explore_some(3, || {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        fill(&writer);
        let mut lane = stage.read();
        let thread = stage.beside(move || {
            writer.emit(&Small::new(FULL)).expect("it overwrites");
        });
        let _ = take(&mut lane, 1);
        thread.join().expect("the writer does not panic");
        let _ = take(&mut lane, 20);
        let books = lane.books();
        assert!(books.close() && books.offered == FULL + 1, "{books}");
        assert_eq!(books.corrupt, 0, "a lap is not corruption");
    });
}

/// A reader that was lapped resumes at a block whose header it sees: what it sees published it sees whole.
#[test]
fn a_lapped_reader_resumes_at_a_whole_block() {
    explore_some(2, || {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        writer.emit(&Large::new(0)).expect("room");
        let mut lane = stage.read();
        assert!(!take(&mut lane, 2));
        writer.emit(&Large::new(1)).expect("a block");
        let thread = stage.beside(move || {
            writer.emit(&Large::new(2)).expect("it overwrites");
            writer.emit(&Large::new(3)).expect("it overwrites");
        });
        let _ = take(&mut lane, 1);
        thread.join().expect("the writer does not panic");
        let _ = take(&mut lane, 8);
        let books = lane.books();
        assert!(books.close() && books.offered == 4, "{books}");
        assert_eq!(books.corrupt, 0, "a lap is not corruption");
    });
}
