//! The one writer of a lane.
//!
//! Spec: `spec/region.md`, "Writing". The C writer, `testimony/writer.h`, takes the same steps in
//! the same order; a test compares the bytes.

use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;
use core::sync::atomic::compiler_fence;

use abi_schema::Class;
use zerocopy::IntoBytes;

use crate::TraceRecord;
use crate::clock::Clock;
use crate::drops::DropCause;
use crate::geometry::Shape;
use crate::lane;
use crate::layout::{
    BLOCK_HEADER_SIZE, BlockHeader, DropCounts, LOSS_SIZE, LaneState, Loss, Policy, RECORD_HEADER_SIZE,
};
use crate::memory::{MemoryMut, WORD};
use crate::order;
use crate::private::Private;
use crate::reservation::Reservation;
use crate::run::{NestedAttempts, PendingRun};
use crate::sync::Ordering;
use crate::words::{UNSEQUENCED_WORD, Words, word_of};

/// Words of a record header.
const HEADER_WORDS: usize = RECORD_HEADER_SIZE as usize / WORD;

/// Writes the records of one lane.
///
/// A lane has one writer: it can be moved to the thread that will use it, but neither shared nor
/// cloned. Its methods take `&self` so that a signal handler or a callback that gets hold of the
/// writer while an attempt is in progress is refused and counted, instead of being undefined.
///
/// An attempt allocates nothing, locks nothing, makes no system call and formats nothing. When a
/// lane is full its policy decides; a refused attempt is counted by cause and costs no more than
/// a record.
#[derive(Debug)]
pub struct Writer<'m, C> {
    control: MemoryMut<'m>,
    blocks: MemoryMut<'m>,
    clock: C,
    policy: Policy,
    block_size: u64,
    capacity: u64,
    max_record: u64,
    start_position: u64,
    start_sequence: u64,
    /// 1 while an attempt is in progress.
    busy: Private,
    /// 1 once the lane has been closed by `close`.
    closed: Private,
    /// Number of the next attempt.
    sequence: Private,
    /// Position of the next record.
    position: Private,
    /// Position at which the open block ends; where the next one begins.
    block_end: Private,
    /// What the lane's drop counters hold.
    dropped: [Private; DropCounts::CAUSES],
    /// Drops that published Loss records tell of.
    told: Private,
    pending: PendingRun,
    nested: NestedAttempts,
    not_sync: PhantomData<Cell<()>>,
}

/// An attempt was refused; it has been counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub cause: DropCause,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the record was refused and counted: {}", self.cause)
    }
}

impl core::error::Error for Refused {}

/// How a writer begins: what `Region::open_lane` has stored in the lane's control.
pub(crate) struct Beginning {
    pub(crate) policy: Policy,
    pub(crate) shape: Shape,
    pub(crate) position: u64,
    pub(crate) sequence: u64,
}

/// An attempt that has found its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Where the record goes.
    pub(crate) position: u64,
    /// When the attempt was made.
    pub(crate) ticks: u64,
    /// Number of the attempt.
    pub(crate) sequence: u64,
    /// Whether a Loss record stands before the place, which tells of the pending run.
    pub(crate) after_loss: bool,
}

impl<'m, C: Clock> Writer<'m, C> {
    pub(crate) fn new(
        control: MemoryMut<'m>,
        blocks: MemoryMut<'m>,
        clock: C,
        beginning: &Beginning,
    ) -> Self {
        Self {
            control,
            blocks,
            clock,
            policy: beginning.policy,
            block_size: u64::from(beginning.shape.block_size),
            capacity: beginning.shape.capacity(),
            max_record: beginning.shape.max_record(),
            start_position: beginning.position,
            start_sequence: beginning.sequence,
            busy: Private::new(0),
            closed: Private::new(0),
            sequence: Private::new(beginning.sequence),
            position: Private::new(beginning.position),
            // No block is open: nothing fits, and the first block begins here.
            block_end: Private::new(beginning.position),
            dropped: [const { Private::new(0) }; DropCounts::CAUSES],
            told: Private::new(0),
            pending: PendingRun::new(),
            nested: NestedAttempts::new(),
            not_sync: PhantomData,
        }
    }

