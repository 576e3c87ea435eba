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
use crate::cost::Sampling;
use crate::drain::DrainLane;
use crate::drops::DropCause;
use crate::geometry::Shape;
use crate::lane;
use crate::layout::{
    BLOCK_HEADER_SIZE, BLOCK_SIZES, BlockHeader, DropCounts, LOSS_SIZE, LaneState, Loss, Policy, Pressure,
    RECORD_HEADER_SIZE,
};
use crate::memory::{MemoryMut, WORD, WordMut};
use crate::order;
use crate::private::Private;
use crate::reservation::Reservation;
use crate::run::{Drops, NestedAttempts};
use crate::sync::Ordering;
use crate::words::{UNSEQUENCED_WORD, Words, word_of};

/// Words of a record header.
const HEADER_WORDS: usize = RECORD_HEADER_SIZE as usize / WORD;
/// The part of a cursor that is an offset in the open block: a block has at most 2^20 bytes.
pub(crate) const OFFSET: u64 = u32::MAX as u64;
/// What lanes of every shape take: most records are smaller, and the compiler knows it.
const LEAST_MAX_RECORD: u64 =
    Shape { lanes: 1, block_size: *BLOCK_SIZES.start(), blocks_per_lane: 2 }.max_record();
/// One record, as a cursor counts it.
const ONE: u64 = OFFSET + 1;
/// The part of a cursor that counts records: a block has less than 2^16.
const COUNT: u64 = !OFFSET & !(SLOWLY | TELL | TIME);
/// Of the cursor of an attempt, never of the writer's own: the attempt took more than the usual steps.
const SLOWLY: u64 = 1 << 63;
/// With `SLOWLY`: a Loss record stands before the record, which tells of the pending run.
const TELL: u64 = 1 << 62;
/// With `SLOWLY`: the attempt is timed.
const TIME: u64 = 1 << 61;
/// Where the open block lies for a writer that has not opened one yet.
pub(crate) const NO_BLOCK: u64 = u64::MAX;

/// Writes the records of one lane.
///
/// A lane has one writer: it can be moved to the thread that will use it, but neither shared nor
/// cloned. Its methods take `&self` so that a signal handler or a callback that gets hold of the
/// writer while an attempt is in progress is refused and counted, instead of being undefined.
///
/// An attempt allocates nothing, locks nothing, makes no system call and formats nothing. When a
/// lane is full its policy decides; a refused attempt is counted by cause and costs no more than
/// a record.
///
/// Most attempts touch four words of this struct: the flag, the cursor, the limit of their class and
/// where the open block lies. Whatever else may have to be done (a block is to be opened, a Loss record
/// to be stored, an attempt to be timed, the lane is closed) sets the limits to 0, and so is found by
/// the one comparison that every attempt makes.
#[derive(Debug)]
pub struct Writer<'m, C> {
    pub(crate) control: MemoryMut<'m>,
    /// The lane's word `publish`.
    pub(crate) publish: WordMut<'m>,
    pub(crate) blocks: MemoryMut<'m>,
    pub(crate) clock: C,
    pub(crate) policy: Policy,
    pub(crate) block_size: u64,
    /// The block size is 2 to the power of this.
    pub(crate) block_bits: u32,
    pub(crate) capacity: u64,
    pub(crate) max_record: u64,
    pub(crate) start_sequence: u64,
    /// Blocks that each class may fill.
    pub(crate) allowed: [u64; 3],
    /// 1 while an attempt is in progress.
    pub(crate) busy: Private,
    /// Of the open block: records counted since `base`, and the offset of the next one.
    pub(crate) cursor: Private,
    /// Offset up to which the open block takes records of each class without further thought.
    pub(crate) limits: [Private; 3],
    /// Position of the open block.
    pub(crate) block: Private,
    /// Where the open block lies in the lane's bytes.
    pub(crate) at: Private,
    /// Number of the attempt that the cursor counts as 0.
    pub(crate) base: Private,
    /// 1 once the lane has been closed by `close`.
    pub(crate) closed: Private,
    /// Position up to which blocks may be reused: where the lane began, or what was drained.
    pub(crate) released: Private,
    /// How full the lane was at the last look.
    pub(crate) pressure: Private,
    pub(crate) drops: Drops,
    pub(crate) nested: NestedAttempts,
    /// What the lane's counter of re-entered attempts holds: those without a number yet are in it.
    pub(crate) reentered: Private,
    pub(crate) drain: DrainLane<'m>,
    pub(crate) sampling: Sampling,
    pub(crate) not_sync: PhantomData<Cell<()>>,
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
pub(crate) struct Beginning<'m> {
    pub(crate) policy: Policy,
    pub(crate) shape: Shape,
    pub(crate) position: u64,
    pub(crate) sequence: u64,
    /// Blocks that each class may fill.
    pub(crate) allowed: [u64; 3],
    pub(crate) drain: DrainLane<'m>,
}

