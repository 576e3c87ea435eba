//! What a driver counts, as it says itself: a reader holds it against what stands in the region.

use abi_runtime::layout::{LaneState, RegionState};
use abi_runtime::prelude::*;

use super::refusal::Refusal;
use super::scalars::Classes;

/// Most lanes that one answer describes.
pub const MAX_STAT_LANES: u32 = 64;

/// Bytes of the longest answer.
pub const MAX_STAT_SIZE: u32 = 128 + MAX_STAT_LANES * 32;

/// What STAT answers: this, then a [`LaneStat`] for each lane, the first [`MAX_STAT_LANES`] of them.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct Stat {
    /// Region ABI of the driver: the major number.
    pub abi_major: u16,
    /// Region ABI of the driver: the minor number.
    pub abi_minor: u16,
    /// Lanes of the region.
    pub lanes: u32,
    /// Whether the driver is at it.
    pub state: Code<RegionState>,
    /// The driver's incarnation.
    pub generation: u64,
    /// Connections that are open.
    pub clients: u32,
    /// Readers that are attached.
    pub readers: u32,
    /// Of these: readers that drain.
    pub draining: u32,
    /// Readers that wait to be woken.
    pub sleeping: u32,
    /// Calls that the driver answered, refused ones included.
    pub calls: u64,
    /// Calls that it refused.
    pub refused: u64,
    /// Why it last refused one; 0 if it never did, or for a reason that is IOKit's.
    pub last_refusal: Code<Refusal>,
    /// Region ABI that a reader last spoke which was refused for it; 0 if none was.
    pub refused_major: u32,
    /// Classes that are observed.
    pub classes: Flags<Classes>,
    #[trace(reserved)]
    _reserved: [u8; 56],
}

/// What STAT says of one lane.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct LaneStat {
    /// Whether its writer may still write.
    pub state: Code<LaneState>,
    /// Attempts.
    pub offered: u64,
    /// Attempts that were refused.
    pub refused: u64,
    /// Position up to which records are published.
    #[trace(unit = "By")]
    pub published: u64,
}
