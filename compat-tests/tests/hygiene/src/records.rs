//! One item of each kind.

use ::abi::prelude::*;

/// A thread gave up its CPU.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, version = 3, class = "vital", crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
pub struct SchedSwitch {
    /// Thread that left the CPU.
    #[trace(kind = "identity", privacy = "private")]
    pub prev_tid: u32,
    /// Why the thread left.
    #[trace(deprecated = 2)]
    pub r#type: Code<SwitchReason>,
    /// Bits that were reserved at first.
    #[trace(since = 2, claims = 1, absent = 0xffff)]
    pub cpu: u16,
    /// Time the thread had run.
    #[trace(since = 2, unit = "ns", scale = "1/1000", clock = "region", kind = "delta")]
    pub ran_for: u64,
    /// Where it ran.
    #[trace(since = 3)]
    pub place: Place,
    /// What it is called.
    #[trace(since = 3)]
    pub name: Name<4>,
    #[trace(reserved)]
    _reserved: [u8; 4],
    /// What it may do.
    #[trace(since = 3)]
    pub rights: Flags<Rights>,
}

/// Where a thread ran.
#[derive(WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
pub struct Place {
    /// Node and core.
    pub node: [u16; 2],
}

/// Why a thread left its CPU.
#[derive(TraceCode)]
#[repr(u16)]
#[trace(crate = ::abi)]
pub enum SwitchReason {
    /// Another thread was more urgent.
    Preempted = 1,
    /// It waits.
    Blocked = 1 << 1,
}

/// What a thread may do.
#[derive(TraceFlags)]
#[repr(u32)]
#[trace(crate = ::abi)]
pub enum Rights {
    /// It may run at any time.
    Realtime = 1,
    /// How urgent it is.
    Priority = 0b1111 << 4,
}

::abi::catalog! {
    /// A catalog that has grown since its lock was frozen.
    pub static RECORDS = "records" { crate: ::abi, lock: "records.lock", records: [SchedSwitch] }
}
