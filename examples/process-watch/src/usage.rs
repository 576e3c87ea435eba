//! What observing costs the driver's process: record 0x0130, written by the C thread.

use abi_runtime::prelude::*;

/// What the driver's process has used so far, as `getrusage` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0130, class = "bulk")]
pub struct UsageSample {
    /// Time on a CPU in the process's own code.
    #[trace(unit = "ns", kind = "counter")]
    pub user_time: u64,
    /// Time on a CPU in the kernel, for the process.
    #[trace(unit = "ns", kind = "counter")]
    pub system_time: u64,
    /// How often it gave up the CPU.
    #[trace(kind = "counter")]
    pub voluntary_switches: u64,
    /// How often the CPU was taken from it.
    #[trace(kind = "counter")]
    pub involuntary_switches: u64,
    /// Pages that were mapped without reading a disk.
    #[trace(kind = "counter")]
    pub minor_faults: u64,
    /// Pages that had to be read.
    #[trace(kind = "counter")]
    pub major_faults: u64,
}
