//! Both sides of the boundary.
//!
//! - `include/testimony/`: the C and C++ side, header-only: what a driver in C or C++ includes.
//! - [`message`]: what a reader and a driver say to each other before anything is mapped.
//! - `linux`: a region in a sealed memfd, served over a unix socket by its driver
//!   ([`linux::Server`]) and attached to by readers that trust nobody ([`linux::attach`]).
//!
//! On other systems only the messages are there; the reader for macOS is a later part.
//!
//! Spec: `spec/attach.md`.

pub mod boundary;
mod cost;
pub mod message;

pub use cost::calibrate_cost;

#[cfg(target_os = "linux")]
pub mod linux;
