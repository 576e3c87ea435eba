//! A region as a reader finds it: a claim until it has been checked.
//!
//! Spec: `spec/region.md`, REG-4 and REG-10.

use core::fmt;
use core::mem::offset_of;

use zerocopy::IntoBytes;

use crate::WireType;
use crate::checksum::header_checksum;
use crate::geometry::{Geometry, Shape, ShapeError, check_catalogs};
use crate::lane;
use crate::layout::{
    ABI_MAJOR, ABI_MINOR, BYTE_ORDER, DRAIN_READERS, LaneControl, LaneState, MAGIC, MAX_HEADER_SIZE,
    RegionHeader, RegionState, RegionStateLine, SECTION_ALIGN, STATE_OFFSET,
};
use crate::memory::{Memory, WORD};
use crate::order;

/// A region that was found to be well formed.
#[derive(Clone, Copy, Debug)]
pub struct RegionView<'m> {
    memory: Memory<'m>,
    checked: CheckedHeader,
}

/// What was checked of a region, without its memory: for whoever keeps both.
#[derive(Clone, Copy, Debug)]
pub struct CheckedHeader {
    header: RegionHeader,
    geometry: Geometry,
}

impl CheckedHeader {
    /// Returns the copy of the region header that was checked.
    pub const fn header(&self) -> &RegionHeader {
        &self.header
    }

    /// Returns the region in `memory`, which is the one that was checked. Nothing is loaded.
    ///
    /// # Panics
    ///
    /// If `memory` has another size than was checked.
    pub fn of<'m>(&self, memory: Memory<'m>) -> RegionView<'m> {
        assert!(memory.len() == self.geometry.total_size, "not the memory that was checked");
        RegionView { memory, checked: *self }
    }
}

/// A region was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachError {
    /// There are too few bytes for a region's first sections.
    TooSmall {
        /// Bytes that there are.
        have: u64,
    },
    /// The first 8 bytes are not those of a region.
    Magic([u8; 8]),
    /// The driver has another byte order.
    ByteOrder(u32),
    /// The driver speaks another region ABI.
    AbiMajor {
        /// The driver's major and minor number.
        driver: (u16, u16),
    },
    /// The static header states a size that it cannot have.
    HeaderSize(u32),
    /// The static header's checksum does not hold.
    Checksum {
        /// What the header states.
        stated: u32,
        /// What its bytes give.
        computed: u32,
    },
    /// The header states another size than the memory has.
    TotalSize {
        /// What the header states, in bytes.
        stated: u64,
        /// What there is, in bytes.
        have: u64,
    },
    /// The header states a shape that no region can have.
    Shape(ShapeError),
    /// Lane controls have another size than in this ABI.
    LaneStride(u32),
    /// A section does not lie where it can lie.
    Section {
        /// Which section.
        section: Section,
        /// The offset that the header states.
        offset: u64,
    },
    /// More drain readers are stated than a region can have.
    DrainReaders(u32),
    /// Numerator or denominator of the clock is 0.
    ClockRatio,
}

/// A section of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named in REG-3")]
pub enum Section {
    CatalogDocuments,
    LaneControls,
    Blocks,
}

