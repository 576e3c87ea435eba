//! Both sides of the boundary.
//!
//! - `include/testimony/`: the C and C++ side, header-only: what a driver in C or C++ includes.
//! - [`message`]: what a reader and a driver say to each other before anything is mapped.
//! - [`boundary`]: what a reader asks of a DriverKit extension, in one table; [`dext`]: the reader's side of
//!   it, the same over `IOKit` and over `dext-host`, which runs the extension on Linux.
//! - [`Attached`]: what a reader has, whichever driver it attached to; [`Address`]: which one that is.
//! - `linux`: a region in a sealed memfd, served over a unix socket by its driver
//!   ([`linux::Server`]) and attached to by readers that trust nobody ([`linux::attach`]).
//!
//! - `macos`: the reader of a DriverKit extension, over `IOKit`.
//!
//! Spec: `spec/attach.md`.

// A region is mapped read-only, and targets of 32 bits do not define 64-bit loads of read-only memory (REG-56):
// nothing here attaches or serves on them. What a catalog and a table need is there on every target.
#[cfg(target_pointer_width = "64")]
mod address;
mod attached;
pub mod boundary;
mod cost;
pub mod dext;
pub mod message;

#[cfg(target_pointer_width = "64")]
pub use address::{Address, AddressError};
pub use attached::{Attached, Ended, Place, Wish, Woken};
pub use cost::calibrate_cost;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub mod linux;
#[cfg(all(target_os = "macos", target_pointer_width = "64"))]
pub mod macos;
