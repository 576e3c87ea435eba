//! The reader of a lane: without authority, and without trust.
//!
//! Spec: `spec/region.md`, "Reading". The reader stores nothing. What it loads is a claim; it
//! decodes only from private copies that it has validated.

use zerocopy::IntoBytes;

use crate::TraceCode;
use crate::WireType;
use crate::attach::RegionView;
use crate::books::Books;
use crate::decode::Taken;
use crate::drain::Standing;
use crate::fixed::load_static;
use crate::gap::{Cause, Corruption, Count, Gap, Rule};
use crate::geometry::Shape;
use crate::item::{Item, Next};
use crate::lane;
pub use crate::lane_error::LaneError;
use crate::layout::{
    BLOCK_HEADER_SIZE, BlockHeader, DRAIN_READERS, DropCounts, LaneControl, LaneOpened, LaneState,
    LaneStatic, Pressure,
};
use crate::memory::{Memory, WORD};
use crate::order;
pub use crate::start::Start;

/// Words of one copy, if records are not larger: what fits a first-level cache beside the region's own.
const COPY_WORDS: usize = 2048;

/// How often one call looks again when the writer passes it in the middle of a look.
pub(crate) const LOOKS: usize = 64;

/// The largest step that is believed to be forwards: half of the numbers.
pub(crate) const FORWARDS: u64 = 1 << 63;

/// Reads one lane through a buffer of the caller's.
///
/// The buffer holds private copies; a block's size serves best, and less than the largest record
/// is refused. Memory is constant whatever the lane holds. There is no way to read that hides gaps.
#[derive(Debug)]
pub struct LaneReader<'m, B> {
    pub(crate) control: Memory<'m>,
    pub(crate) blocks: Memory<'m>,
    lane: u32,
    pub(crate) fixed: LaneStatic,
    pub(crate) block_size: u64,
    pub(crate) capacity: u64,
    pub(crate) max_record: u64,
    pub(crate) buffer: B,
    /// Words of the buffer that are still to be decoded.
    pub(crate) filled: core::ops::Range<usize>,
    /// Position up to which the copied block is known to hold records.
    pub(crate) limit: u64,
    /// Position of the next record, or, at a multiple of the block size, of the next block's header.
    pub(crate) position: u64,
    /// Sequence of the next attempt.
    pub(crate) due: u64,
    /// Drops that are accounted for, as the lane counts them.
    pub(crate) told: u64,
    /// Drops by cause, as far as they are known since the lane began; `None` once some are not.
    pub(crate) told_by_cause: Option<DropCounts>,
    /// The first thing that was wrong, while no valid block has been found behind it.
    pub(crate) corrupt: Option<Corruption>,
    /// Ticks of the attempt that opened the first block that was read.
    pub(crate) first_ticks: Option<u64>,
    pub(crate) last_ticks: u64,
    /// Ticks and number of the attempts that were sampled before the block at hand.
    pub(crate) cost: (u64, u64),
    /// Whether the block at hand counts as overwritten, no other one can be read, and no position moved while
    /// the reader looked for one.
    pub(crate) is_stuck: bool,
    /// Copies that were thrown away because the writer may have lapped them.
    torn_copies: u64,
    /// Re-entered attempts that had no numbers yet at the last look.
    pub(crate) unnumbered: u64,
    pub(crate) books: Books,
}

/// What decoding found, as indexes, so that the buffer stays ours until the item is made.
pub(crate) enum Found {
    Record(Taken),
    Opened(LaneOpened),
    Gap(Gap),
    Again,
    Pending,
    Closed,
}

/// What a look without taking found.
pub(crate) enum Peeked {
    /// A record with these ticks lies next.
    Record(u64),
    Opened(LaneOpened),
    Gap(Gap),
    Pending,
    Closed,
}

