//! Every ordering of the protocol, by its name.
//!
//! Relaxed accesses have none; what is ordered is ordered here, and each name stands at one place of the
//! writer or the reader, beside the comment that says with whom it pairs. Under loom, the one that
//! `TESTIMONY_WEAKEN` names is relaxed: a test of the model must then fail, or the model is blind.
//!
//! Spec: `spec/region.md`, REG-2.

use crate::sync::{self, Ordering};

#[cfg(loom)]
static WEAKENED: std::sync::OnceLock<Option<std::string::String>> = std::sync::OnceLock::new();

/// An ordering with a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    #[cfg_attr(not(loom), allow(dead_code, reason = "a name is asked for under loom only"))]
    name: &'static str,
    ordering: Ordering,
}

/// A driver's word on its region (REG-7).
pub(crate) const REGION_STATE: Order = Order { name: "region-state", ordering: Ordering::Release };
/// Everything of a lane's control before the word that opens it (REG-12).
pub(crate) const OPEN: Order = Order { name: "open", ordering: Ordering::Release };
/// A lane's word for "not opened" before its control is stored anew (REG-52).
pub(crate) const REOPEN: Order = Order { name: "reopen", ordering: Ordering::Release };
/// Records before the position up to which they are whole (REG-20).
pub(crate) const PUBLISH: Order = Order { name: "publish", ordering: Ordering::Release };
/// `reserve` before the words of the block that it announces (REG-21).
pub(crate) const RESERVE: Order = Order { name: "reserve", ordering: Ordering::Release };
/// What was published before the drop that is counted (REG-23).
pub(crate) const DROPPED: Order = Order { name: "dropped", ordering: Ordering::Release };
/// Everything of a lane before the word that closes it (REG-25).
pub(crate) const CLOSE: Order = Order { name: "close", ordering: Ordering::Release };
/// What a thread that takes a pool's lane back does to it, before the word that frees the lane (REG-52).
pub(crate) const GIVE_BACK: Order = Order { name: "give-back", ordering: Ordering::Release };
/// A claim's owner before the word that says that the lane is claimed.
pub(crate) const CLAIM: Order = Order { name: "claim", ordering: Ordering::Release };
/// A thread's count of refused claims before the word that tells it (REG-53).
pub(crate) const REFUSED_CLAIM: Order = Order { name: "refused-claim", ordering: Ordering::SeqCst };
/// A drain reader's lag and its first positions before the word that lets it drain (REG-46).
pub(crate) const SERVE: Order = Order { name: "serve", ordering: Ordering::Release };

/// A region's state before what its lanes were told.
pub(crate) const SEE_REGION_STATE: Order = Order { name: "see-region-state", ordering: Ordering::Acquire };
/// The word that opens a lane before the rest of its control.
pub(crate) const SEE_OPEN: Order = Order { name: "see-open", ordering: Ordering::Acquire };
/// A copy of a lane's first line before the words that say whether it is one incarnation's.
pub(crate) const SEE_REOPEN: Order = Order { name: "see-reopen", ordering: Ordering::Acquire };
/// `publish` before the records below it (REG-31).
pub(crate) const SEE_PUBLISH: Order = Order { name: "see-publish", ordering: Ordering::Acquire };
/// A copy before the `reserve` that says whether it may be torn (REG-31).
pub(crate) const SEE_RESERVE: Order = Order { name: "see-reserve", ordering: Ordering::Acquire };
/// Drop counters before the `publish` that says whether they are the tail's (REG-37).
pub(crate) const SEE_DROPPED: Order = Order { name: "see-dropped", ordering: Ordering::Acquire };
/// The word that closes a lane before everything that was told in it.
pub(crate) const SEE_CLOSE: Order = Order { name: "see-close", ordering: Ordering::Acquire };
/// The word that frees a pool's lane before everything that the next owner does to it.
pub(crate) const SEE_GIVE_BACK: Order = Order { name: "see-give-back", ordering: Ordering::Acquire };
/// The word that says that a lane is claimed before its owner.
pub(crate) const SEE_CLAIM: Order = Order { name: "see-claim", ordering: Ordering::Acquire };
/// The word that tells the refused claims before the counts of other threads (REG-53).
pub(crate) const SEE_REFUSED_CLAIM: Order = Order { name: "see-refused-claim", ordering: Ordering::SeqCst };
/// The word that lets a reader drain before its lag and its first positions (REG-48).
pub(crate) const SEE_SERVE: Order = Order { name: "see-serve", ordering: Ordering::Acquire };

impl Order {
    /// Returns the ordering, for a store.
    #[inline(always)]
    pub(crate) fn get(self) -> Ordering {
        #[cfg(loom)]
        if WEAKENED.get_or_init(|| std::env::var("TESTIMONY_WEAKEN").ok()).as_deref() == Some(self.name) {
            return Ordering::Relaxed;
        }
        self.ordering
    }

    /// Stands between what is before and what is behind.
    #[inline(always)]
    pub(crate) fn fence(self) {
        match self.get() {
            Ordering::Relaxed => {}
            ordering => sync::fence(ordering),
        }
    }
}
