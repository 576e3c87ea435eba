//! Record header, region, lane, block, writer and reader of a trace ring that is shared across
//! a privilege boundary.
//!
//! A driver makes a [`Region`](region::Region) in memory that it alone may store to, and opens
//! its lanes: each has one [`Writer`](writer::Writer), which may be moved to a thread but not
//! shared. Readers in other processes map the same memory read-only, check it once
//! ([`RegionView::attach`](attach::RegionView::attach)), and read each lane through a
//! [`LaneReader`](reader::LaneReader), any number of them, without the driver's knowledge.
//!
//! When a lane is full, its policy lets go of the oldest block or refuses the new record; either
//! way a reader is told exactly how many attempts are missing, and why, or that nobody can know. Nothing here
//! allocates, locks, blocks or makes a system call, on either side.
//!
//! ```
//! use abi_runtime::prelude::*;
//! use abi_runtime::{attach::RegionView, clock, geometry::Shape, item::*, layout::*, memory::*, reader::*, region::*};
//! use std::sync::atomic::AtomicU64;
//!
//! /// A thread gave up its CPU.
//! #[derive(TraceRecord, IntoBytes, Immutable)]
//! #[repr(C)]
//! #[trace(id = 0x0103)]
//! struct SchedSwitch {
//!     /// Thread that left the CPU.
//!     prev_tid: u32,
//!     /// Thread that got the CPU.
//!     next_tid: u32,
//! }
//!
//! abi_runtime::catalog! {
//!     /// What the scheduler tells.
//!     pub static SCHED = "sched" { records: [SchedSwitch] }
//! }
//!
//! // The driver.
//! let shape = Shape { lanes: 1, block_size: 4096, blocks_per_lane: 4 };
//! let size = region_size(shape, &SCHED)?;
//! let words: Vec<AtomicU64> = (0..size / 8).map(|_| AtomicU64::new(0)).collect();
//! let clock = ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
//! let config = RegionConfig { shape, region_id: [1, 2], generation: 1, clock, catalog: &SCHED };
//! let region = Region::format(MemoryMut::from_words(&words), &config)?;
//! let writer = region.open_lane(0, &LaneConfig::new("cpu0", Policy::Overwrite), || 7)?;
//! writer.emit(&SchedSwitch { prev_tid: 41, next_tid: 42 })?;
//!
//! // The reader.
//! let view = RegionView::attach(Memory::from_words(&words))?;
//! let mut lane = LaneReader::open(&view, 0, Start::Oldest, vec![0; 4096 / 8])?;
//! match lane.next() {
//!     Next::Item(Item::Record(record)) => {
//!         let switch = record.view::<SchedSwitch>()?;
//!         assert_eq!((record.sequence, record.header.ticks, switch.next_tid()), (0, 7, 42));
//!     }
//!     other => panic!("{other:?}"),
//! }
//! assert!(lane.books().close());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Spec: `spec/record.md`, `spec/region.md`.

#![no_std]
#![allow(
    clippy::cast_possible_truncation,
    reason = "offsets of mapped memory are addressable, and the words of a header are taken apart"
)]
#![allow(clippy::inline_always, reason = "the write path is measured: see spec/measures.md")]

#[cfg(target_endian = "big")]
compile_error!("a trace record is little-endian (REC-1): this target is big-endian");

#[cfg(loom)]
extern crate std;

#[allow(unused_extern_crates, reason = "the derives name the crate by its path from outside")]
extern crate self as abi_runtime;

pub mod attach;
pub mod books;
mod checksum;
pub mod clock;
mod code;
mod cost;
mod decode;
pub mod drain;
pub mod drops;
mod embedded;
mod finish;
mod fixed;
mod flags;
mod fullness;
pub mod gap;
pub mod geometry;
pub mod item;
mod kept;
mod lane;
mod lane_error;
mod law;
pub mod layout;
pub mod memory;
pub mod merge;
#[cfg(all(test, loom))]
mod model;
mod name;
pub mod observing;
mod order;
pub mod pool;
pub mod prelude;
mod private;
pub mod reader;
mod record;
mod refusal;
pub mod region;
mod reopen;
pub mod reservation;
mod run;
mod start;
mod sync;
pub mod timeline;
mod view;
mod wire;
mod words;
pub mod writer;

#[doc(hidden)]
pub mod __private;

pub use abi_schema;
pub use code::{Code, CodeInt, TraceCode, UnknownCode};
pub use flags::{Flags, FlagsInt, TraceFlags};
pub use name::Name;
pub use record::{TraceRecord, WireStruct};
pub use trace_derive::catalog;
pub use view::{MissingField, RecordView, View, ViewError};
pub use wire::WireType;
pub use zerocopy;
