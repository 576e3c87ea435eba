//! Memory that changes between two loads: what was validated is what is decoded (REG-4, REG-31).

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use abi_runtime::attach::RegionView;
use abi_runtime::gap::Cause;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::memory::Memory;
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
                        assert_eq!(record.payload.len() + 16, usize::from(size));
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

/// Once it has attached, a reader never reads geometry from the region again (REG-4).
#[test]
fn the_header_is_never_looked_at_again() {
    let scene = Scene::new(1, 4);
    scene.write(Policy::Fill, 4 * NOTES, true);
    let view = scene.view();
    let buffer = || vec![0; 512];
    let mut early = LaneReader::open(&view, 0, Start::Oldest, buffer()).unwrap();
    for lie in [0, u64::MAX, 1 << 40, 0x0000_0002_0000_0001] {
        // All of the header's section: state and reserved bytes too.
        for word in &scene.words[..2048] {
            word.store(lie, Relaxed);
        }
        let mut late = LaneReader::open(&view, 0, Start::Oldest, buffer()).unwrap();
        let told = read_to_end(&mut late, Note::expect);
        assert_eq!(told.records, (0..4 * NOTES).collect::<Vec<_>>());
    }
    assert_eq!(read_to_end(&mut early, Note::expect).records.len() as u64, 4 * NOTES);
}

/// A header that flips between two, each of which is well formed: what is accepted is one of them whole,
/// never the offsets of one with the sizes of the other (REG-4).
#[test]
fn a_header_that_flips_is_taken_whole_or_not_at_all() {
    const ROUNDS: u64 = 3000;
    let scene = Scene::new(2, 2);
    scene.write(Policy::Fill, NOTES, true);
    let one: Vec<u64> = scene.snapshot()[..32].to_vec();
    // The other: one lane of twice the blocks, of another generation.
    let mut other: Vec<u8> = one.iter().flat_map(|word| word.to_le_bytes()).collect();
    for (at, value) in [(72, 9_u8), (112, 1), (124, 4), (64, 0), (65, 0), (66, 0), (67, 0)] {
        other[at] = value;
    }
    let checksum = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(&other);
    other[64..68].copy_from_slice(&checksum.to_le_bytes());
    let other: Vec<u64> =
        other.chunks(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap())).collect();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let _at_end = AtEnd(&stop);
        scope.spawn(|| {
            while !stop.load(Relaxed) {
                for header in [&other, &one] {
                    for (word, &value) in scene.words.iter().zip(header) {
                        word.store(value, Relaxed);
                    }
                }
            }
        });
        let (mut rounds, mut first, mut second, mut refused) = (0, 0, 0, 0);
        while rounds < ROUNDS || first == 0 || second == 0 {
            rounds += 1;
            assert!(rounds < 1000 * ROUNDS, "{first} and {second} taken, {refused} refused: nothing flipped");
            match RegionView::attach(Memory::from_words(&scene.words)) {
                Ok(view) => {
                    let shape = view.geometry().shape;
                    match (view.header().generation, shape.lanes, shape.blocks_per_lane) {
                        (1, 2, 2) => first += 1,
                        (9, 1, 4) => second += 1,
                        mixed => panic!("of two headers: {mixed:?}"),
                    }
                }
                Err(_) => refused += 1,
            }
        }
        println!("{first} and {second} taken, {refused} refused");
    });
}
