//! No single bit of a lane's control, flipped, hides the lane: it is read, or an error names the lane's
//! damage (REG-55).

mod rig;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use abi_runtime::attach::RegionView;
use abi_runtime::gap::{Cause, Rule};
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::memory::Memory;
use abi_runtime::reader::{LaneError, LaneReader, Start};
use rig::{Checked, Rig};

/// Words of a lane's control.
const CONTROL: usize = 64;
/// Index of `reserve` in it.
const RESERVE: usize = 16;
/// Index of `publish` in it.
const PUBLISH: usize = 32;

/// The words of a region whose lane 0 was written by `attempts` attempts, and where its control begins.
fn written(policy: Policy, attempts: u64, close: bool) -> (Vec<u64>, usize) {
    let rig = Rig::new(2, 4);
    let region = rig.format();
    let writer = rig::open_lane(&region, 0, policy, (0, 0));
    for attempt in 0..attempts {
        let _ = writer.emit(&Checked::new(attempt));
    }
    if close {
        writer.close();
    }
    (rig.snapshot(), usize::try_from(region.geometry().lanes_offset / 8).unwrap())
}

fn atomics(words: &[u64]) -> Vec<AtomicU64> {
    words.iter().map(|&word| AtomicU64::new(word)).collect()
}

/// Opens lane 0 of a region that nobody writes.
fn open(words: &[AtomicU64], start: Start) -> Result<LaneReader<'_, Vec<u64>>, LaneError> {
    let view = RegionView::attach(Memory::from_words(words)).unwrap();
    LaneReader::open(&view, 0, start, vec![0; 512])
}

#[test]
fn one_flipped_bit_of_a_control_hides_no_lane() {
    let lanes = [
        (Policy::Overwrite, 0, false),
        (Policy::Overwrite, 10, false),
        (Policy::Overwrite, 400, false),
        (Policy::Overwrite, 400, true),
        (Policy::Fill, 10, true),
        (Policy::Fill, 400, false),
    ];
    for (policy, attempts, close) in lanes {
        let (words, control) = written(policy, attempts, close);
        let mut refused = 0;
        for bit in 0..CONTROL * 64 {
            let mut flipped = words.clone();
            flipped[control + bit / 64] ^= 1 << (bit % 64);
            let flipped = atomics(&flipped);
            for start in [Start::Oldest, Start::Newest] {
                let Err(error) = open(&flipped, start) else { continue };
                refused += 1;
                let place = format!("{policy:?}, {attempts} attempts, word {} bit {}", bit / 64, bit % 64);
                assert!(!error.is_never_opened(), "{place}: {error}");
                // Nobody writes: no writer passes the reader.
                assert_ne!(error, LaneError::TooFast, "{place}");
                assert!(error.to_string().contains("REG-"), "{place}: names no rule: {error}");
            }
        }
        assert!(refused > 40, "{policy:?}, {attempts} attempts: only {refused} were refused");
    }
    // A lane that was never opened stays one that there is nothing to say of.
    let words = atomics(&written(Policy::Fill, 1, false).0);
    let view = RegionView::attach(Memory::from_words(&words)).unwrap();
    let error = LaneReader::open(&view, 1, Start::Oldest, vec![0; 512]).unwrap_err();
    assert!(error.is_never_opened() && error.may_pass(), "{error}");
}

#[test]
fn a_first_line_without_a_policy_is_no_lane_that_was_never_opened() {
    let (mut words, control) = written(Policy::Overwrite, 400, false);
    words[control] = 0;
    let words = atomics(&words);
    let error = open(&words, Start::Oldest).unwrap_err();
    assert_eq!(error, LaneError::HalfOpened(0));
    assert!(error.may_pass() && !error.is_never_opened());
}

/// The same happens to a reader that is on its way: it reports that something is missing.
#[test]
fn positions_that_are_damaged_while_a_reader_reads_are_a_gap() {
    for (at, change, expected) in [
        (RESERVE, 1_u64 << 40, Rule::Reserve),
        (RESERVE, 1 << 63, Rule::Reserve),
        (PUBLISH, 1 << 63, Rule::Publish),
        (PUBLISH, 4, Rule::Publish),
    ] {
        let (words, control) = written(Policy::Overwrite, 400, false);
        let words = atomics(&words);
        let mut reader = open(&words, Start::Oldest).unwrap();
        assert!(matches!(reader.next(), Next::Item(Item::Record(_))));
        words[control + at].fetch_xor(change, Relaxed);
        let mut gaps = Vec::new();
        for _ in 0..1000 {
            match reader.next() {
                Next::Item(Item::Gap(gap)) => gaps.push(gap),
                Next::Item(_) => {}
                Next::Pending | Next::Closed => break,
            }
        }
        let statement = reader.finish();
        gaps.extend(statement.gap);
        let rules = gaps.iter().filter_map(|gap| match gap.cause {
            Cause::Corrupt(corruption) => Some(corruption.rule),
            _ => None,
        });
        assert_eq!(rules.collect::<Vec<_>>(), [expected], "word {at} changed by {change:#x}: {gaps:?}");
        assert!(!statement.books.close(), "word {at} changed by {change:#x}: {}", statement.books);
    }
}
