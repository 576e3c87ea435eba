//! The record that the README shows.

use abi_runtime::prelude::*;

/// A thread gave up its CPU.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, version = 2)]
pub struct SchedSwitch {
    /// CPU on which the switch happened.
    pub cpu: u32,
    /// Thread that left the CPU.
    pub prev_tid: u32,
    /// Thread that got the CPU.
    pub next_tid: u32,
    /// Why the thread left.
    #[trace(since = 2)]
    pub reason: Code<SwitchReason>,
    #[trace(reserved)]
    _reserved: [u8; 2],
    /// Time the thread had run.
    #[trace(since = 2, unit = "ns", kind = "delta")]
    pub ran_for: u64,
}

/// Why a thread left its CPU.
#[derive(TraceCode)]
#[repr(u16)]
pub enum SwitchReason {
    /// Another thread was more urgent.
    Preempted = 1,
    /// It waits for something.
    Blocked = 2,
    /// It has ended.
    Exited = 3,
}

abi_runtime::catalog! {
    /// What the scheduler tells.
    pub static SCHED = "sched" {
        records: [SchedSwitch],
        retired: [0x0104 "SchedIdle"],
    }
}

/// A switch from thread 4242, which waits, to thread 17.
pub const SWITCH: SchedSwitch = SchedSwitch {
    cpu: 3,
    prev_tid: 4242,
    next_tid: 17,
    reason: Code::from_raw(2),
    _reserved: [0; 2],
    ran_for: 1_250_000,
};
