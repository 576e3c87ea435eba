//! Reading whatever there is, to its end.

use std::sync::atomic::AtomicU64;

use abi_runtime::attach::RegionView;
use abi_runtime::item::{Item, Next};
use abi_runtime::memory::Memory;
use abi_runtime::reader::{LaneReader, Start};

/// Lanes that are read of one region; a header may state thousands.
const LANES: u32 = 4;

/// Attaches, and reads every lane from its oldest block and from its newest.
///
/// # Panics
///
/// A rule does not hold.
pub(super) fn read(words: &[AtomicU64]) {
    let Ok(view) = RegionView::attach(Memory::from_words(words)) else { return };
    let mut catalogs = vec![0; 4096];
    let _ = (view.copy_catalogs(&mut catalogs), view.state(), view.published(), view.claims_refused());
    for lane in 0..view.lanes().min(LANES) {
        for start in [Start::Oldest, Start::Newest] {
            let buffer = vec![0; view.geometry().shape.block_size as usize / 8];
            if let Ok(lane) = LaneReader::open(&view, lane, start, buffer) {
                read_lane(lane, words.len());
            }
        }
    }
}

fn read_lane(mut lane: LaneReader<'_, Vec<u64>>, words: usize) {
    // Each call tells of at least one word, or goes on by a block, or comes to an end.
    let mut calls = 0;
    loop {
        calls += 1;
        assert!(calls <= 2 * words + 1024, "a lane without an end");
        match lane.next() {
            Next::Item(Item::Record(record)) => {
                assert_eq!(record.payload.len() + 16, usize::from(record.header.size));
                assert!(record.header.id != 0 && record.header.version != 0);
            }
            Next::Item(Item::Gap(_) | Item::Opened(_)) => {}
            Next::Pending | Next::Closed => break,
        }
        assert!(lane.books().unknowable != 0 || lane.books().close(), "{}", lane.books());
    }
    let _ = (lane.tail_drops(), lane.pressure(), lane.behind(), lane.standing(0, 1));
    let statement = lane.finish();
    assert!(statement.books.unknowable != 0 || statement.books.close(), "{}", statement.books);
}
