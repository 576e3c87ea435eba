//! A catalog of everything that a header can go wrong on.

use abi_runtime::prelude::*;

/// Ends a comment: */ and begins one: /* and is a trigraph??/
///
/// A backslash at the end \
/// and text that turns around: "\u{202e}".
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100, version = 4, class = "vital")]
pub struct EveryType {
    /// Bytes, in two dimensions.
    pub grid: [[u16; 3]; 4],
    pub byte: u8,
    pub signed: i8,
    /// Claimed in version 2.
    #[trace(since = 2, claims = 1)]
    pub claimed: u16,
    /// How far, in sixteenths.
    #[trace(unit = "mm", scale = "1/16", kind = "gauge", absent = -1)]
    pub far: i32,
    pub wide: i64,
    #[trace(clock = "region", unit = "tick", kind = "counter")]
    pub ticks: u64,
    pub single: f32,
    #[trace(reserved)]
    _gap: [u8; 4],
    pub double: f64,
    /// A name.
    #[trace(privacy = "private", kind = "identity")]
    pub name: Name<11>,
    #[trace(reserved)]
    _after_name: [u8; 5],
    pub small: Code<Small>,
    #[trace(reserved)]
    _after_small: [u8; 7],
    pub large: Code<Large>,
    pub bits: Flags<Bits>,
    /// Composites that hold reserved bytes.
    pub points: [Point; 2],
    /// Since version 3, and not wanted any more.
    #[trace(since = 3, deprecated = 4)]
    pub last: u64,
}

/// A place.
#[derive(Clone, Copy, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct Point {
    /// To the right.
    pub x: i32,
    #[trace(reserved)]
    _gap: u32,
    /// Down.
    pub y: i64,
}

/// Small numbers, and negative ones.
#[derive(TraceCode)]
#[repr(i8)]
pub enum Small {
    /// The least.
    Least = -128,
    /// None.
    Zero = 0,
    /// The most.
    Most = 127,
}

/// The largest numbers.
#[derive(TraceCode)]
#[repr(i64)]
pub enum Large {
    /// No literal has this value.
    Least = i64::MIN,
    /// The most.
    Most = i64::MAX,
}

/// Bits up to the highest.
#[derive(TraceFlags)]
#[repr(u64)]
pub enum Bits {
    /// The lowest.
    Lowest = 1,
    /// Four that belong together.
    Nibble = 0xf0,
    /// The highest.
    Highest = 1 << 63,
}

/// Names that other languages keep for themselves, and macros of system headers.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0101, class = "bulk")]
pub struct Words {
    pub class: u8,
    pub class_: u8,
    pub class__: u8,
    pub new: u8,
    pub delete: u8,
    pub template: u8,
    pub this: u8,
    pub operator: u8,
    pub namespace: u8,
    pub private: u8,
    pub register: u8,
    pub restrict: u8,
    pub inline: u8,
    pub bool: u8,
    pub alignas: u8,
    pub static_assert: u8,
    pub nullptr: u8,
    pub constexpr: u8,
    pub requires: u8,
    pub concept: u8,
    pub co_await: u8,
    pub char8_t: u8,
    pub export: u8,
    pub import: u8,
    pub id: u8,
    pub out: u8,
    pub inout: u8,
    pub init: u8,
    pub protocol: u8,
    pub func: u8,
    pub errno: u8,
    pub major: u8,
    pub minor: u8,
    pub unix: u8,
    pub linux: u8,
    pub check: u8,
    pub require: u8,
    pub verify: u8,
    pub min: u8,
    pub max: u8,
    pub stdin: u8,
    pub complex: u8,
    pub int: u8,
    pub double: u8,
    pub signed: u8,
    pub default: u8,
    pub auto: u8,
    pub goto: u8,
    pub switch: u8,
    pub volatile: u8,
    pub r#type: u8,
    pub r#struct: u8,
    pub r#true: u8,
    pub r#typeof: u8,
    pub xor: u8,
    pub and: u8,
}

abi_runtime::catalog! {
    /// Everything at once: */
    pub static TORTURE = "torture" {
        records: [EveryType, Words],
        structs: [Point],
        retired: [0x0177 "Gone"],
    }
}
