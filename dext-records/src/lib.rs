//! What the DriverKit extension observes of itself, as trace records: the catalog `dext`.
//!
//! The extension is C++ and writes them through the generated header,
//! `dext-bindings/dext/generated/dext.h`. It observes what it may observe without any hardware: how late
//! its queues and timers are, and the calls of its clients.

mod client;
mod emitted;
mod sample;

pub use client::{ClientCall, ClientEvent, EventKind};
pub use emitted::Emitted;
pub use sample::{DispatchSample, TimerSample};

abi_runtime::catalog! {
    /// What the DriverKit extension observes of itself.
    pub static DEXT = "dext" {
        lock: "../spec/abi/dext.lock",
        records: [ClientEvent, ClientCall, DispatchSample, TimerSample, Emitted],
    }
}
