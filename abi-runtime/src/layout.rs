//! The region's own structs, described by the same derive as everybody's records.
//!
//! Spec: `spec/region.md`, REG-5 to REG-19; `REGION` is the catalog that generates
//! `testimony/region_abi.h`.

use crate::prelude::*;

/// First bytes of every region: damaged by any transfer that is not binary.
pub const MAGIC: [u8; 8] = *b"\x89TSM\r\n\x1a\n";
/// What a little-endian driver stores as byte order.
pub const BYTE_ORDER: u32 = 0x0102_0304;
/// The region ABI's major number: readers refuse any other.
pub const ABI_MAJOR: u16 = 1;
/// The region ABI's minor number: larger ones only add what a reader may ignore.
pub const ABI_MINOR: u16 = 0;
/// Sections begin at multiples of this: the largest page among the targets.
pub const SECTION_ALIGN: u64 = 16_384;
/// Where the region's state word lies; behind everything the static header may grow into.
pub const STATE_OFFSET: u64 = 4_096;
/// The largest static header, in bytes: it ends where the state begins.
pub const MAX_HEADER_SIZE: u32 = 4_096;
/// Smallest and largest block, in bytes.
pub const BLOCK_SIZES: core::ops::RangeInclusive<u32> = 4_096..=1_048_576;
/// Fewest and most blocks of one lane. With one block, opening the next would leave nothing to read.
pub const BLOCKS_PER_LANE: core::ops::RangeInclusive<u32> = 2..=1_048_576;
/// Fewest and most lanes of one region.
pub const LANES: core::ops::RangeInclusive<u32> = 1..=4_096;
/// Bytes of a record header.
pub const RECORD_HEADER_SIZE: u64 = 16;
/// Bytes of a block header.
pub const BLOCK_HEADER_SIZE: u64 = 64;
/// Bytes of a Loss record, its header included.
pub const LOSS_SIZE: u64 = RECORD_HEADER_SIZE + size_of::<Loss>() as u64;
/// Bit of a record's flags: it takes no sequence number.
pub const UNSEQUENCED: u16 = 1;

/// What every region begins with. Written once, before anybody can see the region.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct RegionHeader {
    /// `89 54 53 4D 0D 0A 1A 0A`.
    pub magic: [u8; 8],
    /// 0x01020304 as the driver's byte order has it.
    pub byte_order: u32,
    /// Bytes of the static header, this struct and what a later minor version appends.
    pub header_size: u32,
    /// Readers refuse any other major number than their own.
    pub abi_major: u16,
    /// A larger minor number has added only what an older reader may ignore.
    pub abi_minor: u16,
    #[trace(reserved)]
    pub(crate) _reserved0: [u8; 4],
    /// Bytes of the whole region.
    #[trace(unit = "By")]
    pub total_size: u64,
    /// 128 random bits, never reused.
    pub region_id: [u64; 2],
    /// Fingerprint of the driver's catalog, low word first.
    pub fingerprint: [u64; 2],
    /// CRC-32C of the static header, taken with this field as zero.
    pub checksum: u32,
    #[trace(reserved)]
    pub(crate) _reserved1: [u8; 4],
    /// The driver's incarnation: grows with every start.
    pub generation: u64,
    /// First byte of the catalog documents.
    pub catalog_offset: u64,
    /// Bytes of the catalog documents.
    #[trace(unit = "By")]
    pub catalog_size: u64,
    /// First lane control.
    pub lanes_offset: u64,
    /// First block of lane 0.
    pub blocks_offset: u64,
    /// Number of lanes.
    pub lane_count: u32,
    /// Bytes of one lane control.
    #[trace(unit = "By")]
    pub lane_stride: u32,
    /// Bytes of one block, a power of two.
    #[trace(unit = "By")]
    pub block_size: u32,
    /// Blocks of each lane, a power of two.
    pub blocks_per_lane: u32,
    /// Where ticks come from.
    pub clock_kind: Code<ClockKind>,
    #[trace(reserved)]
    pub(crate) _reserved2: [u8; 4],
    /// Nanoseconds are ticks times this ...
    pub tick_numerator: u64,
    /// ... divided by this.
    pub tick_denominator: u64,
    /// One moment in ticks.
    #[trace(unit = "tick")]
    pub anchor_ticks: u64,
    /// The same moment since 1970 UTC.
    #[trace(unit = "ns", absent = 0)]
    pub anchor_utc: u64,
    /// What one record costs the observed, measured when the region was made.
    #[trace(unit = "tick", scale = "1/1024", absent = 0)]
    pub record_cost: u64,
    #[trace(reserved)]
    pub(crate) _reserved3: [u8; 80],
}

