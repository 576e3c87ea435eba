//! Records whose sizes meet every edge of a block of 4096 bytes.

use abi_runtime::prelude::*;
use zerocopy::FromBytes;

/// Two numbers with a hole, as they lie in other records.
#[derive(WireStruct, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
pub(crate) struct Pair {
    /// One.
    pub(crate) one: u32,
    #[trace(reserved)]
    _hole: [u8; 2],
    /// Two.
    pub(crate) two: u16,
}

/// The smallest record.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0100)]
pub(crate) struct Tag {
    /// Anything.
    pub(crate) value: u64,
}

/// Reserved bytes in every place where there can be some.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0101, version = 3, class = "vital")]
pub(crate) struct Holes {
    /// The first version had this.
    pub(crate) value: u16,
    #[trace(reserved)]
    _after_value: [u8; 6],
    /// Composites with holes.
    #[trace(since = 2)]
    pub(crate) pairs: [Pair; 3],
    /// The last version has this.
    #[trace(since = 3)]
    pub(crate) more: u32,
    #[trace(since = 3, reserved)]
    _after_more: [u8; 4],
}

/// What most records are like.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0102, class = "bulk")]
pub(crate) struct Line {
    /// Anything.
    pub(crate) values: [u64; 6],
}

/// A quarter of a block.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0103)]
pub(crate) struct Quarter {
    /// Anything.
    pub(crate) values: [u64; 124],
}

/// The largest record of a block of 4096 bytes: behind a Loss record it fills one.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0104, class = "vital")]
pub(crate) struct Largest {
    /// Anything.
    pub(crate) values: [u64; 489],
}

/// One word too many for a block of 4096 bytes.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0105, class = "bulk")]
pub(crate) struct Excess {
    /// Anything.
    pub(crate) values: [u64; 490],
}

abi_runtime::catalog! {
    /// What the scripts record.
    pub(crate) static CROSS = "cross" {
        records: [Tag, Holes, Line, Quarter, Largest, Excess],
        structs: [Pair],
    }
}
