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
pub const ABI_MINOR: u16 = 1;
/// Sections begin at multiples of this: the largest page among the targets.
pub const SECTION_ALIGN: u64 = 16_384;
/// Where the region's state word lies; behind everything the static header may grow into.
pub const STATE_OFFSET: u64 = 4_096;
/// The largest static header, in bytes: it ends where the state begins.
pub const MAX_HEADER_SIZE: u32 = 4_096;
/// The most bytes that the catalog documents of a region take together (REG-58).
pub const MAX_CATALOGS: u64 = 16 << 20;
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
/// Most drain readers of one region, each with a release page.
pub const DRAIN_READERS: usize = 8;
/// Bytes of one lane's line in a release page.
pub const RELEASE_LINE_SIZE: u64 = size_of::<ReleaseLine>() as u64;
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
    /// How many readers can drain at a time. 0: none, and no lane drains.
    pub drain_readers: u32,
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
    /// What one record costs the observed while nobody reads, measured when the region was made.
    #[trace(unit = "tick", scale = "1/1024", absent = 0)]
    pub record_cost: u64,
    /// The same while one reader reads.
    #[trace(unit = "tick", scale = "1/1024", absent = 0)]
    pub record_cost_read: u64,
    #[trace(reserved)]
    pub(crate) _reserved3: [u8; 72],
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
    /// How often a lane was asked for and none was free: what was not written then is in no lane's count.
    pub claims_refused: u64,
    #[trace(reserved)]
    pub(crate) _reserved: [u8; 112],
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
    /// How often the lane was opened again: what tells this word of one incarnation from the next's.
    pub reopened: u32,
    /// 1 for the lane's first writer, then one more for each.
    pub incarnation: u64,
    /// Whatever the driver says of the thread, queue or CPU that writes.
    pub owner: u64,
    /// Position at which the incarnation began, a multiple of the block size.
    pub start_position: u64,
    /// Sequence at which it began.
    pub start_sequence: u64,
    /// Blocks that records of class normal may fill; 0: all of them.
    pub normal_blocks: u32,
    /// Blocks that records of class bulk may fill; 0: all of them.
    pub bulk_blocks: u32,
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
    /// Reuse a block once every drain reader has released it: the oldest survive until they are read.
    Drain = 3,
}

/// Line 2: which blocks may be in the middle of being rewritten.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct LaneReserve {
    /// Position up to which blocks may be in the middle of being rewritten.
    pub reserve: u64,
    /// Policy drain: position up to which every drain reader had released at the writer's last look.
    pub released: u64,
    /// Policy drain: how the writer holds each drain reader, ticket x 256 + a `Standing`.
    pub drain: [u64; DRAIN_READERS],
    #[trace(reserved)]
    pub(crate) _reserved: [u8; 48],
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
    /// How full the lane was at the writer's last look.
    pub pressure: Code<Pressure>,
    /// Time that the sampled attempts took.
    #[trace(unit = "tick")]
    pub cost_ticks: u64,
    /// How many attempts were sampled.
    pub cost_samples: u64,
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

/// How full a lane is that refuses when it is full. A lane that overwrites is always calm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, TraceCode)]
#[repr(u64)]
#[trace(crate = crate)]
pub enum Pressure {
    /// Less than half of the blocks are held.
    Calm = 0,
    /// Half of the blocks are held, or more.
    Rising = 1,
    /// Three quarters of the blocks are held, or more.
    High = 2,
    /// Every block is held: with the open one, the room ends.
    Full = 3,
}

/// One lane's line in a release page: the only shared memory that a reader stores to.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = crate)]
pub struct ReleaseLine {
    /// Position up to which the reader needs nothing more.
    pub released: u64,
    #[trace(reserved)]
    pub(crate) _reserved: [u8; 120],
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
    /// Time that the attempts sampled before this block took.
    #[trace(unit = "tick")]
    pub cost_ticks: u64,
    /// How many these were.
    pub cost_samples: u64,
    #[trace(reserved)]
    pub(crate) _reserved: [u8; 8],
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

/// A lane has a new writer: the first record of every incarnation but the lane's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0002, instrument, class = "vital", crate = crate)]
pub struct LaneOpened {
    /// Which writer of the lane this is, counted from 1.
    pub incarnation: u64,
    /// Whatever the driver says of the thread, queue or CPU that writes now.
    pub owner: u64,
    /// How the incarnation before ended.
    pub previous: Code<Ending>,
    /// Name of the lane now.
    pub name: Name<32>,
}

/// How a lane's incarnation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u64)]
#[trace(crate = crate)]
pub enum Ending {
    /// Its writer closed it.
    Closed = 1,
    /// Its owner was gone, and the driver closed it.
    OwnerGone = 2,
}

crate::catalog! {
    /// What a region itself is made of.
    pub static REGION = "region" {
        crate: crate,
        lock: "region.lock",
        prefix: "tsm",
        instrument: true,
        records: [Loss, LaneOpened],
        structs: [RegionHeader, RegionStateLine, LaneControl, BlockHeader, RecordHeader, ReleaseLine],
        // `RegionHeader::abi_minor` (VER-9).
        minor_number: true,
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
    assert!(size_of::<ReleaseLine>() == 128, "REG-47");
};
