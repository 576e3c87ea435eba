//! Lanes for threads and queues that come and go.
//!
//! A pool hands out lanes that a driver has opened, and takes them back: closed, with all that was
//! attempted accounted for. Whoever gets such a lane next writes it as a new incarnation, which says
//! whose it is. Nothing here is on the path of an attempt.
//!
//! Spec: `spec/region.md`, REG-52 and REG-53.

use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;

use crate::clock::Clock;
use crate::layout::{Ending, LaneOpened};
use crate::memory::WordMut;
use crate::order;
use crate::region::Region;
use crate::sync::{AtomicU64, Ordering};
use crate::writer::Writer;
use crate::{Code, Name};

/// The word of a lane that no owner has.
const FREE: u64 = 0;
/// The word of a lane that is being handed out or taken back.
const MOVING: u64 = 1;
/// Added to the word of a lane that an owner has; the rest is the incarnation.
const CLAIMED: u64 = 2;

/// Returns the word of a lane that an owner has as its incarnation `incarnation`: no two claims have the same.
const fn claimed(incarnation: u64) -> u64 {
    incarnation << 2 | CLAIMED
}

/// Returns the incarnation in the word of a lane, if an owner has it.
const fn incarnation_of(word: u64) -> Option<u64> {
    if word & CLAIMED == 0 { None } else { Some(word >> 2) }
}

/// A lane of a pool.
#[derive(Debug)]
pub struct PooledLane<'m, C> {
    writer: Writer<'m, C>,
    /// Whether an owner has the lane, and as which incarnation, in one number: a lane is taken back from the
    /// claim that was looked at, or the exchange fails.
    word: AtomicU64,
    owner: AtomicU64,
    /// How the last incarnation ended.
    previous: AtomicU64,
}

// SAFETY:
// - the writer's own words, the lane's and the drain slots' are atomics, as are the fields beside it,
//   so nothing that several threads do to them at once is a data race;
// - its clock is shared only if `C` may be;
// - what the writer's lack of `Sync` is for, one attempt at a time, is kept by `word`: a claim is one
//   thread's, a lane is moved by the one thread that exchanged its word, and `reclaim` states what its
//   caller answers for.
unsafe impl<C: Send + Sync> Sync for PooledLane<'_, C> {}

impl<'m, C: Clock> PooledLane<'m, C> {
    /// Takes a lane that was opened for the pool. It is closed until somebody claims it.
    pub fn new(writer: Writer<'m, C>) -> Self {
        writer.close();
        Self {
            writer,
            word: AtomicU64::new(FREE),
            owner: AtomicU64::new(0),
            previous: AtomicU64::new(Ending::Closed as u64),
        }
    }

    /// Opens the lane for its next owner, if it is free and has room.
    fn claim(&self, owner: u64, name: &str) -> Option<Claim<'_, 'm, C>> {
        // PAIRS WITH: PooledLane::give_back (release store of the free word): what the owner before left of
        // the writer, and how it ended.
        self.word.compare_exchange(FREE, MOVING, order::SEE_GIVE_BACK.get(), Ordering::Relaxed).ok()?;
        // The lane's own number, and not one of the pool: an owner may have opened it again by itself.
        let incarnation = self.writer.incarnation() + 1;
        let opened = LaneOpened {
            incarnation,
            owner,
            previous: Code::from_raw(self.previous.load(Ordering::Relaxed)),
            name: Name::new(name.as_bytes()),
        };
        if !self.writer.reopen(&opened) {
            // PAIRS WITH: PooledLane::claim (acquire exchange): as in `give_back`, which this repeats.
            self.word.store(FREE, order::GIVE_BACK.get());
            return None;
        }
        self.owner.store(owner, Ordering::Relaxed);
        // PAIRS WITH: LanePool::reclaim (acquire load of the word): who sees the lane claimed sees its owner.
        self.word.store(claimed(incarnation), order::CLAIM.get());
        Some(Claim { lane: self, incarnation, not_sync: PhantomData })
    }

    /// Closes the lane of incarnation `incarnation`, if it is still that one's.
    fn give_back(&self, incarnation: u64, ending: Ending) -> bool {
        let claimed = claimed(incarnation);
        // Relaxed: who comes here has claimed the lane, or has seen it claimed in `reclaim`. No other word has
        // this incarnation, so the lane is still that claim's.
        if self.word.compare_exchange(claimed, MOVING, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return false;
        }
        self.writer.close_for_owner();
        self.previous.store(ending as u64, Ordering::Relaxed);
        // PAIRS WITH: PooledLane::claim (acquire exchange): what this thread did to the writer, and `previous`.
        self.word.store(FREE, order::GIVE_BACK.get());
        true
    }
}

/// Hands lanes out to whoever asks.
#[derive(Debug)]
pub struct LanePool<'p, 'm, C> {
    lanes: &'p [PooledLane<'m, C>],
    refused: AtomicU64,
    told: WordMut<'m>,
}

