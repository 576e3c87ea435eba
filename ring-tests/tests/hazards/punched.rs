//! Punched and zeroed memory: corrupt, and never taken for empty (REG-16, REG-32, REG-35).

use std::sync::atomic::Ordering::Relaxed;

use abi_runtime::books::InFlight;
use abi_runtime::gap::{Cause, Count, Rule, Why};
use abi_runtime::layout::Policy;
use ring_tests::hazard::{BLOCK, NOTES, Note, Scene, read_to_end};

/// Zeroes words of a block of a lane of four full ones; returns the scene.
fn punched(block: usize, words: std::ops::Range<usize>, close: bool) -> Scene {
    let scene = Scene::new(1, 4);
    scene.write(Policy::Fill, 4 * NOTES, close);
    for word in &scene.block(block)[words] {
        word.store(0, Relaxed);
    }
    scene
}

/// From every word of a block to its end, and to the end of a page's half: the gap begins at the first
/// record whose header is gone, is counted exactly, and ends with the block.
#[test]
fn zeros_from_every_word_on() {
    for first in 0..512 {
        let scene = punched(1, first..512, true);
        let told = read_to_end(&mut scene.reader(), |record| {
            let ends_at = 8 + (record.sequence % NOTES + 1) * 9;
            // A payload that the zeros begin in cannot vouch for itself: that is its reader's affair.
            if record.sequence / NOTES != 1 || ends_at <= first as u64 {
                Note::expect(record);
            }
        });
        // The first record whose first word is zero; the block's own header counts as all of them.
        let lost_from = (first as u64).saturating_sub(8).div_ceil(9);
        if lost_from >= NOTES {
            assert_eq!(told.records, (0..4 * NOTES).collect::<Vec<_>>(), "word {first}");
            continue;
        }
        let [gap] = told.gaps.as_slice() else { panic!("word {first}: {:?}", told.gaps) };
        let Cause::Corrupt(corruption) = gap.cause else { panic!("word {first}: {gap}") };
        let expected = (NOTES + lost_from, Count::Exact(NOTES - lost_from));
        assert_eq!((gap.first_sequence, gap.count), expected, "word {first}");
        let (rule, at) = match first {
            0 => (Rule::BlockPosition, BLOCK),
            1 => (Rule::BlockSequence, BLOCK),
            // `used` is 0, as in the open block, and `publish` is not in the block any more.
            2..=4 => (Rule::BlockUsed, BLOCK + 64),
            _ => (Rule::RecordSize, BLOCK + 64 + lost_from * Note::SIZE),
        };
        assert_eq!((corruption.rule, corruption.position), (rule, at), "word {first}");
        assert_eq!(told.records.len() as u64, 4 * NOTES - (NOTES - lost_from), "word {first}");
        assert!(told.statement.books.close() && told.statement.read_to_end, "word {first}");
    }
}

/// Any set of blocks gone at once: each stretch is one gap, and a valid block behind it gives its count.
/// At the end there is none; a writer that closed says what it offered, one that died does not.
#[test]
fn every_set_of_punched_blocks() {
    for set in 1_u32..16 {
        for close in [true, false] {
            let scene = Scene::new(1, 4);
            scene.write(Policy::Fill, 4 * NOTES, close);
            let gone = |block: u64| set >> block & 1 == 1;
            for block in (0..4).filter(|&block| gone(block)) {
                for word in scene.block(usize::try_from(block).unwrap()) {
                    word.store(0, Relaxed);
                }
            }
            let told = read_to_end(&mut scene.reader(), Note::expect);
            let there: Vec<u64> = (0..4 * NOTES).filter(|note| !gone(note / NOTES)).collect();
            assert_eq!(told.records, there, "{set:04b}");
            let books = told.statement.books;
            if gone(3) && !close {
                let gap = told.statement.gap.expect("a gap at the end");
                assert_eq!(gap.count, Count::Unknowable { why: Why::NothingValidBehind }, "{set:04b}");
                assert_eq!(told.statement.in_flight, InFlight::AtMostOne);
                assert!(!books.close(), "{set:04b}: {books}");
            } else {
                assert!(books.close(), "{set:04b}: {books}");
                assert_eq!(books.corrupt, 4 * NOTES - there.len() as u64, "{set:04b}");
                assert_eq!(books.offered, 4 * NOTES, "{set:04b}");
            }
            assert_eq!(told.statement.gap.is_some(), gone(3), "{set:04b}");
        }
    }
}

/// A lane that was never written to is empty; one whose writer says that it wrote, and which holds zeros,
/// is corrupt.
#[test]
fn nothing_but_zeros() {
    let scene = Scene::new(1, 4);
    scene.write(Policy::Fill, 0, true);
    let told = read_to_end(&mut scene.reader(), |_| ());
    assert_eq!((told.records.len(), told.gaps.len(), told.statement.gap), (0, 0, None));

    scene.control(32).store(64, Relaxed);
    let told = read_to_end(&mut scene.reader(), |_| ());
    assert!(told.statement.gap.is_none() && told.records.is_empty(), "{told:?}");

    scene.control(32).store(64 + 24, Relaxed);
    let told = read_to_end(&mut scene.reader(), |_| ());
    let gap = told.statement.gap.expect("corrupt");
    assert!(matches!(gap.cause, Cause::Corrupt(corruption) if corruption.rule == Rule::RecordSize), "{gap}");
}
