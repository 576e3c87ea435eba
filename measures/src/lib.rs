//! Every figure beside its peers.
//!
//! A figure is a ratio of one run: whoever competes takes turns, round after round, on one pinned
//! processor, and medians are compared. That is why the harness is our own: criterion measures one
//! function after the other, and on a shared machine the speed changes in between by more than what
//! is to be told apart.
//!
//! Nothing here is a test, and no test depends on a time.

#![allow(clippy::cast_precision_loss, reason = "counts of records and bytes are far below 2^52")]

pub mod compile;
pub mod corpus;
pub mod cost;
pub mod demo;
pub mod drain;
pub mod ffi;
pub mod following;
pub mod harness;
pub mod headers;
#[cfg(feature = "iceoryx2")]
pub mod iceoryx;
pub mod lanes;
pub mod law;
pub mod live;
#[cfg(target_os = "linux")]
pub mod lttng;
pub mod pingpong;
#[cfg(target_os = "linux")]
pub mod process;
pub mod processors;
pub mod read;
pub mod region;
pub mod row;
#[cfg(target_os = "linux")]
pub mod second;
pub mod source;
#[cfg(target_os = "linux")]
pub mod spsc;
pub mod turns;
pub mod workshop;
pub mod write;