impl<'m, B: AsRef<[u64]> + AsMut<[u64]>> LaneReader<'m, B> {
    /// Begins to read lane `lane`.
    ///
    /// # Errors
    ///
    /// See [`LaneError`].
    pub fn open(region: &RegionView<'m>, lane: u32, start: Start, buffer: B) -> Result<Self, LaneError> {
        let geometry = region.geometry();
        let no_such_lane = LaneError::NoSuchLane { lane, lanes: region.lanes() };
        if lane >= region.lanes() {
            return Err(no_such_lane);
        }
        let shape = geometry.shape;
        let have = buffer.as_ref().len() as u64;
        let need = shape.max_record() / WORD as u64;
        if have < need {
            return Err(LaneError::BufferTooSmall { need, have });
        }
        let window = |offset, len| region.memory().window(offset, len).ok_or(no_such_lane);
        let control = window(geometry.control_offset(lane), size_of::<LaneControl>() as u64)?;
        let blocks = window(geometry.lane_offset(lane), shape.capacity())?;
        Self::over(control, blocks, shape, lane, start, buffer)
    }

    /// Begins to read a lane whose control and blocks have been found.
    pub(crate) fn over(
        control: Memory<'m>,
        blocks: Memory<'m>,
        shape: Shape,
        lane: u32,
        start: Start,
        buffer: B,
    ) -> Result<Self, LaneError> {
        let fixed = load_static(&control, lane)?;
        let block_size = u64::from(shape.block_size);
        if fixed.start_position % block_size != 0 {
            return Err(LaneError::Control(lane));
        }
        let mut reader = Self {
            control,
            blocks,
            lane,
            fixed,
            block_size,
            capacity: shape.capacity(),
            max_record: shape.max_record(),
            buffer,
            filled: 0..0,
            limit: fixed.start_position,
            position: fixed.start_position,
            due: fixed.start_sequence,
            told: 0,
            told_by_cause: Some(DropCounts::default()),
            corrupt: None,
            first_ticks: None,
            last_ticks: 0,
            cost: (0, 0),
            is_stuck: false,
            torn_copies: 0,
            unnumbered: 0,
            books: Books::default(),
        };
        reader.begin(lane, start)?;
        Ok(reader)
    }

    /// Returns what does not change while a writer has the lane.
    pub const fn fixed(&self) -> &LaneStatic {
        &self.fixed
    }

    /// Copies anew what does not change while a writer has the lane: another writer may have it by now.
    ///
    /// # Errors
    ///
    /// The line cannot be copied whole, or is damaged: see [`LaneError`].
    pub fn fixed_now(&self) -> Result<LaneStatic, LaneError> {
        load_static(&self.control, self.lane)
    }

    /// Returns the words of a buffer that holds all that one copy of a lane of this shape takes: more are not used.
    pub const fn buffer_words(shape: Shape) -> usize {
        let (block, record) = (shape.block_size as usize / WORD, shape.max_record() as usize / WORD);
        let copy = if record > COPY_WORDS { record } else { COPY_WORDS };
        if block < copy { block } else { copy }
    }

    /// Returns how full the lane was when its writer last said so; `None` if this version does not know
    /// the level.
    pub fn pressure(&self) -> Option<Pressure> {
        Pressure::from_raw(self.control.load(lane::PRESSURE))
    }

    /// Returns what the writer's sampled attempts have cost so far: ticks, and how many they were (REG-50).
    pub fn sampled_cost(&self) -> (u64, u64) {
        (self.control.load(lane::COST_TICKS), self.control.load(lane::COST_SAMPLES))
    }

    /// Returns the same as the stream has it: what was sampled before the block at hand. For whoever reads a
    /// lane whose control is of another time.
    pub const fn cost_in_stream(&self) -> (u64, u64) {
        self.cost
    }

    /// Returns how the lane's writer holds the drain reader of slot `slot` with this ticket (REG-48).
    /// `Free` until the writer has looked at it; `None` for a standing that this version does not know.
    pub fn standing(&self, slot: usize, ticket: u64) -> Option<Standing> {
        let word = if slot < DRAIN_READERS { self.control.load(lane::DRAIN + slot) } else { 0 };
        if word >> 8 == ticket { Standing::of(word) } else { Some(Standing::Free) }
    }

    /// Returns the position up to which everything has been delivered: what a drain reader releases.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Returns how many bytes the writer had published that have not been delivered yet.
    pub fn behind(&self) -> u64 {
        self.load_publish().wrapping_sub(self.position)
    }

    /// Returns the books as they are now.
    pub const fn books(&self) -> &Books {
        &self.books
    }

    /// Returns how many copies were thrown away because the writer may have lapped them.
    pub const fn torn_copies(&self) -> u64 {
        self.torn_copies
    }

