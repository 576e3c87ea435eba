//! When a session ends before its driver does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use dext_bindings::Ended;

/// What lets a session leave a driver that goes on: a deadline, or a request such as a signal.
#[derive(Clone, Debug, Default)]
pub struct Leave {
    deadline: Option<Instant>,
    asked: Arc<AtomicBool>,
}

impl Leave {
    /// Leaves at `deadline`, or as soon as `asked` is true.
    #[must_use]
    pub const fn new(deadline: Option<Instant>, asked: Arc<AtomicBool>) -> Self {
        Self { deadline, asked }
    }

    /// Returns why the session leaves now, if it does.
    #[must_use]
    pub fn reason(&self) -> Option<End> {
        // The flag carries no data, so it needs no ordering.
        if self.asked.load(Ordering::Relaxed) {
            return Some(End::Asked);
        }
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline).then_some(End::Deadline)
    }
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The driver closed its region.
    Closed,
    /// The driver is gone and did not close its region.
    Gone(Ended),
    /// The reader left at its deadline; the driver goes on.
    Deadline,
    /// The reader was asked to leave by a signal; the driver goes on.
    Asked,
}

impl End {
    /// Returns the word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Gone(_) => "gone",
            Self::Deadline => "left-at-deadline",
            Self::Asked => "left-on-signal",
        }
    }

    /// Returns the sentence for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Closed => "closed its region",
            Self::Gone(Ended::Connection) => {
                "is gone, and its region is not closed: it was killed, or stopped serving"
            }
            Self::Gone(Ended::Process) => "is gone, and its region is not closed: its process has ended",
            Self::Gone(Ended::Protocol) => {
                "said more than the protocol has (ATT-7), and its region is not closed: not believed any more"
            }
            Self::Gone(_) => "is gone, and its region is not closed",
            Self::Deadline => "goes on; this reader left at its deadline",
            Self::Asked => "goes on; this reader left on a signal",
        }
    }
}
