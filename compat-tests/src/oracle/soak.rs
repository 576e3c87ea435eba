//! Many pairs, on every processor.

use std::sync::Mutex;
use std::thread;

use super::tally::Tally;

/// How many pairs, and which.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// As many pairs, or a few more: a catalog that was begun is finished.
    pub pairs: u64,
    /// The first so many catalogs of the walk are tried with every two edits.
    pub whole: u64,
    /// The others are tried with every edit, and then with every so many-th of the edits of that.
    pub stride: usize,
}

/// Judges catalogs from the beginning of the walk, and tells `progress` after each.
pub fn soak(plan: Plan, progress: impl Fn(&Tally) + Sync) -> Tally {
    let state = Mutex::new((0, Tally::default()));
    let work = || {
        let mut done = Tally::default();
        loop {
            let Ok(mut state) = state.lock() else { return };
            state.1.add(std::mem::take(&mut done));
            progress(&state.1);
            if state.1.pairs() >= plan.pairs {
                return;
            }
            let place = state.0;
            state.0 += 1;
            drop(state);
            done.catalog(place, if place < plan.whole { 1 } else { plan.stride });
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    state.into_inner().unwrap_or_default().1
}