    /// Records one observation.
    ///
    /// # Errors
    ///
    /// The attempt was refused, for the cause given. It has taken a sequence number and has been
    /// counted; readers will be told.
    #[inline]
    pub fn emit<R: TraceRecord>(&self, record: &R) -> Result<(), Refused> {
        let words = Words::<R>::of(record);
        let place = self.begin(Words::<R>::SIZE, Words::<R>::CLASS)?;
        self.store_record::<R>(place, |at| words.word(at));
        self.commit(place, Words::<R>::SIZE);
        Ok(())
    }

    /// Takes a place for a record whose values are not all known yet: the attempt gets its number
    /// and its ticks now, and is visible to readers only after [`Reservation::commit`].
    ///
    /// Until then every other attempt on this lane is refused as re-entered. A reservation that
    /// is dropped is an attempt refused as abandoned.
    ///
    /// # Errors
    ///
    /// As for [`emit`](Self::emit).
    pub fn reserve<R: TraceRecord>(&self) -> Result<Reservation<'_, 'm, C, R>, Refused> {
        let place = self.begin(Words::<R>::SIZE, Words::<R>::CLASS)?;
        self.store_record::<R>(place, |_| 0);
        Ok(Reservation::new(self, place))
    }

    /// Stores the header and the payload words of a record of type `R`.
    #[inline(always)]
    fn store_record<R: TraceRecord>(&self, place: Place, payload: impl Fn(usize) -> u64) {
        let slot = self.index(place.position);
        self.blocks.copy_in(slot, HEADER_WORDS + Words::<R>::COUNT, |at| match at {
            0 => Words::<R>::HEADER,
            1 => place.ticks,
            _ => payload(at - HEADER_WORDS),
        });
    }

    /// Closes the lane: says that this was all. Later attempts are refused and counted.
    ///
    /// Dropping a writer without closing it says nothing, as when its process dies.
    pub fn close(&self) {
        if self.busy.get() != 0 || self.closed.get() != 0 {
            return;
        }
        // A signal handler's attempt in the middle of this is a nested one.
        self.busy.set(1);
        compiler_fence(Ordering::SeqCst);
        self.join_nested();
        self.store_used();
        self.closed.set(1);
        // Nothing fits any more: every later attempt takes the slow path, and is refused there.
        self.block_end.set(self.position.get());
        self.control.store(lane::OFFERED, self.sequence.get(), Ordering::Relaxed);
        // PAIRS WITH: LaneReader::is_closed (relaxed load of state, acquire fence), REG-25: who sees
        // the lane closed sees everything that was published in it.
        self.control.store(lane::STATE, LaneState::Closed as u64, order::CLOSE.get());
        self.join_nested();
        compiler_fence(Ordering::SeqCst);
        self.busy.set(0);
    }

    /// Returns the writer's own account: attempts so far, and how many of them were dropped.
    ///
    /// `offered = published + dropped.total()`, always; an attempt in progress is in none of them.
    pub fn account(&self) -> WriterAccount {
        let dropped = DropCounts::from_array(core::array::from_fn(|at| self.dropped[at].get()));
        let in_progress = self.busy.get();
        let offered = self
            .sequence
            .get()
            .wrapping_add(self.nested.count())
            .wrapping_sub(self.start_sequence)
            .wrapping_sub(in_progress);
        WriterAccount { offered, published: offered.wrapping_sub(dropped.total()), dropped }
    }

