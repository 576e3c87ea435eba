//! A lane that is written, and damaged, between a reader's own steps: what it loads twice is not the same.

use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;

use abi_runtime::clock::Clock;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{Ending, Policy};
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::writer::Writer;

use crate::hazard::{Note, Scene, Trap, Vast, ticking};

/// What the bytes say is done next to the lane.
struct Hands<'s, C> {
    scene: &'s Scene,
    writer: Writer<'s, C>,
    left: Cell<&'s [u8]>,
    /// The last word that was damaged, and what it was.
    damaged: Cell<Option<(usize, u64)>>,
    /// Whether every word is still the writer's own.
    honest: Cell<bool>,
}

impl<C: Clock> Hands<'_, C> {
    fn take<const N: usize>(&self) -> [u8; N] {
        let left = self.left.get();
        let mut taken = [0; N];
        let len = left.len().min(N);
        taken[..len].copy_from_slice(&left[..len]);
        self.left.set(&left[len..]);
        taken
    }

    /// One moment: operations up to the first whose highest bit is not set.
    fn act(&self) {
        while !self.left.get().is_empty() {
            let [operation] = self.take();
            self.operate(operation & 7);
            if operation & 0x80 == 0 {
                break;
            }
        }
    }

    fn operate(&self, operation: u8) {
        match operation {
            1 => {
                let [notes] = self.take();
                (0..notes).for_each(|_| {
                    let _ = self.writer.emit(&Note::of(self.writer.account().offered));
                });
            }
            2 => {
                let _ = self.writer.emit(&Vast::NEW);
            }
            3 => {
                let place = u16::from_le_bytes(self.take());
                self.damage(usize::from(place), u64::from_le_bytes(self.take()));
            }
            4 => drop(self.writer.reserve::<Note>()),
            5 => self.writer.close(),
            // It believes its own words: a driver's memory is damaged by nobody else.
            6 if self.honest.get() => {
                let _ = self.writer.reopen_for(1, "again", Ending::Closed);
            }
            7 => {
                if let Some((place, was)) = self.damaged.take() {
                    self.scene.words[place].store(was, Relaxed);
                }
            }
            _ => {}
        }
    }

    /// Stores over a word of the lane's control or of its blocks.
    fn damage(&self, place: usize, word: u64) {
        let words = &self.scene.words;
        // The lane's control and the blocks of the one lane are what the region ends with, in sections of their own.
        let section = 16384 / 8;
        let place = words.len().saturating_sub(2 * section) + place % (2 * section);
        self.damaged.set(Some((place, words[place].swap(word, Relaxed))));
        self.honest.set(false);
    }
}

/// A byte that says which lane it is, then what is done to it while it is read.
pub(super) fn live(data: &[u8]) {
    let Some((&kind, left)) = data.split_first() else { return };
    // Four blocks: one section of the region.
    let scene = Scene::new(1, 4);
    let region = scene.format();
    let policy = if kind & 1 == 0 { Policy::Overwrite } else { Policy::Fill };
    let hands = Hands {
        scene: &scene,
        writer: ticking(&region, policy),
        left: Cell::new(left),
        damaged: Cell::new(None),
        honest: Cell::new(true),
    };
    hands.act();
    let buffer = Trap::new(vec![0; 512], |_| hands.act(), |_| hands.act());
    let start = if kind & 2 == 0 { Start::Oldest } else { Start::Newest };
    let Ok(mut lane) = LaneReader::open(&scene.view(), 0, start, buffer) else {
        assert!(!hands.honest.get(), "a lane that was opened is refused");
        return;
    };
    // A call tells of a word at least, or goes on by a block; a byte may make a lane's worth of new ones.
    let most = (data.len() + 4) * 2 * scene.words.len();
    for calls in 0.. {
        assert!(calls <= most, "a lane without an end");
        let left = hands.left.get().len();
        match lane.next() {
            Next::Item(Item::Record(record)) => {
                assert_eq!(record.payload.len() + 16, usize::from(record.header.size), "REG-32");
                assert!(record.header.id != 0 && record.header.version != 0, "REG-16");
                if hands.honest.get() {
                    Note::expect(&record);
                }
            }
            Next::Item(Item::Gap(_) | Item::Opened(_)) => {}
            Next::Pending | Next::Closed if left == 0 => break,
            Next::Pending | Next::Closed => hands.act(),
        }
        assert!(lane.books().unknowable != 0 || lane.books().close(), "{}", lane.books());
    }
    let _ = (lane.tail_drops(), lane.pressure(), lane.behind(), lane.standing(0, 1));
    let books = lane.finish().books;
    assert!(books.unknowable != 0 || books.close(), "{books}");
    if hands.honest.get() {
        assert_eq!((books.unknowable, books.corrupt), (0, 0), "REG-35: {books}");
    }
}
