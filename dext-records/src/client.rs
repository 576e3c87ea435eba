//! What clients do: records 0x0100 and 0x0101, in the lane of the queue that serves them.

use abi_runtime::prelude::*;
use dext_bindings::boundary::Selector;

/// A client came, went, or became something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100, class = "vital")]
pub struct ClientEvent {
    /// Which client: counted from 1 since the driver started.
    pub client: u64,
    /// What happened.
    pub kind: Code<EventKind>,
    /// Region ABI that the client speaks: the major number; 0 before its hello.
    pub abi_major: u16,
    /// Region ABI that the client speaks: the minor number.
    pub abi_minor: u16,
    /// Clients that there are afterwards.
    #[trace(kind = "gauge")]
    pub clients: u32,
    #[trace(reserved)]
    _reserved: [u8; 4],
}

/// What happened to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u32)]
pub enum EventKind {
    /// It was let in; whether it may stay is checked afterwards.
    Started = 1,
    /// It said hello, in an ABI that the driver speaks.
    Hello = 2,
    /// It said hello in another ABI, and was refused.
    Refused = 3,
    /// It reads.
    Attached = 4,
    /// The lanes wait for it.
    Served = 5,
    /// It reads no more.
    Detached = 6,
    /// It has gone, or was made to go.
    Stopped = 7,
}

/// A client asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0101, class = "normal")]
pub struct ClientCall {
    /// Which client, as in `ClientEvent`.
    pub client: u64,
    /// What for.
    pub selector: Code<Selector>,
    /// What it was told: an `IOReturn`; 0 is success.
    pub result: u32,
    /// Time that the driver took for it.
    #[trace(unit = "tick")]
    pub took: u64,
}
