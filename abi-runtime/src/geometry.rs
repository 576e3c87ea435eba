//! Where things lie in a region: computed once by a driver, checked once by a reader.
//!
//! Spec: `spec/region.md`, REG-3, REG-6 and REG-10.

use core::fmt;

use crate::layout::{
    BLOCK_HEADER_SIZE, BLOCK_SIZES, BLOCKS_PER_LANE, LANES, LOSS_SIZE, LaneControl, MAX_CATALOGS,
    SECTION_ALIGN,
};

/// The largest record that its header can state, in bytes.
const MAX_RECORD: u64 = 65_528;

/// How many lanes a region has and how large they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Number of lanes, 1 to 4096.
    pub lanes: u32,
    /// Bytes of one block, a power of two from 4096 to 1,048,576.
    pub block_size: u32,
    /// Blocks of each lane, a power of two from 2 to 1,048,576.
    pub blocks_per_lane: u32,
}

/// A shape that no region can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShapeError {
    /// The number of lanes is out of range.
    Lanes(u32),
    /// The block size is out of range or not a power of two.
    BlockSize(u32),
    /// The number of blocks is out of range or not a power of two.
    BlocksPerLane(u32),
    /// The catalog documents are larger than a region may have them.
    Catalogs(u64),
    /// The region would be larger than this machine can address.
    TooLarge,
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lanes(found) => {
                write!(f, "{found} lanes: a region has {} to {} (REG-6)", LANES.start(), LANES.end())
            }
            Self::BlockSize(found) => write!(
                f,
                "block size {found}: it must be a power of two from {} to {} (REG-6)",
                BLOCK_SIZES.start(),
                BLOCK_SIZES.end()
            ),
            Self::BlocksPerLane(found) => write!(
                f,
                "{found} blocks per lane: it must be a power of two from {} to {} (REG-6)",
                BLOCKS_PER_LANE.start(),
                BLOCKS_PER_LANE.end()
            ),
            Self::Catalogs(found) => write!(
                f,
                "catalog documents of {found} bytes: at most {MAX_CATALOGS} are read (REG-58); state fewer records, or shorter names"
            ),
            Self::TooLarge => f.write_str(
                "the region would be larger than this machine can address; use fewer or smaller blocks",
            ),
        }
    }
}

impl core::error::Error for ShapeError {}

/// Where the sections of a region lie. Every number is in bytes from the region's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// How many lanes there are and how large.
    pub shape: Shape,
    /// First byte of the catalog documents.
    pub catalog_offset: u64,
    /// Bytes of the catalog documents.
    pub catalog_size: u64,
    /// First lane control.
    pub lanes_offset: u64,
    /// First block of lane 0.
    pub blocks_offset: u64,
    /// Bytes of the whole region.
    pub total_size: u64,
}

/// Checks the size of a region's catalog documents (REG-58).
pub(crate) const fn check_catalogs(size: u64) -> Result<(), ShapeError> {
    if size > MAX_CATALOGS { Err(ShapeError::Catalogs(size)) } else { Ok(()) }
}

impl Shape {
    /// Checks the ranges of REG-6.
    ///
    /// # Errors
    ///
    /// Names the number that is out of range.
    pub fn check(self) -> Result<(), ShapeError> {
        if !LANES.contains(&self.lanes) {
            return Err(ShapeError::Lanes(self.lanes));
        }
        if !BLOCK_SIZES.contains(&self.block_size) || !self.block_size.is_power_of_two() {
            return Err(ShapeError::BlockSize(self.block_size));
        }
        if !BLOCKS_PER_LANE.contains(&self.blocks_per_lane) || !self.blocks_per_lane.is_power_of_two() {
            return Err(ShapeError::BlocksPerLane(self.blocks_per_lane));
        }
        Ok(())
    }

    /// Returns the bytes of one lane's blocks: a power of two, at most 2^40.
    pub const fn capacity(self) -> u64 {
        self.block_size as u64 * self.blocks_per_lane as u64
    }

    /// Returns the bytes of the largest record, its header included (REG-18).
    pub const fn max_record(self) -> u64 {
        let room = self.block_size as u64 - BLOCK_HEADER_SIZE - LOSS_SIZE;
        if room < MAX_RECORD { room } else { MAX_RECORD }
    }

    /// Lays out a region whose catalog documents take `catalog_size` bytes.
    ///
    /// # Errors
    ///
    /// Names the number that is out of range, or says that the whole would not fit.
    pub fn geometry(self, catalog_size: u64) -> Result<Geometry, ShapeError> {
        self.check()?;
        check_catalogs(catalog_size)?;
        let section =
            |offset: u64, size: u64| offset.checked_add(size)?.checked_next_multiple_of(SECTION_ALIGN);
        let lay_out = || {
            let catalog_offset = SECTION_ALIGN;
            let lanes_offset = section(catalog_offset, catalog_size)?;
            let lanes_size = u64::from(self.lanes) * size_of::<LaneControl>() as u64;
            let blocks_offset = section(lanes_offset, lanes_size)?;
            let blocks_size = u64::from(self.lanes).checked_mul(self.capacity())?;
            let total_size = section(blocks_offset, blocks_size)?;
            usize::try_from(total_size).ok().filter(|&size| isize::try_from(size).is_ok())?;
            Some(Geometry {
                shape: self,
                catalog_offset,
                catalog_size,
                lanes_offset,
                blocks_offset,
                total_size,
            })
        };
        lay_out().ok_or(ShapeError::TooLarge)
    }
}

impl Geometry {
    /// Returns the first byte of lane `lane`'s control.
    pub(crate) const fn control_offset(&self, lane: u32) -> u64 {
        self.lanes_offset + lane as u64 * size_of::<LaneControl>() as u64
    }

    /// Returns the first byte of lane `lane`'s blocks.
    pub(crate) const fn lane_offset(&self, lane: u32) -> u64 {
        self.blocks_offset + lane as u64 * self.shape.capacity()
    }
}
