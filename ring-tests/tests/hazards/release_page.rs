//! A release page that lies: its reader is faulty, is told so, and is ignored for good; the writer's
//! account and every other reader go on as if it had never been there (REG-46 to REG-49).

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;

use abi_runtime::drain::{DrainSlot, Standing, release_page_size};
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::reader::LaneReader;
use abi_runtime::region::{Extras, LaneConfig, Region};
use ring_tests::hazard::{AtEnd, BLOCK, NOTES, Note, Scene};

/// Blocks of the lane.
const BLOCKS: u32 = 4;
const CAPACITY: u64 = BLOCKS as u64 * BLOCK;
/// The tickets of the reader that is honest and of the one that lies.
const HONEST: u64 = 1;
const LIAR: u64 = 2;
/// A lag that is never reached.
const ANY: u64 = u64::MAX;

/// A release page of one lane.
fn page() -> Vec<AtomicU64> {
    (0..release_page_size(1) / 8).map(|_| AtomicU64::new(0)).collect()
}

/// An honest drain reader: reads everything, checks it, and releases it.
struct Honest<'s> {
    lane: LaneReader<'s, Vec<u64>>,
    page: &'s [AtomicU64],
    due: u64,
}

impl Honest<'_> {
    fn drain(&mut self) {
        while let Next::Item(item) = self.lane.next() {
            match item {
                Item::Record(record) => {
                    Note::expect(&record);
                    assert_eq!(record.sequence, self.due, "an honest reader was overrun");
                    self.due += 1;
                }
                Item::Gap(gap) => panic!("an honest reader misses something: {gap}"),
                Item::Opened(_) => panic!("nobody reopened the lane"),
            }
        }
        self.page[0].store(self.lane.position(), Relaxed);
    }
}

/// Runs a writer with an honest reader and one whose page says what `lie` makes of the writer's position
/// and the number of the attempt, from attempt `from` on. Until then that one is honest as well. Returns
/// how the liar stands at the end.
fn run(lie: impl Fn(u64, u64) -> u64, from: u64) -> Standing {
    const ATTEMPTS: u64 = 2000;
    let scene = Scene::new(1, BLOCKS);
    let (honest_page, liar_page) = (page(), page());
    let slots = [&honest_page, &liar_page].map(|page| DrainSlot::new(Memory::from_words(page)));
    let extras = Extras { drain: &slots, ..Extras::default() };
    let memory = MemoryMut::from_words(&scene.words);
    let region = Region::format_with(memory, &scene.config(), extras).unwrap();
    let attempt = Cell::new(0);
    // The clock is read at every attempt, before the writer looks at the pages: here everybody acts.
    let publish = scene.control(32);
    let clock = || {
        if attempt.get() >= from {
            liar_page[0].store(lie(publish.load(Relaxed), attempt.get()), Relaxed);
        } else {
            liar_page[0].store(publish.load(Relaxed), Relaxed);
        }
        attempt.get()
    };
    let writer = region.open_lane(0, &LaneConfig::new("drained", Policy::Drain), clock).unwrap();
    slots[0].serve(HONEST, ANY);
    slots[1].serve(LIAR, ANY);
    let mut honest = Honest { lane: scene.reader(), page: &honest_page, due: 0 };
    let mut refused = 0;
    while attempt.get() < ATTEMPTS {
        if writer.emit(&Note::of(attempt.get())).is_err() {
            // Held back: the liar says that it still needs something, which may be as true as not.
            refused += 1;
            break;
        }
        attempt.set(attempt.get() + 1);
        if attempt.get().is_multiple_of(50) {
            honest.drain();
        }
    }
    honest.drain();
    let account = writer.account();
    assert_eq!((account.offered, account.published), (attempt.get() + refused, attempt.get()));
    assert_eq!(account.dropped.full_normal, refused);
    assert_eq!(honest.due, attempt.get(), "every record came to the honest reader");
    assert_eq!(honest.lane.standing(0, HONEST), Some(Standing::Serving));
    let standing = honest.lane.standing(1, LIAR).expect("a standing that is known");
    if standing == Standing::Faulty {
        assert_eq!(refused, 0, "a faulty reader holds nobody back");
        // It is ignored for good: the truth does not help it any more, and holds nobody back either.
        for _ in 0..1000 {
            liar_page[0].store(publish.load(Relaxed), Relaxed);
            writer.emit(&Note::of(attempt.get())).unwrap();
            attempt.set(attempt.get() + 1);
            honest.drain();
        }
        assert_eq!(honest.lane.standing(1, LIAR), Some(Standing::Faulty));
    }
    standing
}