impl fmt::Display for AttachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall { have } => {
                write!(f, "not a region: it has {have} bytes, and the smallest has {}", 2 * SECTION_ALIGN)
            }
            Self::Magic(found) => {
                write!(f, "not a region: it begins with {found:02x?} instead of {MAGIC:02x?} (REG-5)")
            }
            Self::ByteOrder(found) => write!(
                f,
                "a region of another byte order: {found:#010x} instead of {BYTE_ORDER:#010x} (REG-5); read it on a machine like the driver's"
            ),
            Self::AbiMajor { driver: (major, minor) } => write!(
                f,
                "the driver speaks region ABI {major}.{minor} and this reader {ABI_MAJOR}.{ABI_MINOR}: the major numbers must be equal (REG-5); use a reader of ABI {major}"
            ),
            Self::HeaderSize(found) => write!(
                f,
                "damaged region: its header states {found} bytes for itself; {} to {MAX_HEADER_SIZE} are possible (REG-10)",
                size_of::<RegionHeader>()
            ),
            Self::Checksum { stated, computed } => write!(
                f,
                "damaged region: its header states checksum {stated:#010x} and its bytes give {computed:#010x} (REG-6)"
            ),
            Self::TotalSize { stated, have } => write!(
                f,
                "truncated or foreign region: its header states {stated} bytes and there are {have} (REG-10)"
            ),
            Self::Shape(error) => write!(f, "damaged region: {error}"),
            Self::LaneStride(found) => write!(
                f,
                "damaged region: lane controls of {found} bytes; ABI {ABI_MAJOR} has {} (REG-10)",
                size_of::<LaneControl>()
            ),
            Self::Section { section, offset } => {
                write!(f, "damaged region: section {section:?} cannot lie at byte {offset} (REG-10)")
            }
            Self::DrainReaders(found) => {
                write!(f, "damaged region: {found} drain readers; {DRAIN_READERS} are possible (REG-10)")
            }
            Self::ClockRatio => {
                f.write_str("damaged region: its clock has numerator or denominator 0 (REG-6)")
            }
        }
    }
}

impl core::error::Error for AttachError {}

impl<'m> RegionView<'m> {
    /// Copies the region header once and checks the copy (REG-10). Nothing else of the region has
    /// been looked at when this refuses it.
    ///
    /// # Errors
    ///
    /// Names the first rule that does not hold.
    pub fn attach(memory: Memory<'m>) -> Result<Self, AttachError> {
        let have = memory.len();
        if have < 2 * SECTION_ALIGN {
            return Err(AttachError::TooSmall { have });
        }
        let mut words = [0; MAX_HEADER_SIZE as usize / WORD];
        memory.copy_out(0, &mut words);
        // No fence: whoever maps the region was handed it after its header had been made.
        let bytes = words.as_bytes();
        let header = RegionHeader::read_wire(&bytes[..size_of::<RegionHeader>()]);
        check_prefix(&header)?;
        check_static(&header, bytes)?;
        if header.total_size != have {
            return Err(AttachError::TotalSize { stated: header.total_size, have });
        }
        let geometry = check_geometry(&header)?;
        Ok(Self { memory, checked: CheckedHeader { header, geometry } })
    }

    /// Returns what was checked, without the memory.
    pub const fn checked(&self) -> CheckedHeader {
        self.checked
    }

    /// Returns the copy of the region header that was checked.
    pub const fn header(&self) -> &RegionHeader {
        &self.checked.header
    }

    /// Returns where things lie.
    pub const fn geometry(&self) -> &Geometry {
        &self.checked.geometry
    }

    /// Returns the number of lanes, opened or not.
    pub const fn lanes(&self) -> u32 {
        self.checked.geometry.shape.lanes
    }

    pub(crate) const fn memory(&self) -> Memory<'m> {
        self.memory
    }

    /// Returns what the driver last said of itself, or the raw number if it is unknown here. A
    /// driver that died said nothing.
    pub fn state(&self) -> Result<RegionState, u64> {
        load_state(&self.memory, STATE_OFFSET as usize / WORD)
    }

    /// Returns the sum of the positions up to which lanes are published, by wrapping addition: for whoever
    /// waits for more, in any of them.
    pub fn published(&self) -> u64 {
        self.lane_words(lane::PUBLISH).fold(0, u64::wrapping_add)
    }

    /// Returns how many lanes their writers have closed.
    pub fn closed_lanes(&self) -> u32 {
        let closed = self.lane_words(lane::STATE).filter(|&state| state == LaneState::Closed as u64);
        closed.count() as u32
    }

    /// Loads one word of every lane's control.
    fn lane_words(&self, at: usize) -> impl Iterator<Item = u64> {
        let geometry = self.checked.geometry;
        (0..self.lanes()).map(move |lane| {
            let control = geometry.control_offset(lane) as usize / WORD;
            self.memory.load(control + at)
        })
    }

    /// Returns how often a lane was asked for and none was free: what was not written then stands in no
    /// lane's account (REG-53).
    pub fn claims_refused(&self) -> u64 {
        let offset = STATE_OFFSET as usize + offset_of!(RegionStateLine, claims_refused);
        self.memory.load(offset / WORD)
    }

    /// Copies the catalog documents out, in embedded form, one after the other. Returns how many
    /// bytes were copied: the smaller of `into` and the section.
    pub fn copy_catalogs(&self, into: &mut [u8]) -> usize {
        let size = usize::try_from(self.checked.geometry.catalog_size).unwrap_or(usize::MAX);
        let len = size.min(into.len());
        let first = self.checked.geometry.catalog_offset as usize / WORD;
        for (at, chunk) in into[..len].chunks_mut(WORD).enumerate() {
            let word = self.memory.load(first + at).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        len
    }
}

