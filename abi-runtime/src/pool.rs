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
use core::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Clock;
use crate::layout::{Ending, LaneOpened};
use crate::memory::WordMut;
use crate::region::Region;
use crate::writer::Writer;
use crate::{Code, Name};

/// Nobody has the lane.
const FREE: u64 = 0;
/// The lane is being handed out or taken back.
const MOVING: u64 = 1;
/// Somebody has the lane.
const CLAIMED: u64 = 2;

/// A lane of a pool.
#[derive(Debug)]
pub struct PooledLane<'m, C> {
    writer: Writer<'m, C>,
    state: AtomicU64,
    owner: AtomicU64,
    incarnation: AtomicU64,
    /// How the last incarnation ended.
    previous: AtomicU64,
}

// SAFETY:
// - the writer's own words, the lane's and the drain slots' are atomics, as are the fields beside it,
//   so nothing that several threads do to them at once is a data race;
// - its clock is shared only if `C` may be;
// - what the writer's lack of `Sync` is for, one attempt at a time, is kept by `state`: a claim is one
//   thread's, and `reclaim` states what its caller answers for.
unsafe impl<C: Send + Sync> Sync for PooledLane<'_, C> {}

impl<'m, C: Clock> PooledLane<'m, C> {
    /// Takes a lane that was opened for the pool. It is closed until somebody claims it.
    pub fn new(writer: Writer<'m, C>) -> Self {
        writer.close();
        Self {
            writer,
            state: AtomicU64::new(FREE),
            owner: AtomicU64::new(0),
            incarnation: AtomicU64::new(1),
            previous: AtomicU64::new(Ending::Closed as u64),
        }
    }

    /// Opens the lane for its next owner, if it is free and has room.
    fn claim(&self, owner: u64, name: &str) -> Option<Claim<'_, 'm, C>> {
        self.state.compare_exchange(FREE, MOVING, Ordering::Acquire, Ordering::Relaxed).ok()?;
        let incarnation = self.incarnation.load(Ordering::Relaxed) + 1;
        let opened = LaneOpened {
            incarnation,
            owner,
            previous: Code::from_raw(self.previous.load(Ordering::Relaxed)),
            name: Name::new(name.as_bytes()),
        };
        if !self.writer.reopen(&opened) {
            self.state.store(FREE, Ordering::Release);
            return None;
        }
        self.incarnation.store(incarnation, Ordering::Relaxed);
        self.owner.store(owner, Ordering::Relaxed);
        self.state.store(CLAIMED, Ordering::Release);
        Some(Claim { lane: self, incarnation, not_sync: PhantomData })
    }

    /// Closes the lane of incarnation `incarnation`, if it is still that one's.
    fn give_back(&self, incarnation: u64, ending: Ending) -> bool {
        if self.incarnation.load(Ordering::Relaxed) != incarnation
            || self.state.compare_exchange(CLAIMED, MOVING, Ordering::Acquire, Ordering::Relaxed).is_err()
        {
            return false;
        }
        self.writer.close_for_owner();
        self.previous.store(ending as u64, Ordering::Relaxed);
        self.state.store(FREE, Ordering::Release);
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
        Self { lanes, refused: AtomicU64::new(0), told: region.claims_refused() }
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
        let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        self.told.store(refused, Ordering::Relaxed);
        let claimed = self.lanes.iter().filter(|lane| lane.state.load(Ordering::Relaxed) == CLAIMED);
        Err(NoLane { lanes: self.lanes.len(), claimed: claimed.count() })
    }

    /// Takes back the lanes of owners that are gone without a word: those for which `is_gone` says so.
    /// Returns how many.
    ///
    /// `is_gone` is believed. If it is wrong, two threads write one lane: no memory is endangered, but
    /// readers will find the lane corrupt, and say so.
    pub fn reclaim(&self, mut is_gone: impl FnMut(u64) -> bool) -> usize {
        let gone = self.lanes.iter().filter(|lane| {
            let incarnation = lane.incarnation.load(Ordering::Relaxed);
            lane.state.load(Ordering::Acquire) == CLAIMED
                && is_gone(lane.owner.load(Ordering::Relaxed))
                && lane.give_back(incarnation, Ending::OwnerGone)
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
