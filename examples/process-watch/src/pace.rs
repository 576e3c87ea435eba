//! How long a reader waits when it has found nothing.

use std::time::Duration;

/// A bounded wait that grows while nothing comes: looking at a lane costs its writer, so a reader
/// looks seldom when there is little to see (REG-41).
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    next: Duration,
}

impl Pace {
    /// The shortest wait.
    pub const SHORTEST: Duration = Duration::from_micros(50);
    /// The longest wait.
    pub const LONGEST: Duration = Duration::from_millis(5);

    /// Begins with the shortest wait.
    #[must_use]
    pub const fn new() -> Self {
        Self { next: Self::SHORTEST }
    }

    /// Something came: the next wait is the shortest.
    pub const fn found(&mut self) {
        self.next = Self::SHORTEST;
    }

    /// Returns how long to wait now; twice that the next time, up to the longest.
    pub fn nothing(&mut self) -> Duration {
        let wait = self.next;
        self.next = (wait * 2).min(Self::LONGEST);
        wait
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn waits_grow_to_a_bound_and_begin_anew() {
        let mut pace = Pace::new();
        assert_eq!(pace.nothing(), Pace::SHORTEST);
        assert_eq!(pace.nothing(), Pace::SHORTEST * 2);
        for _ in 0..20 {
            assert!(pace.nothing() <= Pace::LONGEST);
        }
        assert_eq!(pace.nothing(), Pace::LONGEST);
        pace.found();
        assert_eq!(pace.nothing(), Pace::SHORTEST);
    }
}