/// Where ticks come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u32)]
#[trace(crate = crate)]
pub enum ClockKind {
    /// A counter that the driver defines; nothing but the ratio is known of it.
    Other = 1,
    /// The x86 time-stamp counter.
    Tsc = 2,
    /// The aarch64 virtual counter.
    Cntvct = 3,
    /// `CLOCK_MONOTONIC`, nanoseconds.
    Monotonic = 4,
    /// `CLOCK_BOOTTIME`, nanoseconds, counts sleep.
    Boottime = 5,
    /// `mach_continuous_time`, counts sleep.
    MachContinuous = 6,
}

/// The line that says whether the driver is still at it.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct RegionStateLine {
    /// Whether the driver is still at it.
    pub state: Code<RegionState>,
    #[trace(reserved)]
    pub(crate) _reserved: [u8; 120],
}

/// Whether a region's driver is still at it, in its own words. A driver that died said nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u64)]
#[trace(crate = crate)]
pub enum RegionState {
    /// Lanes may be written.
    Live = 1,
    /// The driver is closing its lanes.
    Closing = 2,
    /// Nothing will be written any more.
    Closed = 3,
}

/// Line 1 of a lane control: what does not change while a writer has the lane.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct LaneStatic {
    /// What happens when the lane is full. 0: never opened.
    pub policy: Code<Policy>,
    #[trace(reserved)]
    pub(crate) _reserved0: [u8; 4],
    /// 1 for the lane's first writer, then one more for each.
    pub incarnation: u64,
    /// Whatever the driver says of the thread, queue or CPU that writes.
    pub owner: u64,
    /// Position at which the incarnation began, a multiple of the block size.
    pub start_position: u64,
    /// Sequence at which it began.
    pub start_sequence: u64,
    #[trace(reserved)]
    pub(crate) _thresholds: [u8; 8],
    /// Name of the lane.
    pub name: Name<32>,
    #[trace(reserved)]
    pub(crate) _reserved1: [u8; 48],
}

/// What a lane does when it is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u32)]
#[trace(crate = crate)]
pub enum Policy {
    /// Let go of the oldest block: a flight recorder.
    Overwrite = 1,
    /// Refuse the new: what came first survives.
    Fill = 2,
    /// Reuse a block once its reader has released it. Not in ABI 1.0.
    Drain = 3,
}

/// Line 2: which blocks may be in the middle of being rewritten.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct LaneReserve {
    /// Position up to which blocks may be in the middle of being rewritten.
    pub reserve: u64,
    #[trace(reserved)]
    pub(crate) _reserved: [u8; 120],
}

/// Line 3: which records are whole. Alone on its line, for it changes with every record.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct LanePublish {
    /// Position up to which records are whole.
    pub publish: u64,
    #[trace(reserved)]
    pub(crate) _reserved: [u8; 120],
}

/// Line 4: the writer's account, stored at every drop and at every block change.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct LaneAccount {
    /// Whether the writer has closed the lane.
    pub state: Code<LaneState>,
    /// Attempts whose fate was settled when this was last stored, as a sequence.
    pub offered: u64,
    /// Attempts that were refused, by cause.
    pub dropped: DropCounts,
    #[trace(reserved)]
    pub(crate) _pressure: [u8; 8],
    #[trace(reserved)]
    pub(crate) _cost: [u8; 16],
    #[trace(reserved)]
    pub(crate) _reserved: [u8; 32],
}

/// Whether a lane's writer has closed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u64)]
#[trace(crate = crate)]
pub enum LaneState {
    /// The writer may still write.
    Open = 1,
    /// The writer said that this was all.
    Closed = 2,
}

