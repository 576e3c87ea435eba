//! What a reader tells of a lane until there is nothing more to tell.

use abi_runtime::books::Statement;
use abi_runtime::gap::Gap;
use abi_runtime::item::{Item, Next, Record};
use abi_runtime::reader::LaneReader;

/// Everything that was told.
#[derive(Debug)]
pub struct Told {
    /// Sequences of the records, as they were delivered.
    pub records: Vec<u64>,
    /// The gaps before the statement's, as they were told.
    pub gaps: Vec<Gap>,
    /// The last word.
    pub statement: Statement,
}

/// Reads a lane that nobody writes any more. `see` is given every record.
///
/// The books are asked at every step (REG-40).
///
/// # Panics
///
/// If the books do not close before a gap of unknowable count, or if there is no end.
pub fn read_to_end<B: AsRef<[u64]> + AsMut<[u64]>>(
    lane: &mut LaneReader<'_, B>,
    mut see: impl FnMut(&Record<'_>),
) -> Told {
    let (mut records, mut gaps) = (Vec::new(), Vec::new());
    loop {
        let stood_at = lane.position();
        match lane.next() {
            Next::Item(Item::Record(record)) => {
                see(&record);
                records.push(record.sequence);
            }
            Next::Item(Item::Gap(gap)) => gaps.push(gap),
            Next::Item(_) => {}
            // A call looks a bounded number of times (REG-36): it may have come on and not to the end.
            Next::Pending => {
                if lane.position() == stood_at {
                    break;
                }
            }
            Next::Closed => break,
        }
        assert!(lane.books().close(), "{}", lane.books());
        assert!(records.len() < 1_000_000, "a lane of this size has no end");
    }
    Told { records, gaps, statement: lane.finish() }
}
