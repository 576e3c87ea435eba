//! Waking readers that sleep.
//!
//! A writer never rings: a system call has no place in its path, and so has no load of whether somebody
//! sleeps. Whoever serves the region looks at the lanes now and then while somebody sleeps, and at no
//! other time.
//!
//! Spec: `spec/attach.md`, ATT-12.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use abi_runtime::attach::RegionView;
use abi_runtime::layout::RegionState;
use rustix::event::{EventfdFlags, eventfd};
use rustix::io::{retry_on_intr, write};

/// A reader's doorbell, in the hands of the driver.
#[derive(Debug)]
pub(super) struct Doorbell {
    bell: OwnedFd,
    sleeper: Option<Sleeper>,
}

/// What a reader sleeps for.
#[derive(Clone, Copy, Debug)]
struct Sleeper {
    read: u64,
    amount: u64,
    /// How many lanes were closed at the first look for it.
    closed_lanes: Option<u32>,
}

impl Doorbell {
    pub(super) fn create() -> io::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { bell, sleeper: None })
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }

    pub(super) const fn is_asleep(&self) -> bool {
        self.sleeper.is_some()
    }

    /// Notes that the reader sleeps until `amount` bytes more than `read` have been published. The next look is
    /// the first one for it.
    pub(super) fn sleep(&mut self, read: u64, amount: u64) {
        self.sleeper = Some(Sleeper { read, amount, closed_lanes: None });
    }

    /// Rings, once, if there is reason to.
    pub(super) fn look(&mut self, now: Look) {
        let Some(sleeper) = &mut self.sleeper else { return };
        let enough = now.published.wrapping_sub(sleeper.read) >= sleeper.amount;
        let closed_lanes = *sleeper.closed_lanes.get_or_insert(now.closed_lanes);
        if enough || !now.is_live || now.closed_lanes != closed_lanes {
            self.sleeper = None;
            // Cannot fail but for a counter that is full, and then the reader wakes all the same.
            let _ = retry_on_intr(|| write(&self.bell, &1_u64.to_ne_bytes()));
        }
    }
}

/// What there is to see in a region: two words of each lane are loaded, once for all sleepers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    published: u64,
    closed_lanes: u32,
    is_live: bool,
}

impl Look {
    pub(super) fn at(region: &RegionView<'_>) -> Self {
        Self {
            published: region.published(),
            closed_lanes: region.closed_lanes(),
            is_live: region.state() == Ok(RegionState::Live),
        }
    }
}
