//! A word of the writer's own state.

use core::sync::atomic::{AtomicU64, Ordering};

/// A word that only one thread uses, at times from a signal handler on that thread.
///
/// A plain load and a plain store on every target: it is atomic only so that a nested attempt
/// cannot tear it or be hidden from the compiler.
#[derive(Debug)]
pub(crate) struct Private(AtomicU64);

impl Private {
    pub(crate) const fn new(value: u64) -> Self {
        Self(AtomicU64::new(value))
    }

    #[inline(always)]
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub(crate) fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// Adds one in a single step and returns the new value: for nested attempts, which may
    /// themselves be interrupted by one.
    pub(crate) fn count_up(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// Sets the word to 0 in a single step and returns what it was.
    pub(crate) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}
