//! Memory that changes between two loads: what was validated is what is decoded (REG-31).

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use abi_runtime::gap::Cause;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::reader::{LaneReader, Start};
use ring_tests::hazard::{AtEnd, NOTES, Note, Scene, Trap, read_to_end};

/// A block is changed, header and all, at every moment between its copy and the last look at the copy.
/// The reader tells the same as if nothing had happened: it never goes back to the region for something
/// that it has seen.
#[test]
fn nothing_is_fetched_twice() {
    let scene = Scene::new(1, 4);
    scene.write(Policy::Fill, 4 * NOTES, true);
    // A size and an id of its own, nothing at all, and everything.
    for lie in [0x0001_5A5B_FFF8, 0, u64::MAX] {
        let honest = scene.snapshot();
        let damage = |copies: u64| {
            // One copy takes a whole block.
            if let Some(block) = usize::try_from(copies).unwrap().checked_sub(1) {
                scene.block(block).iter().for_each(|word| word.store(lie, Relaxed));
            }
        };
        let buffer = Trap::new(vec![0; 512], |_| (), damage);
        let mut lane = LaneReader::open(&scene.view(), 0, Start::Oldest, buffer).unwrap();
        let told = read_to_end(&mut lane, Note::expect);
        assert_eq!(told.records, (0..4 * NOTES).collect::<Vec<_>>());
        assert_eq!((told.gaps.len(), told.statement.gap, lane.torn_copies()), (0, None, 0));
        assert!(scene.block(3).iter().all(|word| word.load(Relaxed) == lie), "nothing was damaged");
        scene.restore(&honest);
    }
}

/// Somebody flips sizes, block headers and `publish` between truth and lies while a reader reads. What it
/// delivers has the length that its header states, and the header is lawful, every time.
#[test]
fn what_flips_is_seen_one_way_only() {
    const ROUNDS: u64 = 300;
    let scene = Scene::new(1, 2);
    scene.write(Policy::Fill, 2 * NOTES, true);
    let lies: Vec<_> = (0..NOTES)
        .map(|note| (usize::try_from(8 + note * Note::SIZE / 8).unwrap(), 0x0001_5A5B_0000 | (note * 1171)))
        .chain([(0, 8192), (1, 1 << 40), (3, 7), (4, 72)])
        .collect();
    let publish = scene.control(32);
    let truth = publish.load(Relaxed);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let _at_end = AtEnd(&stop);
        scope.spawn(|| {
            while !stop.load(Relaxed) {
                for (word, lie) in &lies {
                    let word = &scene.block(0)[*word];
                    let was = word.swap(*lie, Relaxed);
                    publish.store(truth - lie % 4096, Relaxed);
                    word.store(was, Relaxed);
                    publish.store(truth, Relaxed);
                }
            }
        });
        let (mut rounds, mut corrupt, mut whole) = (0, 0, 0);
        // Both are seen sooner or later, wherever the two threads run.
        while rounds < ROUNDS || corrupt == 0 || whole == 0 {
            rounds += 1;
            assert!(rounds < 1000 * ROUNDS, "{corrupt} corrupt, {whole} whole: the test saw nothing");
            let Ok(mut lane) = LaneReader::open(&scene.view(), 0, Start::Oldest, vec![0; 512]) else {
                continue;
            };
            // Bounded, for a region that flips has no end that anybody could wait for.
            for _ in 0..3 * NOTES {
                match lane.next() {
                    Next::Item(Item::Record(record)) => {
                        let size = record.header.size;
                        assert_eq!(record.payload.len() + 16, size.into());
                        assert!((16..=4096 - 168).contains(&size) && size.is_multiple_of(8), "{size}");
                        assert!(record.header.id != 0 && record.header.version != 0);
                    }
                    Next::Item(Item::Gap(gap)) => {
                        corrupt += u64::from(matches!(gap.cause, Cause::Corrupt(_)));
                    }
                    Next::Item(_) => {}
                    Next::Pending | Next::Closed => break,
                }
                assert!(lane.books().close(), "{}", lane.books());
            }
            whole += u64::from(lane.finish().books.delivered == 2 * NOTES);
        }
    });
}
