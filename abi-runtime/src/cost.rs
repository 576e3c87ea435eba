//! What observing costs, sampled by the one who pays.
//!
//! Spec: `spec/region.md`, REG-50.

use crate::clock::Clock;
use crate::lane;
use crate::memory::MemoryMut;
use crate::private::Private;
use crate::sync::Ordering;

/// A writer's sample: one attempt of each block, timed from its reading of the clock until its record is
/// published.
#[derive(Debug)]
pub(crate) struct Sampling {
    /// 1 if the next attempt is to be timed.
    due: Private,
    ticks: Private,
    samples: Private,
}

impl Sampling {
    pub(crate) const fn new() -> Self {
        Self { due: Private::new(0), ticks: Private::new(0), samples: Private::new(0) }
    }

    /// Asks for a sample of the block that has just been opened, if the clock tells time.
    pub(crate) fn begin<C: Clock>(&self) {
        self.due.set(u64::from(C::TELLS_TIME));
    }

    pub(crate) fn is_due(&self) -> bool {
        self.due.get() != 0
    }

    /// Takes a sample.
    pub(crate) fn add(&self, ticks: u64) {
        self.due.set(0);
        self.ticks.set(self.ticks.get().wrapping_add(ticks));
        self.samples.set(self.samples.get().wrapping_add(1));
    }

    /// Returns how long the samples took.
    pub(crate) fn ticks(&self) -> u64 {
        self.ticks.get()
    }

    /// Returns how many samples there are.
    pub(crate) fn samples(&self) -> u64 {
        self.samples.get()
    }

    /// Tells readers.
    pub(crate) fn store(&self, control: &MemoryMut<'_>) {
        if self.samples.get() != 0 {
            control.store(lane::COST_TICKS, self.ticks.get(), Ordering::Relaxed);
            control.store(lane::COST_SAMPLES, self.samples.get(), Ordering::Relaxed);
        }
    }
}