/// Attempts that the writer refused, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct DropCounts {
    /// The record was larger than a lane of this block size takes.
    pub too_big: u64,
    /// The writer had closed the lane.
    pub closed: u64,
    /// The lane was full, the record of class vital.
    pub full_vital: u64,
    /// The lane was full, the record of class normal.
    pub full_normal: u64,
    /// The lane was full, the record of class bulk.
    pub full_bulk: u64,
    /// The attempt was made inside another attempt on the same lane.
    pub reentered: u64,
    /// A reservation was given up without a commit.
    pub abandoned: u64,
}

/// The four lines of a lane control.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct LaneControl {
    /// What does not change while a writer has the lane.
    pub fixed: LaneStatic,
    /// Which blocks may be in the middle of being rewritten.
    pub reserve: LaneReserve,
    /// Which records are whole.
    pub publish: LanePublish,
    /// The writer's account.
    pub account: LaneAccount,
}

/// What every block begins with.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct BlockHeader {
    /// Position of the block's first byte: tells one lap from the next.
    pub position: u64,
    /// Sequence that is due at the block's start.
    pub first_sequence: u64,
    /// Ticks of the attempt that opened the block.
    #[trace(unit = "tick", clock = "region")]
    pub first_ticks: u64,
    /// Drops that Loss records before this block account for.
    pub dropped: u64,
    /// 0 while the block is open, then the bytes in use, this header included.
    #[trace(unit = "By")]
    pub used: u32,
    /// 0 in a region; set when a block is saved.
    pub checksum: u32,
    #[trace(reserved)]
    pub(crate) _reserved: [u8; 24],
}

/// What every record begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct RecordHeader {
    /// Bytes of the record, this header included: a multiple of 8, at least 16.
    #[trace(unit = "By")]
    pub size: u16,
    /// Which record; never 0.
    pub id: u16,
    /// The acting version: the one its writer used; never 0.
    pub version: u16,
    /// Bit 0: the record takes no sequence number.
    pub flags: u16,
    /// When the attempt was made.
    #[trace(unit = "tick", clock = "region")]
    pub ticks: u64,
}

impl RecordHeader {
    /// Takes the header apart that two words hold.
    #[inline]
    pub(crate) const fn from_words(first: u64, ticks: u64) -> Self {
        Self {
            size: first as u16,
            id: (first >> 16) as u16,
            version: (first >> 32) as u16,
            flags: (first >> 48) as u16,
            ticks,
        }
    }
}

/// Attempts were dropped, directly before the record that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0001, instrument, class = "vital", crate = crate)]
pub struct Loss {
    /// Sequence of the first attempt that was dropped.
    pub first_sequence: u64,
    /// How many were dropped, one after the other.
    pub count: u64,
    /// When the first was made.
    #[trace(unit = "tick", clock = "region")]
    pub first_ticks: u64,
    /// When the last was made.
    #[trace(unit = "tick", clock = "region")]
    pub last_ticks: u64,
    /// Why, in counts that add up to `count`.
    pub dropped: DropCounts,
}

crate::catalog! {
    /// What a region itself is made of.
    pub static REGION = "region" {
        crate: crate,
        lock: "region.lock",
        prefix: "tsm",
        instrument: true,
        records: [Loss],
        structs: [RegionHeader, RegionStateLine, LaneControl, BlockHeader, RecordHeader],
    }
}

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<RegionHeader>() == 256, "REG-6");
    assert!(offset_of!(RegionHeader, checksum) == 64, "REG-5");
    assert!(size_of::<RegionStateLine>() == 128, "REG-7");
    assert!(size_of::<LaneControl>() == 512, "REG-11");
    assert!(offset_of!(LaneControl, reserve) == 128, "REG-11");
    assert!(offset_of!(LaneControl, publish) == 256, "REG-11");
    assert!(offset_of!(LaneControl, account) == 384, "REG-11");
    assert!(size_of::<BlockHeader>() as u64 == BLOCK_HEADER_SIZE, "REG-14");
    assert!(size_of::<RecordHeader>() as u64 == RECORD_HEADER_SIZE, "REG-16");
    assert!(LOSS_SIZE == 104, "REG-19");
};
