//! The boundary to a DriverKit extension: what a reader asks of it, and what it answers.
//!
//! This is the one table. `cargo xtask gen-headers` writes it for the driver
//! (`include/testimony/boundary.h` and `boundary_abi.h`) and for people (`spec/attach.md`, "DriverKit");
//! the catalog [`BOUNDARY`] is locked like every other, so that a selector or a code that changes its
//! meaning is a break that the law names.
//!
//! A method's scalars are the words of a struct of words: [`HelloIn`] are the two that a reader says
//! hello with.
//!
//! Spec: `spec/attach.md`, ATT-13 to ATT-22.

mod memory;
mod method;
mod refusal;
mod scalars;
mod stat;

use abi_runtime::layout::ABI_MAJOR;

pub use memory::{Access, MEMORIES, Memory, MemoryType};
pub use method::{METHODS, Method, Selector};
pub use refusal::{Refusal, ReturnCode};
pub use scalars::{
    AttachIn, AttachOut, Bell, BellReason, ChooseIn, ChooseOut, Classes, DoorbellIn, EmitIn, EmitOut,
    FlushIn, HelloIn, HelloOut, Scalars, Wants,
};
pub use stat::{LaneStat, MAX_STAT_LANES, MAX_STAT_SIZE, Stat};

/// What stands in the high half of the type that a connection is opened with: `TS`.
pub const OPEN_MAGIC: u16 = 0x5453;

/// Returns the type that a reader of region ABI `major` opens a connection with.
#[must_use]
pub const fn open_type(major: u16) -> u32 {
    (OPEN_MAGIC as u32) << 16 | major as u32
}

/// The type that a reader of this version opens a connection with.
pub const OPEN_TYPE: u32 = open_type(ABI_MAJOR);

abi_runtime::catalog! {
    /// What a reader and a DriverKit extension say to each other.
    pub static BOUNDARY = "boundary" {
        lock: "boundary.lock",
        prefix: "tsm",
        instrument: true,
        records: [],
        structs: [
            Method, Memory,
            HelloIn, HelloOut, AttachIn, AttachOut, DoorbellIn, Bell, ChooseIn, ChooseOut, FlushIn,
            EmitIn, EmitOut,
            Stat, LaneStat,
        ],
    }
}

const _: () = {
    // What is longer comes as memory, not as a structure.
    assert!(MAX_STAT_SIZE <= 4096, "ATT-20");
    assert!(size_of::<Stat>() == 128 && size_of::<LaneStat>() == 32, "ATT-20");
};
