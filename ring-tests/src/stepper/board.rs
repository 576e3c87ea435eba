//! The file that a victim shares with whoever steps it: a region of one lane, behind it a board on which
//! the victim says what it is about, and behind that a release page.

use abi_runtime::drain::release_page_size;
use abi_runtime::geometry::Shape;

/// The victim's region: one lane of two small blocks, so that few records lap it.
pub const SHAPE: Shape = Shape { lanes: 1, block_size: 4096, blocks_per_lane: 2 };

/// Bytes of the board: a page, so that it can be mapped with the region.
pub const BOARD_BYTES: usize = 16_384;

/// Bytes of the release page.
pub const PAGE_BYTES: usize = release_page_size(SHAPE.lanes) as usize;
/// Ticket of the drain reader.
pub const TICKET: u64 = 1;

/// Word of the board: twice the number of finished acts, and one more while one is in progress.
pub const PROGRESS: usize = 0;
/// Word of the board: the clock, which goes by one with every reading.
pub const TICKS: usize = 1;
/// Word of the board: what came of the attempt of the signal handler, plus 1; 0 while there was none.
pub const HANDLED: usize = 2;
/// Word of the board: the writer's own account at the end: offered, published, seven drop counters.
pub const ACCOUNT: usize = 8;
/// Word of the board: how many lanes the pool took back from an owner that is gone, and what came of the
/// two attempts of the next owner.
pub const GIVEN: usize = 20;
/// Words of that account.
pub const ACCOUNT_WORDS: usize = 9;
/// Word of the board: what came of each act.
pub const RESULTS: usize = 32;
/// Most acts of a script.
pub const MAX_ACTS: usize = 128;
/// Words of the board that are used.
pub const BOARD_WORDS: usize = RESULTS + MAX_ACTS;

/// Progress of a victim that has done all.
pub const DONE: u64 = u64::MAX;
/// What came of an act that is no attempt, or of an attempt that became a record.
pub const OK: u64 = 0;
/// What came of an attempt of a handler that found no open lane.
pub const NO_LANE: u64 = 100;
/// Number that marks the record of the signal handler.
pub const HANDLER: u64 = 1_000;

/// What numbers are multiplied with to become stamps, and its inverse.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
const GATHER: u64 = 0xf1de_83e1_9937_733d;
const _: () = assert!(SPREAD.wrapping_mul(GATHER) == 1, "one undoes the other");

/// Returns the word that the payload of record number `number` is full of.
pub const fn stamp(number: u64) -> u64 {
    (number + 1).wrapping_mul(SPREAD)
}

/// Returns the number that has this stamp.
pub const fn number_of(stamp: u64) -> u64 {
    stamp.wrapping_mul(GATHER).wrapping_sub(1)
}