    /// REG-20, steps 1 to 4, and the Loss record of step 5.
    #[inline(always)]
    fn begin(&self, size: u64, class: Class) -> Result<Place, Refused> {
        if self.busy.get() != 0 {
            return Err(self.refuse_nested());
        }
        self.busy.set(1);
        compiler_fence(Ordering::SeqCst);
        if !self.nested.is_empty() {
            self.join_nested();
        }
        let sequence = self.sequence.get();
        self.sequence.set(sequence.wrapping_add(1));
        let ticks = self.clock.ticks();
        let position = self.position.get();
        let room = self.block_end.get().wrapping_sub(position);
        if size > self.max_record || size > room || !self.pending.is_empty() {
            return self.begin_slowly(size, class, sequence, ticks);
        }
        Ok(Place { position, ticks, sequence, after_loss: false })
    }

    #[cold]
    #[inline(never)]
    fn begin_slowly(&self, size: u64, class: Class, sequence: u64, ticks: u64) -> Result<Place, Refused> {
        if self.closed.get() != 0 {
            return Err(self.refuse(DropCause::Closed, sequence, ticks));
        }
        if size > self.max_record {
            return Err(self.refuse(DropCause::TooBig, sequence, ticks));
        }
        let after_loss = !self.pending.is_empty();
        let need = if after_loss { size + LOSS_SIZE } else { size };
        let next = self.block_end.get();
        if need > next.wrapping_sub(self.position.get()) {
            let blocks_end = next.wrapping_add(self.block_size).wrapping_sub(self.start_position);
            if self.policy == Policy::Fill && blocks_end > self.capacity {
                return Err(self.refuse(DropCause::Full(class), sequence, ticks));
            }
            self.open_block(next, sequence, ticks);
        }
        let position = self.position.get();
        if after_loss {
            self.store_loss(position, ticks);
            return Ok(Place { position: position.wrapping_add(LOSS_SIZE), ticks, sequence, after_loss });
        }
        Ok(Place { position, ticks, sequence, after_loss })
    }

    /// REG-20, step 6: makes what was stored at `place` visible.
    #[inline(always)]
    pub(crate) fn commit(&self, place: Place, size: u64) {
        let end = place.position.wrapping_add(size);
        self.position.set(end);
        // PAIRS WITH: LaneReader::refill (relaxed load of publish, acquire fence), REG-31: who sees
        // this position sees every word stored below it.
        self.control.store(lane::PUBLISH, end, order::PUBLISH.get());
        if place.after_loss {
            self.told.set(self.told.get().wrapping_add(self.pending.count()));
            self.pending.clear();
        }
        compiler_fence(Ordering::SeqCst);
        self.busy.set(0);
    }

    /// REG-22: the attempt at `place` will not be published.
    pub(crate) fn abandon(&self, place: Place) {
        // The position was never moved, so what was stored there is simply stored over.
        let _ = self.refuse(DropCause::Abandoned, place.sequence, place.ticks);
    }

    /// REG-21.
    fn open_block(&self, position: u64, sequence: u64, ticks: u64) {
        if self.store_used() {
            self.control.store(lane::OFFERED, sequence, Ordering::Relaxed);
        }
        // PAIRS WITH: LaneReader::refill (acquire fence, relaxed load of reserve), REG-31: a reader
        // whose copy holds a word stored behind this fence sees this `reserve`, or a later one.
        self.control.store(lane::RESERVE, position.wrapping_add(self.block_size), Ordering::Relaxed);
        order::RESERVE.fence();
        let first_sequence = if self.pending.is_empty() { sequence } else { self.pending.first_sequence() };
        let header = BlockHeader {
            position,
            first_sequence,
            first_ticks: ticks,
            dropped: self.told.get(),
            used: 0,
            checksum: 0,
            _reserved: [0; 24],
        };
        let bytes = header.as_bytes();
        self.blocks.copy_in(self.index(position), lane::BLOCK_HEADER_WORDS, |at| word_of(bytes, at));
        self.block_end.set(position.wrapping_add(self.block_size));
        self.position.set(position.wrapping_add(BLOCK_HEADER_SIZE));
    }