/// No lane was to be had; that has been counted (REG-53).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoLane {
    /// How many lanes the pool has.
    pub lanes: usize,
    /// How many of them somebody has; the others are full.
    pub claimed: usize,
}

impl fmt::Display for NoLane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lanes, claimed } = self;
        let full = lanes.saturating_sub(*claimed);
        write!(
            f,
            "no lane is free: of {lanes}, {claimed} are taken and {full} are full (REG-53); give the region more lanes, or wait"
        )
    }
}

impl core::error::Error for NoLane {}

impl<'p, 'm, C: Clock> LanePool<'p, 'm, C> {
    /// Makes the pool of some lanes of `region`.
    pub fn new(region: &Region<'m>, lanes: &'p [PooledLane<'m, C>]) -> Self {
        Self::over(lanes, region.claims_refused())
    }

    /// As [`new`](Self::new), for lanes of a region whose word for refused claims has been found.
    pub(crate) fn over(lanes: &'p [PooledLane<'m, C>], told: WordMut<'m>) -> Self {
        Self { lanes, refused: AtomicU64::new(0), told }
    }

    /// Takes a lane for an owner: a number and a name that its records then stand under.
    ///
    /// # Errors
    ///
    /// No lane is free. That has been counted, in the region.
    pub fn claim(&self, owner: u64, name: &str) -> Result<Claim<'p, 'm, C>, NoLane> {
        self.claim_or_wait(owner, name, || false)
    }

    /// As [`claim`](Self::claim), but asks `wait` before it gives up: `wait` waits as long as it likes and
    /// returns whether to try again. Who got a lane in the end was not refused.
    ///
    /// # Errors
    ///
    /// No lane was free, and `wait` returned `false`.
    pub fn claim_or_wait(
        &self,
        owner: u64,
        name: &str,
        mut wait: impl FnMut() -> bool,
    ) -> Result<Claim<'p, 'm, C>, NoLane> {
        loop {
            if let Some(claim) = self.lanes.iter().find_map(|lane| lane.claim(owner, name)) {
                return Ok(claim);
            }
            if !wait() {
                break;
            }
        }
        self.count_refused();
        let claimed =
            self.lanes.iter().filter(|lane| incarnation_of(lane.word.load(Ordering::Relaxed)).is_some());
        Err(NoLane { lanes: self.lanes.len(), claimed: claimed.count() })
    }

    /// REG-53. The region's word is stored only, never exchanged (REG-2): a thread that stores a smaller count
    /// after a larger one finds that out, and stores again.
    fn count_refused(&self) {
        let mut count = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        loop {
            // PAIRS WITH: LanePool::count_refused (the other fence, on another thread): of two threads, one has
            // its fence before the other's. If that one does not load the other's count below, the other stores
            // after it.
            order::REFUSED_CLAIM.fence();
            self.told.store(count, Ordering::Relaxed);
            // PAIRS WITH: LanePool::count_refused (the fence before the store, on another thread).
            order::SEE_REFUSED_CLAIM.fence();
            let now = self.refused.load(Ordering::Relaxed);
            if now == count {
                break;
            }
            count = now;
        }
    }

    /// Takes back the lanes of owners that are gone without a word: those for which `is_gone` says so.
    /// Returns how many.
    ///
    /// `is_gone` is believed. If it is wrong, two threads write one lane: no memory is endangered, but
    /// readers will find the lane corrupt, and say so.
    pub fn reclaim(&self, mut is_gone: impl FnMut(u64) -> bool) -> usize {
        let gone = self.lanes.iter().filter(|lane| {
            // PAIRS WITH: PooledLane::claim (release store of the claimed word): the owner is this claim's, or a
            // later one's, and then the word is another one, and `give_back` does nothing.
            incarnation_of(lane.word.load(order::SEE_CLAIM.get())).is_some_and(|incarnation| {
                is_gone(lane.owner.load(Ordering::Relaxed)) && lane.give_back(incarnation, Ending::OwnerGone)
            })
        });
        gone.count()
    }
}

/// A lane in the hands of its owner: a [`Writer`] that closes and gives its lane back when it is dropped.
///
/// It may be moved to another thread, but not shared.
#[derive(Debug)]
pub struct Claim<'p, 'm, C: Clock> {
    lane: &'p PooledLane<'m, C>,
    incarnation: u64,
    not_sync: PhantomData<Cell<()>>,
}

impl<C: Clock> Claim<'_, '_, C> {
    /// Returns which writer of the lane this is.
    pub const fn incarnation(&self) -> u64 {
        self.incarnation
    }
}

impl<'m, C: Clock> Deref for Claim<'_, 'm, C> {
    type Target = Writer<'m, C>;

    fn deref(&self) -> &Self::Target {
        &self.lane.writer
    }
}

impl<C: Clock> Drop for Claim<'_, '_, C> {
    fn drop(&mut self) {
        let _ = self.lane.give_back(self.incarnation, Ending::Closed);
    }
}
