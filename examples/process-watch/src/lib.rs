//! A real driver: what the kernel says of processes, as trace records.
//!
//! The driver listens to the kernel's process connector, or where that is not to be had to a
//! directory tree, and writes what it hears as records of the catalog `proc`. Readers attach to
//! its socket. See the README beside this crate.
//!
//! The parts, in the order in which an observation passes them:
//!
//! - a [`source`] ([`connector`] or [`tree`]) turns the kernel's bytes ([`message`], [`notice`])
//!   into an [`observation`];
//! - the [`driver`] completes it ([`kinship`]) and writes a record ([`process`], [`origin`],
//!   [`file`](mod@file)); beside it a C thread writes another ([`usage`]);
//! - a reader takes records and gaps ([`reading`]) at its own [`pace`] and tells of them
//!   ([`telling`], [`display`]);
//! - both make a [`statement`], and an [`audit`] compares them. The demo is a [`play`] whose
//!   parties ([`party`]) meet on a [`stage`].

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
pub mod output;
pub mod pace;
pub mod process;
pub mod reading;
pub mod statement;
pub mod telling;
pub mod usage;

#[cfg(target_os = "linux")]
pub mod configuration;
#[cfg(target_os = "linux")]
pub mod connector;
#[cfg(target_os = "linux")]
pub mod display;
#[cfg(target_os = "linux")]
pub mod driver;
#[cfg(target_os = "linux")]
pub mod ending;
#[cfg(all(target_os = "linux", feature = "driver"))]
pub mod ffi;
#[cfg(target_os = "linux")]
pub mod party;
#[cfg(target_os = "linux")]
pub mod play;
#[cfg(target_os = "linux")]
pub mod privilege;
#[cfg(target_os = "linux")]
pub mod report;
#[cfg(all(target_os = "linux", feature = "driver"))]
pub mod service;
#[cfg(target_os = "linux")]
pub mod source;
#[cfg(target_os = "linux")]
pub mod stage;
#[cfg(target_os = "linux")]
pub mod tree;

/// What the programs say where they cannot run.
pub const NOT_HERE: &str = "process-watch observes through Linux interfaces (the process connector, inotify) and serves through sealed memory: run it on Linux. Here only its catalog, its parsers and its books can be built and tested: `cargo test -p process-watch --lib`";