/// An attempt that has found its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The writer's cursor, moved to where the record goes, and what is to be done once it is published.
    cursor: u64,
    /// When the attempt was made.
    pub(crate) ticks: u64,
}

impl<'m, C: Clock> Writer<'m, C> {
    pub(crate) fn new(
        control: MemoryMut<'m>,
        blocks: MemoryMut<'m>,
        clock: C,
        beginning: Beginning<'m>,
    ) -> Self {
        let block_size = u64::from(beginning.shape.block_size);
        Self {
            publish: control.word(lane::PUBLISH),
            control,
            blocks,
            clock,
            policy: beginning.policy,
            block_size,
            block_bits: beginning.shape.block_size.trailing_zeros(),
            capacity: beginning.shape.capacity(),
            max_record: beginning.shape.max_record(),
            start_sequence: beginning.sequence,
            allowed: beginning.allowed,
            busy: Private::new(0),
            // No block is open: nothing fits, and the first block begins where one before it would end.
            cursor: Private::new(block_size),
            limits: [const { Private::new(0) }; 3],
            block: Private::new(beginning.position.wrapping_sub(block_size)),
            at: Private::new(NO_BLOCK),
            base: Private::new(beginning.sequence),
            closed: Private::new(0),
            released: Private::new(beginning.position),
            pressure: Private::new(Pressure::Calm as u64),
            drops: Drops::new(),
            nested: NestedAttempts::new(),
            reentered: Private::new(0),
            drain: beginning.drain,
            sampling: Sampling::new(),
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
        let mut place = self.begin(Words::<R>::SIZE, Words::<R>::CLASS)?;
        // How long the caller takes to fill it is not what a record costs.
        place.cursor &= !TIME;
        self.store_record::<R>(place, |_| 0);
        Ok(Reservation::new(self, place))
    }

    /// Closes the lane: says that this was all. Later attempts are refused and counted.
    ///
    /// Dropping a writer without closing it says nothing, as when its process dies.
    pub fn close(&self) {
        if self.busy.get() != 0 || self.closed.get() != 0 {
            return;
        }
        // A signal handler's attempt in the middle of this is a nested one.
        self.enter();
        self.close_entered();
        self.leave();
    }

    /// REG-25, with the lane's flag set.
    fn close_entered(&self) {
        self.join_nested();
        self.store_used();
        self.closed.set(1);
        self.set_limits();
        self.control.store(lane::OFFERED, self.next_sequence(), Ordering::Relaxed);
        // PAIRS WITH: LaneReader::is_closed (relaxed load of state, acquire fence), REG-25: who sees
        // the lane closed sees everything that was published in it.
        self.control.store(lane::STATE, LaneState::Closed as u64, order::CLOSE.get());
        self.join_nested();
    }

    /// Returns the writer's own account: attempts so far, and how many of them were dropped.
    ///
    /// `offered = published + dropped.total()`, always; an attempt in progress is in none of them.
    pub fn account(&self) -> WriterAccount {
        let mut dropped = DropCounts::from_array(core::array::from_fn(|at| self.drops.by_cause(at)));
        dropped.reentered = self.reentered.get();
        let settled = self.next_sequence().wrapping_sub(self.start_sequence);
        let offered = settled.wrapping_add(self.nested.count());
        WriterAccount { offered, published: offered.wrapping_sub(dropped.total()), dropped }
    }

    /// Takes the lane for an attempt.
    #[inline(always)]
    pub(crate) fn enter(&self) {
        self.busy.set(1);
        compiler_fence(Ordering::SeqCst);
    }

    /// Gives the lane back.
    #[inline(always)]
    pub(crate) fn leave(&self) {
        compiler_fence(Ordering::SeqCst);
        self.busy.set(0);
    }

    /// Returns the number of the next attempt, or of the one in progress.
    pub(crate) fn next_sequence(&self) -> u64 {
        self.base.get().wrapping_add(self.cursor.get() / ONE)
    }

    /// Returns the number of the attempt at `place`, which is in progress.
    pub(crate) fn sequence_of(&self, place: Place) -> u64 {
        self.base.get().wrapping_add((place.cursor & COUNT) / ONE)
    }

    /// REG-20, steps 1 to 4, and the Loss record of step 5.
    #[inline(always)]
    fn begin(&self, size: u64, class: Class) -> Result<Place, Refused> {
        if self.busy.get() != 0 {
            return Err(self.refuse_nested());
        }
        self.enter();
        let ticks = self.clock.ticks();
        let mut cursor = self.cursor.get();
        let too_big = size > LEAST_MAX_RECORD && size > self.max_record;
        if too_big || (cursor & OFFSET) + size > self.limits[class as usize].get() {
            cursor = self.begin_slowly(size, class, ticks)?;
        }
        Ok(Place { cursor, ticks })
    }

    /// As `begin`, for an attempt that its limit has stopped. Returns its cursor.
    ///
    /// A lane that is full refuses attempt after attempt here: what is rarer stands in functions of its own.
    #[cold]
    #[inline(never)]
    fn begin_slowly(&self, size: u64, class: Class, ticks: u64) -> Result<u64, Refused> {
        if !self.nested.is_empty() {
            self.join_nested();
        }
        if self.closed.get() != 0 {
            return Err(self.refuse(DropCause::Closed, ticks));
        }
        if size > self.max_record {
            return Err(self.refuse(DropCause::TooBig, ticks));
        }
        let need = if self.drops.all_told() { size } else { size + LOSS_SIZE };
        let opens = need > self.block_size - (self.cursor.get() & OFFSET);
        if !self.may_hold(u64::from(opens), class) {
            return Err(self.refuse(DropCause::Full(class), ticks));
        }
        Ok(self.make_way(opens, ticks))
    }

    /// Opens a block if the attempt `opens` one, and stores the pending Loss record. Returns the attempt's
    /// cursor.
    #[inline(never)]
    fn make_way(&self, opens: bool, ticks: u64) -> u64 {
        let time = self.sampling.is_due();
        if opens {
            self.open_block(ticks);
        }
        let mut cursor = self.cursor.get() | SLOWLY;
        if !self.drops.all_told() {
            self.store_loss(self.index(cursor), ticks);
            cursor = (cursor + LOSS_SIZE) | TELL;
        }
        if time { cursor | TIME } else { cursor }
    }

    /// Stores the header and the payload words of a record of type `R`.
    #[inline(always)]
    fn store_record<R: TraceRecord>(&self, place: Place, payload: impl Fn(usize) -> u64) {
        self.blocks.copy_in(self.index(place.cursor), HEADER_WORDS + Words::<R>::COUNT, |at| match at {
            0 => Words::<R>::HEADER,
            1 => place.ticks,
            _ => payload(at - HEADER_WORDS),
        });
    }

    /// REG-20, step 6: makes what was stored at `place` visible.
    #[inline(always)]
    pub(crate) fn commit(&self, place: Place, size: u64) {
        let end = self.block.get().wrapping_add((place.cursor & OFFSET) + size);
        self.cursor.set(place.cursor + size + ONE);
        // PAIRS WITH: LaneReader::load_publish (relaxed load, acquire fence), REG-31: who sees
        // this position sees every word stored below it.
        self.publish.store(end, order::PUBLISH.get());
        if place.cursor & SLOWLY != 0 {
            self.commit_slowly(place);
        }
        self.leave();
    }

    #[cold]
    #[inline(never)]
    fn commit_slowly(&self, place: Place) {
        self.cursor.set(self.cursor.get() & (COUNT | OFFSET));
        if place.cursor & TELL != 0 {
            self.drops.tell();
        }
        if place.cursor & TIME != 0 {
            self.sampling.add(self.clock.ticks().wrapping_sub(place.ticks));
        }
        self.set_limits();
    }

    /// Says of each class whether the open block takes its records without further thought.
    pub(crate) fn set_limits(&self) {
        let held = self.block.get().wrapping_add(self.block_size).wrapping_sub(self.released.get());
        let think = self.closed.get() != 0 || !self.drops.all_told() || self.sampling.is_due();
        for (limit, &allowed) in self.limits.iter().zip(&self.allowed) {
            let fits = self.policy == Policy::Overwrite || held >> self.block_bits <= allowed;
            limit.set(if think || !fits { 0 } else { self.block_size });
        }
        compiler_fence(Ordering::SeqCst);
        // A nested attempt sets the limits to 0 itself; one before these stores was undone by them.
        if !self.nested.is_empty() {
            self.think_again();
        }
    }

    /// Sends every attempt the slow way.
    pub(crate) fn think_again(&self) {
        for limit in &self.limits {
            limit.set(0);
        }
    }

    /// REG-22: the attempt at `place` will not be published.
    pub(crate) fn abandon(&self, place: Place) {
        // The cursor was never moved, so what was stored there is simply stored over.
        let _ = self.refuse(DropCause::Abandoned, place.ticks);
    }

    /// REG-21.
    pub(crate) fn open_block(&self, ticks: u64) {
        let sequence = self.next_sequence();
        if self.store_used() {
            self.control.store(lane::OFFERED, sequence, Ordering::Relaxed);
        }
        let position = self.block.get().wrapping_add(self.block_size);
        // PAIRS WITH: LaneReader::is_overwritten (acquire fence, relaxed load of reserve), REG-31: a reader
        // whose copy holds a word stored behind this fence sees this `reserve`, or a later one.
        self.control.store(lane::RESERVE, position.wrapping_add(self.block_size), Ordering::Relaxed);
        order::RESERVE.fence();
        let header = BlockHeader {
            position,
            first_sequence: if self.drops.all_told() { sequence } else { self.drops.first_sequence() },
            first_ticks: ticks,
            dropped: self.drops.told(),
            used: 0,
            checksum: 0,
            cost_ticks: self.sampling.ticks(),
            cost_samples: self.sampling.samples(),
            _reserved: [0; 8],
        };
        self.at.set(position & (self.capacity - 1));
        self.block.set(position);
        self.base.set(sequence);
        self.cursor.set(BLOCK_HEADER_SIZE);
        let bytes = header.as_bytes();
        self.blocks.copy_in(self.index(0), lane::BLOCK_HEADER_WORDS, |at| word_of(bytes, at));
        self.sampling.begin::<C>();
    }

    /// Stores how much of the open block is used, and what sampled attempts have cost. Returns whether a
    /// block is open.
    fn store_used(&self) -> bool {
        let open = self.at.get() != NO_BLOCK;
        if open {
            let used = self.cursor.get() & OFFSET;
            self.blocks.store(self.index(0) + lane::USED, used, Ordering::Relaxed);
            self.sampling.store(&self.control);
        }
        open
    }

    /// REG-19.
    fn store_loss(&self, slot: usize, ticks: u64) {
        let loss = self.drops.loss();
        let words = Words::<Loss>::of(&loss);
        let header = Words::<Loss>::HEADER | UNSEQUENCED_WORD;
        self.blocks.copy_in(slot, HEADER_WORDS, |at| if at == 0 { header } else { ticks });
        self.blocks.copy_in(slot + HEADER_WORDS, Words::<Loss>::COUNT, |at| words.word(at));
    }

    /// Stores word `at` of the payload at `place`.
    pub(crate) fn store_payload(&self, place: Place, at: usize, value: u64) {
        self.blocks.store(self.index(place.cursor) + HEADER_WORDS + at, value, Ordering::Relaxed);
    }

    /// Returns the index of the word at `cursor`.
    #[inline(always)]
    pub(crate) fn index(&self, cursor: u64) -> usize {
        // Cannot truncate: the lane's bytes are mapped, so their indexes are addressable.
        ((self.at.get() + (cursor & OFFSET)) / WORD as u64) as usize
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
