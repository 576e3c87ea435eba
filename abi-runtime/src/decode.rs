//! Records from a reader's private copy: validated, then believed.
//!
//! Spec: `spec/region.md`, REG-15, REG-19, REG-32, REG-33 and REG-52.

use zerocopy::IntoBytes;

use crate::gap::{Cause, Rule};
use crate::item::{Item, Next, Record};
use crate::layout::{LaneOpened, Loss, RECORD_HEADER_SIZE, RecordHeader, UNSEQUENCED};
use crate::memory::WORD;
use crate::reader::{Found, LaneReader};
use crate::{RecordView, TraceRecord, View};

/// Words of a record header.
const HEADER_WORDS: usize = RECORD_HEADER_SIZE as usize / WORD;

/// A record that was taken, as indexes, so that the buffer stays ours until the item is made.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    header: RecordHeader,
    /// Index of the payload's first word in the buffer, and of the word behind its last.
    first: usize,
    end: usize,
    ticks_backwards: bool,
}

impl<B: AsRef<[u64]> + AsMut<[u64]>> LaneReader<'_, B> {
    /// Takes the next record out of the private copy, if it lies there whole and breaks no rule. Whatever
    /// else lies there is left to `decode`, which says what it is.
    #[inline(always)]
    pub(crate) fn take_record(&mut self) -> Option<Taken> {
        let header = self.whole_record()?;
        let start = self.filled.start;
        let words = usize::from(header.size) / WORD;
        let ticks_backwards = header.ticks < self.last_ticks;
        self.last_ticks = header.ticks;
        self.take(words);
        self.due = self.due.wrapping_add(1);
        self.books.offered += 1;
        self.books.delivered += 1;
        self.books.ticks_backwards += u64::from(ticks_backwards);
        Some(Taken { header, first: start + HEADER_WORDS, end: start + words, ticks_backwards })
    }

    /// Returns the header of the record that lies next in the private copy, whole and breaking no rule.
    #[inline(always)]
    fn whole_record(&self) -> Option<RecordHeader> {
        let copy = self.buffer.as_ref().get(self.filled.start..self.filled.end)?;
        let &[first, ticks, ..] = copy else { return None };
        let header = RecordHeader::from_words(first, ticks);
        let sequenced = header.flags & UNSEQUENCED == 0;
        // What was copied lies below what was published: a record that ends in the copy ends in time.
        let ends = usize::from(header.size) / WORD <= copy.len();
        (sequenced && ends && !self.breaks(&header)).then_some(header)
    }

    /// Returns the ticks of the record that `next` will deliver, if one lies in the private copy.
    pub(crate) fn next_ticks(&self) -> Option<u64> {
        self.whole_record().map(|header| header.ticks)
    }

    /// Makes the item of a record that was just taken. Its number is what came before (REG-33); whether
    /// anybody here knows its id does not matter (REG-39).
    #[inline(always)]
    pub(crate) fn item(&self, taken: Taken) -> Next<'_> {
        let Taken { header, first, end, ticks_backwards } = taken;
        let payload = self.buffer.as_ref().get(first..end).unwrap_or_default().as_bytes();
        let sequence = self.due.wrapping_sub(1);
        Next::Item(Item::Record(Record { sequence, header, payload, ticks_backwards }))
    }

    /// Says what lies next in the private copy.
    pub(crate) fn decode(&mut self) -> Found {
        if let Some(taken) = self.take_record() {
            return Found::Record(taken);
        }
        let copy = self.buffer.as_ref().get(self.filled.clone()).unwrap_or_default();
        let [first, rest @ ..] = copy else {
            self.filled = 0..0;
            return Found::Again;
        };
        let header = RecordHeader::from_words(*first, rest.first().copied().unwrap_or(0));
        if let Some(rule) = self.broken_rule(&header) {
            return self.give_up_block(rule, self.position);
        }
        if usize::from(header.size) / WORD > copy.len() {
            // The copy ended in the middle of a record: copy again, from its beginning.
            self.filled = 0..0;
            return Found::Again;
        }
        self.decode_instrument(&header)
    }

    /// Returns whether a record of this header breaks a rule of REG-15 or REG-32, its end aside.
    #[inline(always)]
    fn breaks(&self, header: &RecordHeader) -> bool {
        let size = u64::from(header.size);
        let impossible = size < RECORD_HEADER_SIZE || size % WORD as u64 != 0 || size > self.max_record;
        impossible || header.id == 0 || header.version == 0
    }

    /// Names the rule of REG-15 and REG-32 that a record breaks.
    fn broken_rule(&self, header: &RecordHeader) -> Option<Rule> {
        let size = u64::from(header.size);
        if size < RECORD_HEADER_SIZE || size % WORD as u64 != 0 || size > self.max_record {
            Some(Rule::RecordSize)
        } else if size > self.limit.wrapping_sub(self.position) {
            Some(Rule::RecordEnd)
        } else if header.id == 0 {
            Some(Rule::RecordId)
        } else if header.version == 0 {
            Some(Rule::RecordVersion)
        } else {
            None
        }
    }

    /// Reads an instrument's own record of which the copy holds all.
    fn view_of<R: TraceRecord>(&self, header: &RecordHeader) -> Option<View<'_, R>> {
        let first = self.filled.start + HEADER_WORDS;
        let end = self.filled.start + usize::from(header.size) / WORD;
        let payload = self.buffer.as_ref().get(first..end).unwrap_or_default().as_bytes();
        View::<R>::from_parts(payload, header.version).ok()
    }

    /// An instrument's own record: a Loss, a new incarnation, or one that only a newer reader knows.
    fn decode_instrument(&mut self, header: &RecordHeader) -> Found {
        let words = usize::from(header.size) / WORD;
        if header.id == Loss::SCHEMA.id {
            let Some(Ok(loss)) = self.view_of::<Loss>(header).map(Loss::try_from) else {
                return self.give_up_block(Rule::Loss, self.position);
            };
            return self.decode_loss(words, &loss);
        }
        let opened = (header.id == LaneOpened::SCHEMA.id)
            .then(|| self.view_of::<LaneOpened>(header).and_then(|view| LaneOpened::try_from(view).ok()));
        self.take(words);
        match opened.flatten() {
            Some(opened) => Found::Opened(opened),
            None => Found::Again,
        }
    }

    /// REG-19.
    fn decode_loss(&mut self, words: usize, loss: &Loss) -> Found {
        let adds_up = loss.dropped.total() == loss.count
            && loss.dropped.to_array().iter().all(|&count| count <= loss.count);
        if loss.first_sequence != self.due || loss.count == 0 || !self.books.may_miss(loss.count) || !adds_up
        {
            return self.give_up_block(Rule::Loss, self.position);
        }
        self.take(words);
        self.told = self.told.wrapping_add(loss.count);
        self.told_by_cause = self.told_by_cause.map(|told| told.plus(loss.dropped));
        self.books.by_cause = self.books.by_cause.plus(loss.dropped);
        self.books.dropped += loss.count;
        Found::Gap(self.miss(loss.count, Cause::Dropped { by_cause: Some(loss.dropped) }))
    }

    /// Moves past `words` words of the copy.
    #[inline(always)]
    fn take(&mut self, words: usize) {
        self.position = self.position.wrapping_add((words * WORD) as u64);
        self.filled.start += words;
    }
}
