//! Readers that a lane waits for.
//!
//! Each has a release page, the only shared memory that a reader stores to, and a slot in the driver's
//! own memory that says whether somebody is there. What a page holds is a hint of somebody who may be
//! hostile: one load, one comparison, no address.
//!
//! Spec: `spec/region.md`, REG-46 to REG-48.

use crate::lane;
use crate::layout::{DRAIN_READERS, RELEASE_LINE_SIZE};
use crate::memory::{Memory, MemoryMut, WORD};
use crate::order;
use crate::private::Private;
use crate::reader::FORWARDS;
use crate::sync::{AtomicU64, Ordering};

/// Words of one lane's line in a release page.
const LINE_WORDS: usize = RELEASE_LINE_SIZE as usize / WORD;

/// How a drain reader stands with a lane's writer: the last byte of its word in the lane's control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody is there.
    Free = 0,
    /// The writer waits for it.
    Serving = 1,
    /// It released what it cannot have read, or took a release back: it is ignored for good.
    Faulty = 2,
    /// It was further behind than agreed, or the driver gave it up: it can be overrun now.
    Evicted = 3,
    /// It said that it leaves, or died.
    Left = 4,
}

impl Standing {
    /// Reads the last byte of a word; `None` if no version up to this one stores it.
    pub(crate) const fn of(word: u64) -> Option<Self> {
        Some(match word & 0xff {
            0 => Self::Free,
            1 => Self::Serving,
            2 => Self::Faulty,
            3 => Self::Evicted,
            4 => Self::Left,
            _ => return None,
        })
    }
}

/// Returns the bytes of a release page of a region with so many lanes.
pub const fn release_page_size(lanes: u32) -> u64 {
    lanes as u64 * RELEASE_LINE_SIZE
}

/// A place for one drain reader, in the driver's own memory: no reader sees it.
#[derive(Debug)]
pub struct DrainSlot<'m> {
    page: Memory<'m>,
    /// Ticket x 256 + a `Standing`.
    word: AtomicU64,
    lag: AtomicU64,
}

impl<'m> DrainSlot<'m> {
    /// Makes a free slot over a release page, which readers may store to at any time.
    #[cfg(not(loom))]
    pub const fn new(page: Memory<'m>) -> Self {
        Self { page, word: AtomicU64::new(Standing::Free as u64), lag: AtomicU64::new(u64::MAX) }
    }

    /// As in every build: loom's words are not made in constants.
    #[cfg(loom)]
    pub(crate) fn new(page: Memory<'m>) -> Self {
        Self { page, word: AtomicU64::new(Standing::Free as u64), lag: AtomicU64::new(u64::MAX) }
    }

    /// Lets the reader with this ticket drain. It has stored its first positions to the page. The writers
    /// wait for it, until it is more than `lag` bytes behind one: then that one gives it up.
    ///
    /// A ticket is a number that the slot has not had before, below 2^56.
    pub fn serve(&self, ticket: u64, lag: u64) {
        self.lag.store(lag, Ordering::Relaxed);
        // PAIRS WITH: DrainLane::look (acquire load): who sees the ticket sees its lag.
        self.word.store(ticket << 8 | Standing::Serving as u64, order::SERVE.get());
    }

    /// Lets nobody wait for the slot's reader any more.
    pub fn dismiss(&self, standing: Standing) {
        let ticket = self.word.load(Ordering::Relaxed) >> 8;
        self.word.store(ticket << 8 | standing as u64, Ordering::Relaxed);
    }

    /// Returns the bytes of the page.
    pub(crate) const fn page_size(&self) -> u64 {
        self.page.len()
    }
}

/// A release page in the hands of its reader.
#[derive(Debug)]
pub struct ReleasePage<'m> {
    page: MemoryMut<'m>,
}

impl<'m> ReleasePage<'m> {
    /// Takes the page: the only shared memory that a reader stores to.
    pub const fn new(page: MemoryMut<'m>) -> Self {
        Self { page }
    }

