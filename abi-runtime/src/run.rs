//! A run of attempts that were refused one after the other.

use crate::layout::{DropCounts, Loss};
use crate::private::Private;

/// Refused attempts that no Loss record has told of yet.
#[derive(Debug)]
pub(crate) struct PendingRun {
    count: Private,
    first_sequence: Private,
    first_ticks: Private,
    last_ticks: Private,
    by_cause: [Private; DropCounts::CAUSES],
}

impl PendingRun {
    pub(crate) const fn new() -> Self {
        Self {
            count: Private::new(0),
            first_sequence: Private::new(0),
            first_ticks: Private::new(0),
            last_ticks: Private::new(0),
            by_cause: [const { Private::new(0) }; DropCounts::CAUSES],
        }
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.count.get() == 0
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.get()
    }

    pub(crate) fn first_sequence(&self) -> u64 {
        self.first_sequence.get()
    }

    /// Adds `count` attempts of one cause, the first of which has number `sequence`.
    pub(crate) fn add(&self, cause: usize, sequence: u64, count: u64, first_ticks: u64, last_ticks: u64) {
        if self.is_empty() {
            self.first_sequence.set(sequence);
            self.first_ticks.set(first_ticks);
        }
        self.count.set(self.count.get().wrapping_add(count));
        self.last_ticks.set(last_ticks);
        let by_cause = &self.by_cause[cause];
        by_cause.set(by_cause.get().wrapping_add(count));
    }

    /// Returns the record that tells of the run.
    pub(crate) fn loss(&self) -> Loss {
        Loss {
            first_sequence: self.first_sequence.get(),
            count: self.count.get(),
            first_ticks: self.first_ticks.get(),
            last_ticks: self.last_ticks.get(),
            dropped: DropCounts::from_array(core::array::from_fn(|at| self.by_cause[at].get())),
        }
    }

    /// Forgets the run: a published Loss record tells of it.
    pub(crate) fn clear(&self) {
        self.count.set(0);
        for cause in &self.by_cause {
            cause.set(0);
        }
    }
}

/// Attempts made inside the one that is in progress. They have no numbers yet: they get those
/// that follow the number of the attempt around them, once that one has ended (REG-23).
#[derive(Debug)]
pub(crate) struct NestedAttempts {
    count: Private,
    first_ticks: Private,
    last_ticks: Private,
}

impl NestedAttempts {
    pub(crate) const fn new() -> Self {
        Self { count: Private::new(0), first_ticks: Private::new(0), last_ticks: Private::new(0) }
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.count.get() == 0
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.get()
    }

    pub(crate) fn add(&self, ticks: u64) {
        if self.count.count_up() == 1 {
            self.first_ticks.set(ticks);
        }
        self.last_ticks.set(ticks);
    }

    /// Takes the attempts out: how many, and the ticks of the first and the last. None is lost,
    /// even if one more comes while they are taken; the ticks may then be those before it.
    pub(crate) fn take(&self) -> (u64, u64, u64) {
        let (first_ticks, last_ticks) = (self.first_ticks.get(), self.last_ticks.get());
        (self.count.take(), first_ticks, last_ticks)
    }
}
