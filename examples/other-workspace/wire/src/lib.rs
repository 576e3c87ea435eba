//! What the driver of another team tells.

use abi_runtime::prelude::*;

/// A transfer has ended.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0200, version = 2)]
pub struct TransferDone {
    /// Which transfer.
    #[trace(kind = "identity")]
    pub transfer: u64,
    /// Bytes that were moved.
    #[trace(unit = "By", kind = "delta")]
    pub moved: u32,
    /// How it ended.
    pub ending: Code<Ending>,
    #[trace(reserved)]
    _reserved: [u8; 3],
    /// Time from the first byte to the last.
    #[trace(since = 2, unit = "ns", kind = "delta")]
    pub took: u64,
}

/// How a transfer ended.
#[derive(TraceCode)]
#[repr(u8)]
pub enum Ending {
    /// All of it was moved.
    Complete = 1,
    /// The device refused the rest.
    Refused = 2,
    /// It took too long.
    TimedOut = 3,
}

abi_runtime::catalog! {
    /// What the driver of another team tells.
    pub static USBX = "usbx" {
        lock: "../spec/abi/usbx.lock",
        records: [TransferDone],
    }
}
