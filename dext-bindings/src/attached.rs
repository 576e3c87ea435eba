//! A region as a reader has it, however its driver handed it out.
//!
//! Spec: `spec/attach.md`.

use std::io;
use std::time::Duration;

use abi_runtime::attach::RegionView;
use abi_runtime::drain::ReleasePage;

/// An attached region: what a reader does with it is the same on every system.
pub trait Attached {
    /// Returns the region. Its lanes may be read for as long as the attachment lives, its driver dead or not.
    fn region(&self) -> RegionView<'_>;

    /// Returns whether the driver still serves: false once it has died or stopped.
    fn driver_is_alive(&self) -> bool;

    /// Returns how the session has ended; `None` while the driver serves.
    fn ended(&self) -> Option<Ended> {
        (!self.driver_is_alive()).then_some(Ended::Connection)
    }

    /// Returns where this reader drains, if it asked for it.
    fn place(&self) -> Option<Place<'_>>;

    /// Lets the driver's lanes wait for this reader, whose first positions stand in its release page
    /// (ATT-11, ATT-18).
    ///
    /// # Errors
    ///
    /// The driver refuses, or is gone.
    fn serve(&self) -> io::Result<()>;

    /// Sleeps until `amount` bytes more than `read` have been published, a lane or the region was closed,
    /// the driver is gone, or `timeout` has passed: whichever comes first. `read` is the sum of the
    /// positions of all lanes that this reader reads, by wrapping addition. Returns why it woke.
    ///
    /// # Errors
    ///
    /// The reader has no doorbell, or the system refuses to wait.
    fn sleep(&self, read: u64, amount: u64, timeout: Duration) -> io::Result<Woken>;
}

/// Where a reader drains.
#[derive(Debug)]
pub struct Place<'a> {
    /// The page in which it states what it has read.
    pub page: ReleasePage<'a>,
    /// Which of the region's drain readers it is.
    pub slot: usize,
    /// What tells this reader from others that have the slot in their turn.
    pub ticket: u64,
}

/// Why a reader woke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// The driver rang: enough has come, or a lane or the region was closed.
    Rung,
    /// It was asleep for as long as it wanted.
    TimedOut,
    /// The driver is gone.
    DriverGone,
}

/// How a session with a driver has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// The connection has ended: the driver closed it, or died.
    Connection,
    /// The driver's process has ended. A child that it forked may hold the connection open.
    Process,
    /// The driver said more than the protocol lets it say (ATT-7).
    Protocol,
}

/// What a reader wants beside the region.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// To drain: lanes of policy drain then wait for this reader, until it is more than so many bytes
    /// behind; `u64::MAX`: for as long as it lives.
    pub drain: Option<u64>,
    /// To be woken when something has come.
    pub doorbell: bool,
}
