//! Records whose sizes meet every edge of a block of 4096 bytes.

use abi_runtime::prelude::*;
use zerocopy::FromBytes;

/// Two numbers with a hole, as they lie in other records.
#[derive(WireStruct, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
pub struct Pair {
    /// One.
    pub one: u32,
    #[trace(reserved)]
    _hole: [u8; 2],
    /// Two.
    pub two: u16,
}

/// The smallest record.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0100)]
pub struct Tag {
    /// Anything.
    pub value: u64,
}

/// Reserved bytes in every place where there can be some.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0101, version = 3, class = "vital")]
pub struct Holes {
    /// The first version had this.
    pub value: u16,
    #[trace(reserved)]
    _after_value: [u8; 6],
    /// Composites with holes.
    #[trace(since = 2)]
    pub pairs: [Pair; 3],
    /// The last version has this.
    #[trace(since = 3)]
    pub more: u32,
    #[trace(since = 3, reserved)]
    _after_more: [u8; 4],
}

/// What most records are like.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0102, class = "bulk")]
pub struct Line {
    /// Anything.
    pub values: [u64; 6],
}

/// A quarter of a block.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0103)]
pub struct Quarter {
    /// Anything.
    pub values: [u64; 124],
}

/// The largest record of a block of 4096 bytes: behind a Loss record it fills one.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0104, class = "vital")]
pub struct Largest {
    /// Anything.
    pub values: [u64; 489],
}

/// One word too many for a block of 4096 bytes.
#[derive(TraceRecord, IntoBytes, Immutable, FromBytes)]
#[repr(C)]
#[trace(id = 0x0105, class = "bulk")]
pub struct Excess {
    /// Anything.
    pub values: [u64; 490],
}

abi_runtime::catalog! {
    /// What the scripts record.
    pub static CROSS = "cross" {
        records: [Tag, Holes, Line, Quarter, Largest, Excess],
        structs: [Pair],
    }
}
