//! Attempts that were refused: those that a Loss record has told of, and the run that waits for one.

use crate::layout::{DropCounts, Loss};
use crate::private::Private;

/// Every refused attempt that has a number. Those behind the last published Loss record are the
/// pending run.
#[derive(Debug)]
pub(crate) struct Drops {
    /// How many there are, by cause.
    settled: [Private; DropCounts::CAUSES],
    /// How many there are.
    total: Private,
    /// How many of them published Loss records tell of, by cause.
    told: [Private; DropCounts::CAUSES],
    /// How many of them published Loss records tell of.
    told_total: Private,
    /// Of the pending run: number and ticks of its first attempt, ticks of its last.
    first_sequence: Private,
    first_ticks: Private,
    last_ticks: Private,
}

impl Drops {
    pub(crate) const fn new() -> Self {
        Self {
            settled: [const { Private::new(0) }; DropCounts::CAUSES],
            total: Private::new(0),
            told: [const { Private::new(0) }; DropCounts::CAUSES],
            told_total: Private::new(0),
            first_sequence: Private::new(0),
            first_ticks: Private::new(0),
            last_ticks: Private::new(0),
        }
    }

    /// Returns whether no run is pending.
    #[inline(always)]
    pub(crate) fn all_told(&self) -> bool {
        self.total.get() == self.told_total.get()
    }

    /// Returns how many drops published Loss records tell of.
    pub(crate) fn told(&self) -> u64 {
        self.told_total.get()
    }

    /// Returns the number of the pending run's first attempt.
    pub(crate) fn first_sequence(&self) -> u64 {
        self.first_sequence.get()
    }

    /// Returns how many attempts were refused for the cause at `cause`.
    pub(crate) fn by_cause(&self, cause: usize) -> u64 {
        self.settled[cause].get()
    }

    /// Adds `count` attempts of one cause, the first of which has number `sequence`. Returns how many of
    /// that cause there are now.
    #[inline]
    pub(crate) fn add(&self, cause: usize, sequence: u64, count: u64, ticks: [u64; 2]) -> u64 {
        let [first_ticks, last_ticks] = ticks;
        if self.all_told() {
            self.first_sequence.set(sequence);
            self.first_ticks.set(first_ticks);
        }
        self.last_ticks.set(last_ticks);
        self.total.set(self.total.get().wrapping_add(count));
        let by_cause = self.settled[cause].get().wrapping_add(count);
        self.settled[cause].set(by_cause);
        by_cause
    }

    /// Returns the record that tells of the pending run.
    pub(crate) fn loss(&self) -> Loss {
        let pending = |at: usize| self.settled[at].get().wrapping_sub(self.told[at].get());
        Loss {
            first_sequence: self.first_sequence.get(),
            count: self.total.get().wrapping_sub(self.told_total.get()),
            first_ticks: self.first_ticks.get(),
            last_ticks: self.last_ticks.get(),
            dropped: DropCounts::from_array(core::array::from_fn(pending)),
        }
    }

    /// Takes over what the lane's counters hold. What is not told of is a run that begins with attempt
    /// `due`.
    pub(crate) fn settle(&self, counts: DropCounts, due: u64) {
        for (settled, count) in self.settled.iter().zip(counts.to_array()) {
            settled.set(count);
        }
        self.total.set(counts.total());
        self.first_sequence.set(due);
    }

    /// Notes that a published Loss record tells of the pending run.
    pub(crate) fn tell(&self) {
        for (told, settled) in self.told.iter().zip(&self.settled) {
            told.set(settled.get());
        }
        self.told_total.set(self.total.get());
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
    pub(crate) fn take(&self) -> (u64, [u64; 2]) {
        let ticks = [self.first_ticks.get(), self.last_ticks.get()];
        (self.count.take(), ticks)
    }
}
