//! A real driver: what the kernel says of processes, as trace records.
//!
//! The driver listens to the kernel's process connector, or where that is not to be had to a
//! directory tree, and writes what it hears as records of the catalog [`PROC`](catalog::PROC).
//! Readers attach to its socket. See the README beside this crate.

pub mod audit;
pub mod catalog;
pub mod file;
pub mod kinship;
pub mod load;
pub mod message;
pub mod notice;
pub mod numbering;
pub mod observation;
pub mod origin;
pub mod pace;
pub mod process;
pub mod reading;
pub mod statement;
pub mod telling;
pub mod usage;

#[cfg(target_os = "linux")]
pub mod connector;
#[cfg(target_os = "linux")]
pub mod display;
#[cfg(target_os = "linux")]
pub mod driver;
#[cfg(target_os = "linux")]
pub mod privilege;
#[cfg(target_os = "linux")]
pub mod source;
#[cfg(target_os = "linux")]
pub mod tree;
