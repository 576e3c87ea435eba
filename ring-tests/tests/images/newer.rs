//! A region as a later minor version of the region ABI may leave it (REG-5): with a longer header, with
//! something in every byte and a flag in records that are reserved today, and with unsequenced records that
//! nobody knows here.

use std::mem::size_of;

use abi_runtime::abi_schema::{StructSchema, TypeSchema};
use abi_runtime::layout::{BLOCK_HEADER_SIZE, LaneControl, REGION, RegionHeader, STATE_OFFSET, UNSEQUENCED};
use ring_tests::kept::{set_checksum, word};

/// The later version's minor number.
const MINOR: u16 = 999;
/// Bytes of the later version's header.
const HEADER_SIZE: usize = 512;
/// Words of a record that only the later version knows: an instrument's own id, and a flag of its own.
const UNKNOWN: [u64; 6] =
    [0x30 | 0xfe << 16 | 0x1 << 32 | (UNSEQUENCED as u64) << 48 | FLAG, 77, u64::MAX, 0, 1, u64::MAX];
/// A flag of the later version, as it stands in a record's first word (REG-17).
const FLAG: u64 = 0x8000 << 48;
/// What stands in reserved bytes.
const SOMETHING: u8 = 0xa5;

/// How much of the later version is in a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Newer {
    /// Reserved bytes that hold something.
    pub(crate) reserved: usize,
    /// Unknown records.
    pub(crate) unknown: usize,
    /// Records that were delivered with the flag.
    pub(crate) flagged: usize,
}

/// Makes `bytes`, a region of today, one of the later version.
pub(crate) fn make_newer(bytes: &mut [u8]) -> Newer {
    let low = |at: usize| at_most_u32(word(bytes, at));
    let (lanes_offset, blocks_offset) = (index(word(bytes, 96)), index(word(bytes, 104)));
    let (lanes, block_size, blocks) = (low(112), low(120), index(word(bytes, 120) >> 32));
    let mut newer = Newer::default();
    for lane in 0..lanes {
        let control = lanes_offset + lane * size_of::<LaneControl>();
        if at_most_u32(word(bytes, control)) == 0 {
            continue;
        }
        let first = blocks_offset + lane * blocks * block_size;
        newer.unknown +=
            usize::from(put_unknown(bytes, control, first..first + blocks * block_size, block_size));
        for block in 0..blocks {
            newer.reserved += fill_reserved(bytes, "BlockHeader", first + block * block_size);
        }
        newer.reserved += fill_reserved(bytes, "LaneControl", control);
    }
    newer.reserved += fill_reserved(bytes, "RegionStateLine", index(STATE_OFFSET));
    newer.reserved += fill_reserved(bytes, "RegionHeader", 0);
    bytes[size_of::<RegionHeader>()..HEADER_SIZE].fill(SOMETHING);
    bytes[12..16].copy_from_slice(&512u32.to_le_bytes());
    bytes[18..20].copy_from_slice(&MINOR.to_le_bytes());
    assert!(set_checksum(bytes), "the header is there");
    newer
}

/// Takes the header's checksum anew (REG-6).
/// Puts an unknown record before the first of the block that was opened last. Returns whether there was room.
fn put_unknown(bytes: &mut [u8], control: usize, lane: std::ops::Range<usize>, block_size: usize) -> bool {
    let publish = word(bytes, control + 256);
    let end = lane.start + index(publish % lane.len() as u64);
    let block = end - (end - lane.start) % block_size;
    let first = block + index(BLOCK_HEADER_SIZE);
    let size = UNKNOWN.len() * 8;
    // Nothing was published there, or no room is left, or it has been damaged on purpose.
    if end <= first || end + size > block + block_size || word(bytes, first) == 0 {
        return false;
    }
    bytes.copy_within(first..end, first + size);
    for (at, word) in UNKNOWN.iter().enumerate() {
        set_word(bytes, first + 8 * at, *word);
    }
    // The record behind it is a Loss record or one with a number; either has the flag then.
    let known = word(bytes, first + size);
    set_word(bytes, first + size, known | FLAG);
    set_word(bytes, control + 256, publish + size as u64);
    let used = word(bytes, block + 32);
    if used != 0 {
        set_word(bytes, block + 32, used + size as u64);
    }
    true
}

/// Fills what is reserved in the struct `name` of the region's catalog, which lies at byte `at`.
fn fill_reserved(bytes: &mut [u8], name: &str, at: usize) -> usize {
    let found = REGION.structs.iter().find(|composite| composite.name == name);
    fill_fields(bytes, found.expect("the catalog has the struct"), at)
}

fn fill_fields(bytes: &mut [u8], composite: &StructSchema, at: usize) -> usize {
    let mut filled = 0;
    for field in composite.fields {
        let (first, end) = (at + field.offset as usize, at + field.end() as usize);
        if field.reserved {
            bytes[first..end].fill(SOMETHING);
            filled += end - first;
        } else if let TypeSchema::Struct(inner) = field.ty {
            filled += fill_fields(bytes, inner, first);
        }
    }
    filled
}

fn set_word(bytes: &mut [u8], at: usize, word: u64) {
    bytes[at..at + 8].copy_from_slice(&word.to_le_bytes());
}

fn at_most_u32(word: u64) -> usize {
    index(word & u64::from(u32::MAX))
}

fn index(word: u64) -> usize {
    usize::try_from(word).expect("offsets of a small region are small")
}