    /// Lets the writer of lane `lane` reuse what lies before `position`, which is
    /// [`LaneReader::position`](crate::reader::LaneReader::position) once everything taken has been dealt
    /// with (REG-49). Returns whether the page has a line for that lane.
    pub fn release(&self, lane: u32, position: u64) -> bool {
        let at = lane as usize * LINE_WORDS;
        let has_line = ((at + LINE_WORDS) * WORD) as u64 <= self.page.as_reader().len();
        if has_line {
            // Relaxed: it is a hint. The reader has validated its copies, and believes nothing more for it.
            self.page.store(at, position, Ordering::Relaxed);
        }
        has_line
    }
}

/// Returns whether a reader's first word, which is not within the lane, is one that an honest reader leaves
/// there: it has stated nothing yet, or the writer was faster than the request to serve it.
#[cold]
const fn is_old(hint: u64, behind: u64) -> bool {
    hint == 0 || behind < FORWARDS
}

/// How one writer holds the drain readers.
#[derive(Debug)]
pub(crate) struct DrainLane<'m> {
    slots: &'m [DrainSlot<'m>],
    /// Index of the lane's line in every page.
    line: usize,
    /// The slot's word as the writer has it: `Serving` may have become something else.
    held: [Private; DRAIN_READERS],
    /// Position up to which each reader has released.
    released: [Private; DRAIN_READERS],
}

impl<'m> DrainLane<'m> {
    /// The readers of lane `lane`, of which there may be none.
    pub(crate) const fn new(slots: &'m [DrainSlot<'m>], lane: u32) -> Self {
        Self {
            slots,
            line: lane as usize * LINE_WORDS,
            held: [const { Private::new(0) }; DRAIN_READERS],
            released: [const { Private::new(0) }; DRAIN_READERS],
        }
    }

    /// Looks once at every reader, tells those that are given up, and returns the position up to which
    /// all others have released: `released` if there are none, and never before it.
    pub(crate) fn look(&self, control: &MemoryMut<'_>, released: u64, publish: u64, capacity: u64) -> u64 {
        let mut least = None;
        for (at, slot) in self.slots.iter().enumerate() {
            // PAIRS WITH: DrainSlot::serve (release store).
            let word = slot.word.load(order::SEE_SERVE.get());
            let is_new = word >> 8 != self.held[at].get() >> 8;
            let was_serving = self.held[at].get() & 0xff == Standing::Serving as u64;
            let mut standing = word & 0xff;
            if !is_new && !was_serving {
                // Eviction is final, and so is a fault.
                continue;
            }
            let hint = slot.page.load(self.line);
            if standing == Standing::Serving as u64 {
                let behind = publish.wrapping_sub(hint);
                let most = if is_new { capacity } else { publish.wrapping_sub(self.released[at].get()) };
                if behind > most {
                    if is_new && is_old(hint, behind) || slot.word.load(Ordering::Relaxed) != word {
                        // It is asked anew at the next look: see REG-48.
                        continue;
                    }
                    standing = Standing::Faulty as u64;
                } else if behind > slot.lag.load(Ordering::Relaxed) {
                    standing = Standing::Evicted as u64;
                } else {
                    self.released[at].set(hint);
                    least = Some(least.map_or(behind, |least: u64| least.max(behind)));
                }
            }
            let word = word & !0xff | standing;
            if word != self.held[at].get() {
                self.held[at].set(word);
                // Before the `reserve` of any block that the reader might have kept: see REG-48.
                control.store(lane::DRAIN + at, word, Ordering::Relaxed);
            }
        }
        let Some(behind) = least else { return released };
        let least = publish.wrapping_sub(behind);
        // A reader that came late may have begun before what others had released.
        if publish.wrapping_sub(least) < publish.wrapping_sub(released) { least } else { released }
    }
}