    /// Returns the next thing there is to say.
    ///
    /// One call looks at the region a bounded number of times and never waits.
    #[allow(clippy::should_implement_trait, reason = "an item borrows the reader's buffer")]
    #[inline]
    pub fn next(&mut self) -> Next<'_> {
        match self.take_record() {
            Some(taken) => self.item(taken),
            None => self.look(),
        }
    }

    /// As `next`, when no whole record lies in the private copy.
    #[inline(never)]
    fn look(&mut self) -> Next<'_> {
        let mut found = Found::Again;
        for _ in 0..LOOKS {
            found = if self.filled.is_empty() { self.refill() } else { self.decode() };
            if !matches!(found, Found::Again) {
                break;
            }
        }
        match found {
            Found::Record(taken) => self.item(taken),
            Found::Opened(opened) => Next::Item(Item::Opened(opened)),
            Found::Gap(gap) => Next::Item(Item::Gap(gap)),
            Found::Again | Found::Pending => Next::Pending,
            Found::Closed => Next::Closed,
        }
    }

    /// Looks for the next record without taking it. What else there is to say is taken, and returned.
    pub(crate) fn peek(&mut self) -> Peeked {
        for _ in 0..LOOKS {
            if let Some(ticks) = self.next_ticks() {
                return Peeked::Record(ticks);
            }
            match if self.filled.is_empty() { self.refill() } else { self.decode() } {
                Found::Opened(opened) => return Peeked::Opened(opened),
                Found::Gap(gap) => return Peeked::Gap(gap),
                Found::Pending => return Peeked::Pending,
                Found::Closed => return Peeked::Closed,
                // A record is found by its ticks first.
                Found::Again | Found::Record(_) => {}
            }
        }
        Peeked::Pending
    }

    /// Accounts for `count` attempts that are missing from the one that is due.
    pub(crate) fn miss(&mut self, count: u64, cause: Cause) -> Gap {
        let first_sequence = self.due;
        self.due = self.due.wrapping_add(count);
        self.books.offered += count;
        Gap { first_sequence, count: Count::Exact(count), cause }
    }

    /// REG-35: takes nothing more from the block at hand.
    pub(crate) fn give_up_block(&mut self, rule: Rule, position: u64) -> Found {
        self.corrupt.get_or_insert(Corruption { rule, position });
        self.filled = 0..0;
        self.position = self.block_at(position).wrapping_add(self.block_size);
        Found::Again
    }

    /// REG-31: copies what is new, or says that nothing is.
    fn refill(&mut self) -> Found {
        let closed = self.is_closed();
        let publish = self.load_publish();
        let ahead = publish.wrapping_sub(self.position);
        if ahead == 0 || ahead >= FORWARDS {
            if ahead != 0 && self.corrupt.is_none() {
                self.corrupt = Some(Corruption { rule: Rule::Publish, position: self.position });
                self.position = self.block_at(self.position).wrapping_add(self.block_size);
            }
            return if closed { Found::Closed } else { Found::Pending };
        }
        let block = self.block_at(self.position);
        if self.is_overwritten(block) {
            return self.resume();
        }
        if block == self.position {
            return match self.copy_block_header(block) {
                None => self.resume(),
                Some(header) => self.enter_block(block, &header),
            };
        }
        self.copy_records(block, publish)
    }

    /// Copies records of the block at hand, as many as there are and fit the buffer.
    fn copy_records(&mut self, block: u64, publish: u64) -> Found {
        let published = publish.wrapping_sub(block);
        let from = self.position.wrapping_sub(block);
        let end = if published <= self.block_size {
            published
        } else {
            let used = self.blocks.load(self.index(block) + lane::USED) & u64::from(u32::MAX);
            if self.is_overwritten(block) {
                return self.resume();
            }
            if used < from || used > self.block_size || !used.is_multiple_of(WORD as u64) {
                return self.give_up_block(Rule::BlockUsed, self.position);
            }
            used
        };
        if end == from {
            self.position = block.wrapping_add(self.block_size);
            return Found::Again;
        }
        let at = self.index(self.position);
        let words = end.saturating_sub(from) as usize / WORD;
        if words == 0 {
            return self.give_up_block(Rule::Publish, self.position);
        }
        let buffer = self.buffer.as_mut();
        let most = COPY_WORDS.max(self.max_record as usize / WORD);
        let words = words.min(buffer.len()).min(most);
        self.blocks.copy_out(at, &mut buffer[..words]);
        if self.is_overwritten(block) {
            self.torn_copies += 1;
            return self.resume();
        }
        self.limit = block.wrapping_add(end);
        self.filled = 0..words;
        Found::Again
    }

    /// Takes a block's header for the next one, or for the one where reading resumes (REG-32).
    pub(crate) fn enter_block(&mut self, block: u64, header: &BlockHeader) -> Found {
        let missing = header.first_sequence.wrapping_sub(self.due);
        let dropped = header.dropped.wrapping_sub(self.told);
        let expected = self.corrupt.is_some() || self.is_behind(block);
        let rule = if header.position != block {
            Some(Rule::BlockPosition)
        } else if !self.books.may_miss(missing) || missing != 0 && !expected {
            Some(Rule::BlockSequence)
        } else if dropped > missing {
            Some(Rule::BlockDrops)
        } else {
            None
        };
        if let Some(rule) = rule {
            return self.give_up_block(rule, block);
        }
        self.position = block.wrapping_add(BLOCK_HEADER_SIZE);
        self.filled = 0..0;
        self.is_stuck = false;
        self.told = header.dropped;
        let _ = self.first_ticks.get_or_insert(header.first_ticks);
        self.cost = (header.cost_ticks, header.cost_samples);
        let cause = match self.corrupt.take() {
            Some(corruption) => {
                self.books.corrupt += missing - dropped;
                Cause::Corrupt(corruption)
            }
            None if missing == 0 => return Found::Again,
            None => {
                self.books.overwritten += missing - dropped;
                Cause::Overrun { overwritten: missing - dropped, dropped }
            }
        };
        if dropped != 0 {
            self.told_by_cause = None;
        }
        self.books.dropped += dropped;
        Found::Gap(self.miss(missing, cause))
    }

    /// Returns whether reading has not come to `block` block by block.
    fn is_behind(&self, block: u64) -> bool {
        self.position != block
    }

    /// Copies the header of `block`, or returns `None` if it may be torn.
    pub(crate) fn copy_block_header(&self, block: u64) -> Option<BlockHeader> {
        let mut words = [0; lane::BLOCK_HEADER_WORDS];
        self.blocks.copy_out(self.index(block), &mut words);
        (!self.is_overwritten(block)).then(|| BlockHeader::read_wire(words.as_bytes()))
    }

    /// Returns whether the writer may have begun to rewrite `block`: asked after every copy.
    fn is_overwritten(&self, block: u64) -> bool {
        // PAIRS WITH: Writer::open_block (release fence), REG-31: if any word of the copy made
        // before this fence was stored for a later lap, the load below sees that lap's `reserve`.
        order::SEE_RESERVE.fence();
        self.control.load(lane::RESERVE).wrapping_sub(block) > self.capacity
    }

    pub(crate) fn load_publish(&self) -> u64 {
        let publish = self.control.load(lane::PUBLISH);
        // PAIRS WITH: Writer::commit (release store of publish), REG-31: everything below `publish` is
        // visible to the loads behind this fence.
        order::SEE_PUBLISH.fence();
        publish
    }

    /// Returns whether the writer has closed the lane.
    pub fn is_closed(&self) -> bool {
        let state = self.control.load(lane::STATE);
        // PAIRS WITH: Writer::close_entered (release store of state), REG-25.
        order::SEE_CLOSE.fence();
        state == LaneState::Closed as u64
    }

    pub(crate) fn block_at(&self, position: u64) -> u64 {
        position & !(self.block_size - 1)
    }

    /// The first block that begins at `position` or behind it: a driver that lies may store any
    /// number where a multiple of the block size belongs.
    pub(crate) fn block_from(&self, position: u64) -> u64 {
        self.block_at(position.wrapping_add(self.block_size - 1))
    }

    fn index(&self, position: u64) -> usize {
        // Cannot truncate: the lane's bytes are mapped, so their indexes are addressable.
        (position & (self.capacity - 1)) as usize / WORD
    }
}