    /// Stores how much of the open block is used. Returns whether one is open.
    fn store_used(&self) -> bool {
        let block_end = self.block_end.get();
        let open = block_end != self.start_position;
        if open {
            let block = block_end.wrapping_sub(self.block_size);
            let used = self.position.get().wrapping_sub(block);
            self.blocks.store(self.index(block) + lane::USED, used, Ordering::Relaxed);
        }
        open
    }

    /// REG-19.
    fn store_loss(&self, position: u64, ticks: u64) {
        let loss = self.pending.loss();
        let words = Words::<Loss>::of(&loss);
        let slot = self.index(position);
        let header = Words::<Loss>::HEADER | UNSEQUENCED_WORD;
        self.blocks.copy_in(slot, 2, |at| if at == 0 { header } else { ticks });
        self.blocks.copy_in(slot + 2, Words::<Loss>::COUNT, |at| words.word(at));
    }

    /// REG-23, REG-24: counts the attempt in progress as refused, and ends it.
    fn refuse(&self, cause: DropCause, sequence: u64, ticks: u64) -> Refused {
        let index = cause.index();
        self.pending.add(index, sequence, 1, ticks, ticks);
        self.control.store(lane::OFFERED, sequence.wrapping_add(1), Ordering::Relaxed);
        let count = self.dropped[index].get().wrapping_add(1);
        self.dropped[index].set(count);
        // PAIRS WITH: LaneReader::tail_drops (relaxed loads of the counters, acquire fence), REG-37:
        // who sees this count sees every `publish` before it.
        self.control.store(lane::DROPPED + index, count, order::DROPPED.get());
        compiler_fence(Ordering::SeqCst);
        self.busy.set(0);
        Refused { cause }
    }

    /// REG-23: counts an attempt made inside the one in progress.
    #[cold]
    #[inline(never)]
    fn refuse_nested(&self) -> Refused {
        let index = DropCause::Reentered.index();
        self.nested.add(self.clock.ticks());
        let mut count = self.dropped[index].count_up();
        loop {
            // PAIRS WITH: LaneReader::tail_drops, as in `refuse`.
            self.control.store(lane::DROPPED + index, count, order::DROPPED.get());
            // An attempt nested in this one may have stored a larger count before that store.
            let now = self.dropped[index].get();
            if now == count {
                return Refused { cause: DropCause::Reentered };
            }
            count = now;
        }
    }

    /// REG-23: gives nested attempts their numbers, behind the attempt that they interrupted.
    #[cold]
    #[inline(never)]
    fn join_nested(&self) {
        let (count, first_ticks, last_ticks) = self.nested.take();
        if count == 0 {
            return;
        }
        let sequence = self.sequence.get();
        self.pending.add(DropCause::Reentered.index(), sequence, count, first_ticks, last_ticks);
        self.sequence.set(sequence.wrapping_add(count));
        self.control.store(lane::OFFERED, sequence.wrapping_add(count), Ordering::Relaxed);
    }

    /// Stores word `at` of the payload at `place`.
    pub(crate) fn store_payload(&self, place: Place, at: usize, value: u64) {
        let slot = self.index(place.position) + HEADER_WORDS;
        self.blocks.store(slot + at, value, Ordering::Relaxed);
    }

    /// Returns the index of the word at `position`.
    #[inline(always)]
    fn index(&self, position: u64) -> usize {
        // Cannot truncate: `capacity` bytes are mapped, so their indexes are addressable.
        (position & (self.capacity - 1)) as usize / WORD
    }
}

/// What a writer knows of its own attempts, without looking at the lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterAccount {
    /// Attempts so far.
    pub offered: u64,
    /// Attempts that became records.
    pub published: u64,
    /// Attempts that were refused, by cause.
    pub dropped: DropCounts,
}
