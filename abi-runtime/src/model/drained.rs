//! What a drain reader has not released is there (REG-48, REG-49).

use std::boxed::Box;
use std::vec::Vec;

use super::stage::{FULL, START, Small, Stage, explore_some, fill, take};
use crate::drain::{DrainSlot, ReleasePage, Standing};
use crate::layout::Policy;

/// Makes a slot over the stage's page. It lasts as long as a process, as a driver's slots do.
fn slots(stage: &Stage) -> &'static [DrainSlot<'static>] {
    let slots: Box<[DrainSlot<'static>]> = Vec::from([DrainSlot::new(stage.page().as_reader())]).into();
    Box::leak(slots)
}

/// A writer that sees a reader's ticket sees the lag that goes with it: this reader is further behind.
#[test]
fn a_reader_that_is_served_has_its_lag() {
    explore_some(2, || {
        let stage = Stage::new();
        let page = ReleasePage::new(stage.page());
        let slots = slots(&stage);
        let writer = stage.open(Policy::Drain, slots);
        fill(&writer);
        assert!(page.release(0, START));
        let thread = stage.beside(move || slots[0].serve(1, 8));
        let _ = writer.emit(&Small::new(FULL));
        let standing = stage.read().standing(0, 1);
        assert!(matches!(standing, Some(Standing::Free | Standing::Evicted)), "{standing:?}");
        thread.join().expect("serving does not panic");
    });
}

/// The writer takes a block once it is released, and not before.
#[test]
fn a_block_is_reused_once_it_is_released() {
    explore_some(3, || {
        let stage = Stage::new();
        let page = ReleasePage::new(stage.page());
        let slots = slots(&stage);
        let writer = stage.open(Policy::Drain, slots);
        fill(&writer);
        let mut lane = stage.read();
        assert!(page.release(0, lane.position()));
        slots[0].serve(1, u64::MAX);
        let thread = stage.beside(move || {
            let _ = writer.emit(&Small::new(FULL));
            writer
        });
        let _ = take(&mut lane, 6);
        assert!(page.release(0, lane.position()));
        let writer = thread.join().expect("the writer does not panic");
        let account = writer.account();
        writer.close();
        assert!(take(&mut lane, 20));
        let books = lane.finish().books;
        assert_eq!((books.delivered, books.overwritten), (account.published, 0), "{books}");
        assert_eq!(books.dropped, account.dropped.total());
        assert_ne!(lane.standing(0, 1), Some(Standing::Faulty));
    });
}
