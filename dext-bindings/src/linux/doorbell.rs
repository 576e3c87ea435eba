//! Waking readers that sleep.
//!
//! A writer never rings: a system call has no place in its path, and so has no load of whether somebody
//! sleeps. Whoever serves the region looks at the lanes now and then while somebody sleeps, and at no
//! other time.
//!
//! Spec: `spec/attach.md`, ATT-12.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use abi_runtime::attach::RegionView;
use abi_runtime::layout::RegionState;
use rustix::event::{EventfdFlags, eventfd};
use rustix::io::{retry_on_intr, write};

/// How long a server waits between two looks at the lanes while a reader sleeps.
pub(super) const LOOK_PERIOD: Duration = Duration::from_millis(1);

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
    closed_lanes: u32,
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

    /// Notes that the reader sleeps until `amount` bytes more than `read` have been published.
    pub(super) fn sleep(&mut self, region: &RegionView<'_>, read: u64, amount: u64) {
        self.sleeper = Some(Sleeper { read, amount, closed_lanes: region.closed_lanes() });
        self.look(region);
    }

    /// Rings, once, if there is reason to.
    pub(super) fn look(&mut self, region: &RegionView<'_>) {
        let Some(sleeper) = self.sleeper else { return };
        let enough = region.published().wrapping_sub(sleeper.read) >= sleeper.amount;
        let ended = region.state() != Ok(RegionState::Live) || region.closed_lanes() != sleeper.closed_lanes;
        if enough || ended {
            self.sleeper = None;
            // Cannot fail but for a counter that is full, and then the reader wakes all the same.
            let _ = retry_on_intr(|| write(&self.bell, &1_u64.to_ne_bytes()));
        }
    }
}
