//! Processes that are killed or stopped at random moments, many times.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use abi_runtime::attach::RegionView;
use abi_runtime::books::InFlight;
use abi_runtime::layout::Policy;
use abi_runtime::memory::Memory;
use abi_runtime::reader::{LaneError, LaneReader, Start};
use abi_runtime::region::LaneConfig;

use super::at_end::AtEnd;
use super::note::Note;
use super::parts::{attempt, format, region_words};
use super::peer::{Line, Peer, Shared};
use super::told::{Told, read_to_end};

/// What was done, for whoever wants to know that something was.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Processes that were killed.
    pub killed: u64,
    /// Attempts that were made.
    pub attempts: u64,
    /// Records that were read.
    pub records: u64,
    /// Writers that died between the beginning of an attempt and its end.
    pub in_flight: u64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { killed, attempts, records, in_flight } = self;
        write!(
            f,
            "{killed} killed, {in_flight} of them in flight; {attempts} attempts, {records} records read"
        )
    }
}

/// A number that follows from `seed` and looks as if it did not.
pub const fn random(seed: u64) -> u64 {
    let mixed = (seed ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 16
}

/// Kills a reader in the middle of reading, `rounds` times, while a writer goes on; then compares the
/// region, byte by byte, with that of a writer that nobody ever read (REG-1, REG-30).
///
/// # Panics
///
/// If a reader ended by itself, or the writer's account or one byte of its region is another.
pub fn kill_readers(program: &Path, rounds: u64) -> Figures {
    let region_words = Shared::new(region_words());
    let region = format(region_words.words());
    let clock = || 7;
    let writer = region.open_lane(0, &LaneConfig::new("watched", Policy::Overwrite), clock).expect("unused");
    for number in 0..100 {
        attempt(&writer, number);
    }
    let (left, records) = (AtomicU64::new(rounds), AtomicU64::new(0));
    let done = [AtomicBool::new(false), AtomicBool::new(false)];
    let mut attempts = 100;
    thread::scope(|scope| {
        for done in &done {
            let (left, records, region_words) = (&left, &records, &region_words);
            scope.spawn(move || {
                let _at_end = AtEnd(done);
                let board = Shared::board();
                while let Ok(round) = left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)) {
                    board.clear();
                    let mut reader = Peer::start(program, "passer-by", region_words, &board, round);
                    reader.await_line(&board, Line::Begun, 1 + random(round) % 300);
                    reader.kill();
                    records.fetch_add(board.line(Line::Begun), Relaxed);
                }
            });
        }
        while !done.iter().all(|done| done.load(Relaxed)) {
            for _ in 0..200 {
                attempt(&writer, attempts);
                attempts += 1;
            }
            // Slow enough that there is something to read, and fast enough to lap.
            thread::sleep(Duration::from_micros(100));
        }
    });
    writer.close();
    let account = writer.account();
    assert_eq!(account.offered, attempts);
    assert_eq!(account.offered, account.published + account.dropped.total());

    let alone: Vec<AtomicU64> = region_words.words().iter().map(|_| AtomicU64::new(0)).collect();
    let other = format(&alone);
    let other = other.open_lane(0, &LaneConfig::new("watched", Policy::Overwrite), clock).expect("unused");
    for number in 0..attempts {
        attempt(&other, number);
    }
    other.close();
    assert_eq!(other.account(), account);
    for (at, (word, expected)) in region_words.words().iter().zip(&alone).enumerate() {
        assert_eq!(word.load(Relaxed), expected.load(Relaxed), "word {at} of the region");
    }
    Figures { killed: rounds, attempts, records: records.into_inner(), in_flight: 0 }
}

/// Kills a writer at a random moment, `rounds` times, and reads what it left (REG-38).
///
/// # Panics
///
/// If anything that was published or counted is missing, or something is there that was not.
pub fn kill_writers(program: &Path, rounds: u64) -> Figures {
    let (region, board) = (Shared::new(region_words()), Shared::board());
    let mut figures = Figures::default();
    for round in 0..rounds {
        region.clear();
        board.clear();
        let mut writer = Peer::start(program, "writer", &region, &board, round);
        writer.await_line(&board, Line::Done, 1 + random(round) % 3000);
        writer.kill();
        let (begun, done) = (board.line(Line::Begun), board.line(Line::Done));
        let told = read_what_is_left(&region, begun, done);
        figures.killed += 1;
        figures.attempts += begun;
        figures.records += told.records.len() as u64;
        figures.in_flight += begun - done;
    }
    figures
}

/// Reads the lane of a writer that is dead or stopped, which began and finished so many attempts.
///
/// # Panics
///
/// If the account is not exact, but for the one attempt that may have been in flight.
pub fn read_what_is_left(region: &Shared, begun: u64, done: u64) -> Told {
    assert!(begun - done <= 1, "{begun} begun, {done} done");
    let view = RegionView::attach(Memory::from_words(region.words())).expect("a region");
    let mut lane = match LaneReader::open(&view, 0, Start::Oldest, vec![0; 512]) {
        Ok(lane) => lane,
        Err(error @ LaneError::TooFast) => panic!("nobody writes: {error}"),
        Err(error) => panic!("{error}"),
    };
    let told = read_to_end(&mut lane, Note::expect);
    let statement = told.statement;
    let books = statement.books;
    assert!(statement.read_to_end && books.close(), "{books}");
    // A lane that is closed between two owners has nothing in flight.
    assert!(statement.in_flight == InFlight::AtMostOne || begun == done, "{begun} begun, {done} done");
    assert_eq!((books.overwritten, books.corrupt, books.unknowable), (0, 0, 0), "{books}");
    let settled = books.before + books.delivered + books.missing();
    assert!(done <= settled && settled <= begun, "{done} done, {begun} begun: {books}");
    told
}