/// What a reader cannot have read, or takes back.
#[test]
fn every_kind_of_lie_is_found_out() {
    type Lie = fn(u64, u64) -> u64;
    let lies: [(&str, Lie); 12] = [
        ("a byte beyond", |publish, _| publish + 1),
        ("a record beyond", |publish, _| publish + Note::SIZE),
        ("a block beyond", |publish, _| publish + BLOCK),
        ("a lap beyond", |publish, _| publish + CAPACITY),
        ("half of all numbers beyond", |publish, _| publish.wrapping_add(1 << 63)),
        ("the largest number", |_, _| u64::MAX),
        ("a byte more than a lap behind", |publish, _| publish.wrapping_sub(CAPACITY + 1)),
        ("far behind", |publish, _| publish.wrapping_sub(1 << 62)),
        ("backwards in every other block", |publish, _| publish - publish / BLOCK % 2 * 2 * BLOCK),
        ("at the end and then at the beginning", |publish, attempt| publish * (attempt / NOTES % 2)),
        ("random", |_, attempt| attempt.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 << 60),
        ("its complement", |publish, _| !publish),
    ];
    for (name, lie) in lies {
        for from in [200, 500, 1900] {
            assert_eq!(run(lie, from), Standing::Faulty, "{name}, from attempt {from}");
        }
    }
}

/// The same by a reader whose very first word is a lie.
#[test]
fn a_first_word_that_lies_is_found_out() {
    assert_eq!(run(|publish, _| publish + 8, 0), Standing::Faulty);
    assert_eq!(run(|_, _| CAPACITY, 0), Standing::Faulty);
    assert_eq!(run(|_, _| 1 << 63, 0), Standing::Faulty);
}

/// What may be the truth of a slow reader is believed, and only holds the writer back: a lane that drains
/// refuses, and counts.
#[test]
fn a_reader_that_never_releases_is_no_liar() {
    assert_eq!(run(|_, _| 0, 0), Standing::Serving);
    assert_eq!(run(|publish, _| publish, 0), Standing::Serving);
    // Nobody asked it to be a multiple of anything.
    assert_eq!(run(|publish, _| publish.saturating_sub(13), 0), Standing::Serving);
}

/// A page that flips as fast as a thread can, between every two looks of the writer: whatever the writer
/// makes of its reader, its own account is whole, and the honest reader gets everything.
#[test]
fn a_page_that_flips_all_the_time() {
    const ATTEMPTS: u64 = 60_000;
    let scene = Scene::new(1, BLOCKS);
    let pages: Vec<Vec<AtomicU64>> = (0..8).map(|_| page()).collect();
    let slots: Vec<DrainSlot<'_>> =
        pages.iter().map(|page| DrainSlot::new(Memory::from_words(page))).collect();
    let extras = Extras { drain: &slots, ..Extras::default() };
    let memory = MemoryMut::from_words(&scene.words);
    let region = Region::format_with(memory, &scene.config(), extras).unwrap();
    let ticks = AtomicU64::new(0);
    let clock = || ticks.fetch_add(1, Relaxed);
    let writer = region.open_lane(0, &LaneConfig::new("drained", Policy::Drain), clock).unwrap();
    for (slot, ticket) in slots.iter().zip(HONEST..) {
        slot.serve(ticket, ANY);
    }
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let _at_end = AtEnd(&stop);
        let (pages, scene, stop) = (&pages, &scene, &stop);
        scope.spawn(move || {
            let mut state = 1_u64;
            while !stop.load(Relaxed) {
                let publish = scene.control(32).load(Relaxed);
                for (page, kind) in pages.iter().skip(1).zip(0_u64..) {
                    state = state.wrapping_mul(0xD6E8_FEB8_6659_FD93).wrapping_add(1);
                    page[0].store(publish.wrapping_add((state >> 33) << kind), Relaxed);
                    page[0].store(publish.wrapping_sub(state >> (60 - kind * 4)), Relaxed);
                }
            }
        });
        let mut honest = Honest { lane: scene.reader(), page: &pages[0], due: 0 };
        let (mut published, mut attempts) = (0, 0);
        while attempts < ATTEMPTS {
            // What is refused takes a number as well: only an accepted note has the one it was made for.
            attempts += 1;
            let next = writer.account();
            if next.dropped.total() != 0 {
                break;
            }
            published += u64::from(writer.emit(&Note::of(next.offered)).is_ok());
            if attempts % 40 == 0 {
                honest.drain();
            }
        }
        let account = writer.account();
        assert_eq!((account.offered, account.published), (published + account.dropped.total(), published));
        while let Next::Item(item) = honest.lane.next() {
            if let Item::Record(record) = item {
                Note::expect(&record);
                honest.due = record.sequence + 1;
            }
        }
        assert_eq!(honest.lane.books().delivered, published, "{}", honest.lane.books());
        assert_eq!(honest.lane.standing(0, HONEST), Some(Standing::Serving));
        assert!(honest.lane.books().close());
    });
}
