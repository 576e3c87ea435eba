//! The last look at a lane.
//!
//! Spec: `spec/region.md`, REG-35, REG-37 and REG-38.

use crate::books::{InFlight, Statement};
use crate::gap::{Cause, Corruption, Count, Gap, Rule, Why};
use crate::lane;
use crate::layout::DropCounts;
use crate::order;
use crate::reader::{FORWARDS, LOOKS, LaneReader};

impl<B: AsRef<[u64]> + AsMut<[u64]>> LaneReader<'_, B> {
    /// Returns how many attempts the writer has refused since the last record, if nothing else is
    /// unread; they become a gap with the next Loss record or in [`finish`](Self::finish).
    pub fn tail_drops(&self) -> Option<u64> {
        if self.corrupt.is_some() {
            return None;
        }
        self.load_tail().map(|dropped| dropped.total().wrapping_sub(self.told))
    }

    /// Returns whether this reader knows the cause of every drop that it has told: not after an overrun in
    /// which something was dropped, nor if something was dropped before it came.
    pub const fn knows_causes(&self) -> bool {
        self.told_by_cause.is_some()
    }

    /// Loads the drop counters, if the writer published nothing behind what has been read.
    fn load_tail(&self) -> Option<DropCounts> {
        let dropped =
            DropCounts::from_array(core::array::from_fn(|at| self.control.load(lane::DROPPED + at)));
        // PAIRS WITH: Writer::refuse (release store of a counter), REG-37: if any of these counts came
        // after a later `publish`, the load below sees that one.
        order::SEE_DROPPED.fence();
        (self.control.load(lane::PUBLISH) == self.position).then_some(dropped)
    }

    /// Says the last word on the lane. Call it when [`next`](Self::next) has returned `Closed`, or
    /// has returned `Pending` and the writer is known to be gone, or when leaving.
    pub fn finish(&mut self) -> Statement {
        let closed = self.is_closed();
        if self.is_stuck {
            // REG-55. A reader that looks after the writer's last store sees positions that belong together.
            self.corrupt.get_or_insert(Corruption { rule: Rule::Reserve, position: self.position });
        }
        let (gap, is_late) = match self.corrupt.take() {
            Some(corruption) => (Some(self.end_in_corruption(corruption, closed)), false),
            None => self.end_with_drops(closed),
        };
        Statement {
            gap,
            in_flight: if closed && !is_late { InFlight::Nothing } else { InFlight::AtMostOne },
            unnumbered: self.unnumbered,
            read_to_end: self.load_publish() == self.position,
            books: self.books,
        }
    }

    /// Nothing valid lies behind the corrupt bytes; a writer that closed the lane said how many
    /// attempts there were.
    fn end_in_corruption(&mut self, corruption: Corruption, closed: bool) -> Gap {
        let cause = Cause::Corrupt(corruption);
        let missing = self.control.load(lane::OFFERED).wrapping_sub(self.due);
        if closed && self.books.may_miss(missing) {
            self.books.corrupt += missing;
            return self.miss(missing, cause);
        }
        self.books.unknowable += 1;
        let count = Count::Unknowable { why: Why::NothingValidBehind };
        Gap { first_sequence: self.due, count, cause }
    }

    /// Returns the gap at the lane's end, and whether an attempt came late, on a lane that was closed, and has
    /// not been counted: it is the one in flight.
    fn end_with_drops(&mut self, closed: bool) -> (Option<Gap>, bool) {
        let Some(mut look) = self.look_at_tail() else { return (None, false) };
        for _ in 0..LOOKS {
            if !closed || look.is_consistent() {
                break;
            }
            // A refused attempt stores `offered` and its counter one after the other; between the
            // two they disagree, for a moment.
            let Some(again) = self.look_at_tail() else { return (None, false) };
            look = again;
        }
        let TailLook { mut dropped, mut count, stated } = look;
        let is_late = closed && stated == count.wrapping_add(1);
        if !self.books.may_miss(count) || closed && !look.is_consistent() && !is_late {
            let corruption = Corruption { rule: Rule::LaneAccount, position: self.position };
            self.books.unknowable += 1;
            let count = Count::Unknowable { why: Why::AccountsDisagree };
            let gap = Gap { first_sequence: self.due, count, cause: Cause::Corrupt(corruption) };
            return (Some(gap), false);
        }
        // `offered` lies behind where nothing was dropped since it was stored.
        let settled = if stated < FORWARDS { stated } else { 0 };
        self.unnumbered = 0;
        if !closed && count > settled {
            // Re-entered attempts, inside one that is in flight: their numbers come after its own.
            self.unnumbered = count - settled;
            dropped.reentered = dropped.reentered.wrapping_sub(self.unnumbered);
            count = settled;
        }
        if count == 0 {
            return (None, is_late);
        }
        let by_cause = self.told_by_cause.map(|told| dropped.since(told));
        if let Some(by_cause) = by_cause {
            self.books.by_cause = self.books.by_cause.plus(by_cause);
        }
        self.told = self.told.wrapping_add(count);
        self.told_by_cause = by_cause.map(|_| dropped);
        self.books.dropped += count;
        (Some(self.miss(count, Cause::Dropped { by_cause })), is_late)
    }

    fn look_at_tail(&self) -> Option<TailLook> {
        let dropped = self.load_tail()?;
        let count = dropped.total().wrapping_sub(self.told);
        let stated = self.control.load(lane::OFFERED).wrapping_sub(self.due);
        Some(TailLook { dropped, count, stated })
    }
}

/// What a closed lane says of the attempts behind its last record.
struct TailLook {
    dropped: DropCounts,
    /// How many were dropped, by the counters.
    count: u64,
    /// How many there were, by `offered`. Attempts nested in another one are counted before their
    /// numbers are settled, so it may be less.
    stated: u64,
}

impl TailLook {
    const fn is_consistent(&self) -> bool {
        self.stated <= self.count
    }
}
