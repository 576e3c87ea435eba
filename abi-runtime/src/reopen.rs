//! A lane that gets its next writer.
//!
//! Nothing here is on the path of an attempt. Spec: `spec/region.md`, REG-52.

use abi_schema::Class;
use zerocopy::IntoBytes;

use crate::clock::Clock;
use crate::drops::DropCause;
use crate::fixed::{BETWEEN_OWNERS, first_word};
use crate::lane;
use crate::layout::{
    DropCounts, Ending, LaneOpened, LaneState, Loss, RECORD_HEADER_SIZE, RecordHeader, UNSEQUENCED,
};
use crate::memory::WORD;
use crate::order;
use crate::sync::Ordering;
use crate::words::{UNSEQUENCED_WORD, Words, word_of};
use crate::writer::{NO_BLOCK, OFFSET, Writer};
use crate::{Code, Name, TraceRecord};

impl<C: Clock> Writer<'_, C> {
    /// Opens the closed lane again, for its next owner. Returns which writer of the lane that is, counted
    /// from 1; or `None` if the lane is not closed, or is full and stays closed.
    ///
    /// A [`LanePool`](crate::pool::LanePool) does this for many lanes, and says what becomes of those who
    /// find none.
    pub fn reopen_for(&self, owner: u64, name: &str, previous: Ending) -> Option<u64> {
        if self.busy.get() != 0 || self.closed.get() == 0 {
            return None;
        }
        let incarnation = self.incarnation() + 1;
        let name = Name::new(name.as_bytes());
        let opened = LaneOpened { incarnation, owner, previous: Code::from_raw(previous as u64), name };
        self.reopen(&opened).then_some(incarnation)
    }

    /// Returns which writer of the lane this is, counted from 1.
    pub(crate) fn incarnation(&self) -> u64 {
        self.control.load(lane::INCARNATION)
    }

    /// Opens the closed lane again, for the owner and under the name that `opened` says. Returns whether
    /// there was room: a lane that is full stays closed.
    pub(crate) fn reopen(&self, opened: &LaneOpened) -> bool {
        self.enter();
        let may = self.may_hold(1, Class::Vital);
        if may {
            self.store_incarnation(opened);
            let ticks = self.clock.ticks();
            self.open_block(ticks);
            self.store_opened(opened, ticks);
        }
        self.leave();
        may
    }

    /// Stores the lane's first line anew.
    fn store_incarnation(&self, opened: &LaneOpened) {
        let policy = self.control.load(lane::POLICY) & u64::from(u32::MAX);
        let first = first_word(policy, opened.incarnation);
        self.control.store(lane::POLICY, first | BETWEEN_OWNERS, Ordering::Relaxed);
        // PAIRS WITH: load_static (acquire fence behind the copy), REG-52: who sees a word of the new
        // incarnation sees that the old one has ended.
        order::REOPEN.fence();
        self.control.store(lane::INCARNATION, opened.incarnation, Ordering::Relaxed);
        self.control.store(lane::OWNER, opened.owner, Ordering::Relaxed);
        let name = opened.name.as_bytes();
        self.control.copy_in(lane::NAME, name.len() / WORD, |at| word_of(name, at));
        // PAIRS WITH: load_static (relaxed load of policy, acquire fence), REG-12.
        order::OPEN.fence();
        self.control.store(lane::POLICY, first, Ordering::Relaxed);
    }

    /// Stores and publishes the record that says so, as the first of the block that was opened for it.
    fn store_opened(&self, opened: &LaneOpened, ticks: u64) {
        let cursor = self.cursor.get();
        let slot = self.index(cursor);
        let words = Words::<LaneOpened>::of(opened);
        self.blocks.copy_in(slot, Words::<LaneOpened>::COUNT + 2, |at| match at {
            0 => Words::<LaneOpened>::HEADER | UNSEQUENCED_WORD,
            1 => ticks,
            _ => words.word(at - 2),
        });
        self.closed.set(0);
        self.control.store(lane::STATE, LaneState::Open as u64, Ordering::Relaxed);
        let cursor = cursor + Words::<LaneOpened>::SIZE;
        self.cursor.set(cursor);
        // PAIRS WITH: LaneReader::load_publish (relaxed load, acquire fence), REG-31.
        self.publish.store(self.block.get().wrapping_add(cursor & OFFSET), order::PUBLISH.get());
        self.set_limits();
    }

    /// Closes the lane of an owner that is gone: it may have left an attempt half made, and the writer's
    /// own words in between. What readers can see decides: records that are published, drops that are
    /// counted. Who calls this answers for there being no other thread that writes the lane.
    pub fn close_for_owner(&self) {
        if self.busy.get() != 0 {
            self.settle();
            self.leave();
        }
        self.close();
    }

    fn settle(&self) {
        let Settled { block, offset, due, told, is_first } = self.published();
        if told != self.drops.told() {
            self.drops.tell();
        }
        let _ = self.nested.take();
        let mut counts =
            DropCounts::from_array(core::array::from_fn(|at| self.control.load(lane::DROPPED + at)));
        let mut next = due.wrapping_add(counts.total().wrapping_sub(told));
        if self.control.load(lane::OFFERED).wrapping_sub(next) == 1 {
            // It took its number, and died before its cause was counted.
            counts.abandoned = counts.abandoned.wrapping_add(1);
            next = next.wrapping_add(1);
            let at = lane::DROPPED + DropCause::Abandoned.index();
            // PAIRS WITH: LaneReader::load_tail, as in `refuse`.
            self.control.store(at, counts.abandoned, order::DROPPED.get());
        }
        self.drops.settle(counts, due);
        self.reentered.set(counts.reentered);
        self.block.set(block);
        self.at.set(if is_first { NO_BLOCK } else { block & (self.capacity - 1) });
        self.cursor.set(offset);
        self.base.set(next);
    }

    /// Reads the block that was published to last, as a reader would. One that was opened behind it has
    /// nothing that anybody has seen: it is opened again, by whoever needs it.
    fn published(&self) -> Settled {
        let publish = self.control.load(lane::PUBLISH);
        if publish == self.control.load(lane::START_POSITION) {
            let block = publish.wrapping_sub(self.block_size);
            let (offset, due) = (self.block_size, self.start_sequence);
            return Settled { block, offset, due, told: 0, is_first: true };
        }
        let block = publish.wrapping_sub(1) & !(self.block_size - 1);
        let slot = (block & (self.capacity - 1)) as usize / WORD;
        let load = |at: usize| self.blocks.load(slot + at);
        let (mut due, mut told) = (load(lane::FIRST_SEQUENCE), load(lane::TOLD));
        let mut at = lane::BLOCK_HEADER_WORDS;
        let end = publish.wrapping_sub(block) as usize / WORD;
        while at < end {
            let header = RecordHeader::from_words(load(at), 0);
            if header.flags & UNSEQUENCED == 0 {
                due = due.wrapping_add(1);
            } else if header.id == Loss::SCHEMA.id {
                let count = load(at + lane::LOSS_COUNT);
                (due, told) = (due.wrapping_add(count), told.wrapping_add(count));
            }
            at += usize::from(header.size).max(RECORD_HEADER_SIZE as usize) / WORD;
        }
        Settled { block, offset: (at * WORD) as u64, due, told, is_first: false }
    }
}

/// What a lane's own bytes say of its last writer.
struct Settled {
    /// Position of the block that was published to last.
    block: u64,
    /// Offset in it up to which it is published.
    offset: u64,
    /// The number that is due behind its last record.
    due: u64,
    /// Drops that Loss records up to there tell of.
    told: u64,
    /// Whether nothing was published yet: no block is open, and the one before the first would end here.
    is_first: bool,
}
