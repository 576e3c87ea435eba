//! How late a queue is: records 0x0110 and 0x0111, in the queue's own lane.

use abi_runtime::prelude::*;

/// A job was put to a queue, and ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0110, class = "normal")]
pub struct DispatchSample {
    /// Time from putting it there to its first instruction.
    #[trace(unit = "tick")]
    pub waited: u64,
    /// Jobs that this queue was given before: the number of the sample.
    #[trace(kind = "counter")]
    pub number: u64,
}

/// A timer of a queue went off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0111, class = "normal")]
pub struct TimerSample {
    /// When it should have.
    #[trace(unit = "tick", clock = "region")]
    pub deadline: u64,
    /// How much later it did.
    #[trace(unit = "tick")]
    pub late: u64,
    /// Whole periods that passed meanwhile, and were left out.
    pub skipped: u64,
}