/// Loads a region's state from word `at`.
pub(crate) fn load_state(memory: &Memory<'_>, at: usize) -> Result<RegionState, u64> {
    let state = memory.load(at);
    // PAIRS WITH: store_state (release store), REG-7.
    order::SEE_REGION_STATE.fence();
    <RegionState as crate::TraceCode>::from_raw(state).ok_or(state)
}

/// What every version of the region ABI has in its first 64 bytes (REG-5).
fn check_prefix(header: &RegionHeader) -> Result<(), AttachError> {
    if header.magic != MAGIC {
        return Err(AttachError::Magic(header.magic));
    }
    if header.byte_order != BYTE_ORDER {
        return Err(AttachError::ByteOrder(header.byte_order));
    }
    if header.abi_major != ABI_MAJOR {
        return Err(AttachError::AbiMajor { driver: (header.abi_major, header.abi_minor) });
    }
    Ok(())
}

fn check_static(header: &RegionHeader, bytes: &[u8]) -> Result<(), AttachError> {
    let size = usize::try_from(header.header_size).unwrap_or(usize::MAX);
    let own = match bytes.get(..size) {
        Some(own) if size >= size_of::<RegionHeader>() && size % WORD == 0 => own,
        _ => return Err(AttachError::HeaderSize(header.header_size)),
    };
    let computed = header_checksum(own);
    if computed != header.checksum {
        return Err(AttachError::Checksum { stated: header.checksum, computed });
    }
    if header.tick_numerator == 0 || header.tick_denominator == 0 {
        return Err(AttachError::ClockRatio);
    }
    Ok(())
}

fn check_geometry(header: &RegionHeader) -> Result<Geometry, AttachError> {
    let shape = Shape {
        lanes: header.lane_count,
        block_size: header.block_size,
        blocks_per_lane: header.blocks_per_lane,
    };
    shape.check().map_err(AttachError::Shape)?;
    let stride = size_of::<LaneControl>() as u32;
    if header.lane_stride != stride {
        return Err(AttachError::LaneStride(header.lane_stride));
    }
    let lanes_size = u64::from(shape.lanes) * u64::from(stride);
    let blocks_size = u64::from(shape.lanes).checked_mul(shape.capacity());
    if header.drain_readers > DRAIN_READERS as u32 {
        return Err(AttachError::DrainReaders(header.drain_readers));
    }
    let sections = [
        (Section::CatalogDocuments, header.catalog_offset, Some(header.catalog_size)),
        (Section::LaneControls, header.lanes_offset, Some(lanes_size)),
        (Section::Blocks, header.blocks_offset, blocks_size),
    ];
    // The first section begins behind the header's.
    let mut end = SECTION_ALIGN;
    for (section, offset, size) in sections {
        let own_end = size.and_then(|size| offset.checked_add(size));
        match own_end {
            Some(own_end) if offset >= end && offset % SECTION_ALIGN == 0 && own_end <= header.total_size => {
                end = own_end;
            }
            _ => return Err(AttachError::Section { section, offset }),
        }
    }
    check_catalogs(header.catalog_size).map_err(AttachError::Shape)?;
    Ok(Geometry {
        shape,
        catalog_offset: header.catalog_offset,
        catalog_size: header.catalog_size,
        lanes_offset: header.lanes_offset,
        blocks_offset: header.blocks_offset,
        total_size: header.total_size,
    })
}
