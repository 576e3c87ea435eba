//! Hostile lengths: every number that a record can state of itself (REG-16, REG-18, REG-32, REG-35).

use std::sync::atomic::Ordering::Relaxed;

use abi_runtime::gap::{Cause, Corruption, Count, Rule};
use abi_runtime::layout::Policy;
use ring_tests::hazard::{BLOCK, NOTES, Note, Scene, read_to_end};

/// The largest record of a 4096-byte block (REG-18).
const LARGEST: u64 = BLOCK - 64 - 104;

/// What the law says of a record that states `size` bytes with `left` published behind its beginning.
fn broken(size: u64, left: u64) -> Option<Rule> {
    match size {
        _ if size < 16 || !size.is_multiple_of(8) || size > LARGEST => Some(Rule::RecordSize),
        _ if size > left => Some(Rule::RecordEnd),
        _ => None,
    }
}

/// All 65,536 of them, in the fifth record of a block with one behind it: what breaks a rule is told by
/// its name and place, with a count that the next block proves; what breaks none has bytes that nobody
/// else has, and the next block's number still tells that something was swallowed.
#[test]
fn every_size_that_a_record_can_state() {
    let scene = Scene::new(1, 2);
    scene.write(Policy::Fill, NOTES + 3, true);
    let place = usize::try_from(8 + 4 * Note::SIZE / 8).unwrap();
    let honest = scene.block(0)[place].load(Relaxed);
    let position = 64 + 4 * Note::SIZE;
    for size in 0..=u64::from(u16::MAX) {
        scene.block(0)[place].store(honest & !0xffff | size, Relaxed);
        let mut longest = 0;
        let told = read_to_end(&mut scene.reader(), |record| {
            assert_eq!(record.payload.len() + 16, usize::from(record.header.size), "size {size}");
            longest = longest.max(record.payload.len() as u64 + 16);
        });
        assert!(told.statement.books.close(), "size {size}: {}", told.statement.books);
        let Some(rule) = broken(size, BLOCK - position) else {
            // The bytes that it stated, all of them published; never more.
            assert_eq!(longest, size.max(Note::SIZE), "size {size}");
            let mut gaps = told.gaps.iter().chain(&told.statement.gap).peekable();
            assert_eq!(gaps.peek().is_none(), size == Note::SIZE, "size {size}");
            // Nobody overwrote anything and nobody refused anything.
            assert!(gaps.all(|gap| matches!(gap.cause, Cause::Corrupt(_))), "size {size}: {told:?}");
            continue;
        };
        let [gap] = told.gaps.as_slice() else { panic!("size {size}: {:?}", told.gaps) };
        assert_eq!(gap.cause, Cause::Corrupt(Corruption { rule, position }), "size {size}");
        assert_eq!((gap.first_sequence, gap.count), (4, Count::Exact(NOTES - 4)), "size {size}");
        let expected: Vec<u64> = (0..4).chain(NOTES..NOTES + 3).collect();
        assert_eq!(told.records, expected, "size {size}");
    }
}
