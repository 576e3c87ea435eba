//! Attempts that become no record: each is counted, and told of.
//!
//! Spec: `spec/region.md`, REG-23 and REG-24.

use crate::clock::Clock;
use crate::drops::DropCause;
use crate::lane;
use crate::order;
use crate::sync::Ordering;
use crate::writer::{Refused, Writer};

impl<C: Clock> Writer<'_, C> {
    /// REG-23, REG-24: counts the attempt in progress as refused, and ends it.
    #[inline(always)]
    pub(crate) fn refuse(&self, cause: DropCause, ticks: u64) -> Refused {
        let index = cause.index();
        let sequence = self.next_sequence();
        let begins_run = self.drops.all_told();
        let count = self.drops.add(index, sequence, 1, [ticks; 2]);
        self.base.set(self.base.get().wrapping_add(1));
        self.control.store(lane::OFFERED, sequence.wrapping_add(1), Ordering::Relaxed);
        // PAIRS WITH: LaneReader::load_tail (relaxed loads of the counters, acquire fence), REG-37:
        // who sees this count sees every `publish` before it.
        self.control.store(lane::DROPPED + index, count, order::DROPPED.get());
        if begins_run {
            self.think_again();
        }
        self.leave();
        Refused { cause }
    }

    /// REG-23: counts an attempt made inside the one in progress.
    #[cold]
    #[inline(never)]
    pub(crate) fn refuse_nested(&self) -> Refused {
        let index = DropCause::Reentered.index();
        self.nested.add(self.clock.ticks());
        let mut count = self.reentered.count_up();
        loop {
            // PAIRS WITH: LaneReader::load_tail, as in `refuse`.
            self.control.store(lane::DROPPED + index, count, order::DROPPED.get());
            // An attempt nested in this one may have stored a larger count before that store.
            let now = self.reentered.get();
            if now == count {
                break;
            }
            count = now;
        }
        self.think_again();
        Refused { cause: DropCause::Reentered }
    }

    /// REG-23: gives nested attempts their numbers, behind the attempt that they interrupted.
    #[inline(never)]
    pub(crate) fn join_nested(&self) {
        let (count, ticks) = self.nested.take();
        if count == 0 {
            return;
        }
        let sequence = self.next_sequence();
        let _ = self.drops.add(DropCause::Reentered.index(), sequence, count, ticks);
        self.base.set(self.base.get().wrapping_add(count));
        self.control.store(lane::OFFERED, sequence.wrapping_add(count), Ordering::Relaxed);
    }
}
