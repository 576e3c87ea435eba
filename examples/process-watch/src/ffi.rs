//! The C thread: the only call into C, and the only unsafe code of this crate.

use std::ffi::{c_int, c_void};
use std::fmt;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

use abi_runtime::layout::{DropCounts, Policy};
use abi_runtime::memory::Memory;

use crate::statement::{LaneOffered, by_cause};

/// Name of the lane that the C thread writes; `c/sampler.c` gives it the same.
pub const LANE_NAME: &str = "usage";

/// `struct sampler_account` of `c/sampler.h`.
#[derive(Default)]
#[repr(C)]
struct Account {
    offered: u64,
    published: u64,
    dropped: [u64; DropCounts::CAUSES],
}

unsafe extern "C" {
    /// See `c/sampler.h`.
    fn sampler_run(
        region: *mut c_void,
        size: u64,
        lane: u32,
        policy: u32,
        interval_us: u32,
        stop_fd: c_int,
        account: *mut Account,
    ) -> c_int;
}

/// A writer in C, which samples what its process uses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sampler {
    /// The lane that it opens and that nobody else may open.
    pub(crate) lane: u32,
    /// What it does when the lane is full.
    pub(crate) policy: Policy,
    /// Microseconds between two samples.
    pub(crate) interval: u32,
}

/// The C thread did not do its part.
#[derive(Debug)]
pub enum SamplerError {
    /// It could not open its lane, or could not sample.
    Failed(io::Error),
    /// Its thread died.
    Died,
}

impl fmt::Display for SamplerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "the C thread cannot write its lane `{LANE_NAME}`: {error}"),
            Self::Died => write!(f, "the thread of lane `{LANE_NAME}` died"),
        }
    }
}

impl std::error::Error for SamplerError {}

impl Sampler {
    /// Opens the lane, in `memory` of the driver's own region, and samples in the calling thread until the other end of `stop` is closed;
    /// then closes the lane and states what was offered.
    pub(crate) fn run(self, memory: Memory<'_>, stop: &UnixStream) -> Result<LaneOffered, SamplerError> {
        let mut account = Account::default();
        // SAFETY:
        // - `memory` is that of the driver's own region, as the one caller in `service` has it from
        //   `Region::memory`: mapped and writable while it is borrowed, `memory.len()` bytes long, and
        //   formatted, so the C side finds the lane within it and checks its number;
        // - the C side stores only to the control and the blocks of its lane, by aligned 64-bit
        //   atomic stores, and refuses a lane that was opened before; this crate opens the lane of
        //   the sampler nowhere else;
        // - `stop` stays open while it is borrowed, and `account` has the layout of
        //   `struct sampler_account`, which C fills in and does not keep.
        let errno = unsafe {
            sampler_run(
                memory.as_ptr().as_ptr().cast(),
                memory.len(),
                self.lane,
                self.policy as u32,
                self.interval,
                stop.as_raw_fd(),
                &raw mut account,
            )
        };
        if errno != 0 {
            return Err(SamplerError::Failed(io::Error::from_raw_os_error(errno)));
        }
        Ok(LaneOffered {
            name: LANE_NAME.to_owned(),
            offered: account.offered,
            published: account.published,
            by_cause: by_cause(DropCounts::from_array(account.dropped)),
        })
    }
}
