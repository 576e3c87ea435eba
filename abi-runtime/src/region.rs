//! A region as its driver makes it.
//!
//! Spec: `spec/region.md`, "Region header" and "Lane control".

use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;

use abi_schema::CatalogSchema;
use zerocopy::IntoBytes;

use crate::Name;
use crate::checksum::header_checksum;
use crate::clock::Clock;
use crate::geometry::{Geometry, Shape, ShapeError};
use crate::lane;
use crate::layout::{
    ABI_MAJOR, ABI_MINOR, BYTE_ORDER, ClockKind, DropCounts, LaneAccount, LaneControl, LanePublish,
    LaneReserve, LaneState, LaneStatic, MAGIC, Policy, REGION, RegionHeader, RegionState, STATE_OFFSET,
};
use crate::memory::{Memory, MemoryMut, WORD};
use crate::order;
use crate::sync::Ordering;
use crate::words::word_of;
use crate::writer::{Beginning, Writer};

/// What a driver decides when it makes a region.
#[derive(Clone, Copy, Debug)]
pub struct RegionConfig<'c> {
    /// How many lanes there are and how large.
    pub shape: Shape,
    /// 128 random bits, never reused.
    pub region_id: [u64; 2],
    /// The driver's incarnation: grows with every start.
    pub generation: u64,
    /// Where ticks come from.
    pub clock: ClockInfo,
    /// What the records mean.
    pub catalog: &'c CatalogSchema,
}

/// What a region says of its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockInfo {
    /// Where ticks come from.
    pub kind: ClockKind,
    /// Nanoseconds are ticks times the numerator, divided by the denominator. Neither is 0.
    pub numerator: u64,
    /// See `numerator`.
    pub denominator: u64,
    /// One moment in ticks ...
    pub anchor_ticks: u64,
    /// ... and the same in nanoseconds since 1970 UTC; 0 when not known.
    pub anchor_utc: u64,
}

/// What a driver decides when it opens a lane.
#[derive(Clone, Copy, Debug)]
pub struct LaneConfig<'c> {
    /// What happens when the lane is full.
    pub policy: Policy,
    /// Name of the lane; more than 32 bytes are cut off, visibly.
    pub name: &'c str,
    /// Whatever the driver says of the thread, queue or CPU that writes.
    pub owner: u64,
    /// Position at which the lane begins, a multiple of the block size; 0 unless there is a reason.
    pub start_position: u64,
    /// Number of the lane's first attempt; 0 unless there is a reason.
    pub start_sequence: u64,
}

impl<'c> LaneConfig<'c> {
    /// A lane that begins at position and sequence 0.
    pub const fn new(name: &'c str, policy: Policy) -> Self {
        Self { policy, name, owner: 0, start_position: 0, start_sequence: 0 }
    }
}

/// A region could not be made, or a lane of it not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegionError {
    /// The shape is not one that a region can have.
    Shape(ShapeError),
    /// The memory has not the size that the shape needs.
    MemorySize {
        /// Bytes that the region needs.
        need: u64,
        /// Bytes that the memory has.
        have: u64,
    },
    /// Numerator or denominator of the clock is 0.
    ClockRatio,
    /// The region has no such lane.
    NoSuchLane {
        /// The lane that was asked for.
        lane: u32,
        /// How many there are.
        lanes: u32,
    },
    /// The lane has had its writer already.
    LaneTaken(u32),
    /// The policy is not part of region ABI 1.0.
    Policy(Policy),
    /// The start position is not a multiple of the block size.
    StartPosition(u64),
}

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(error) => error.fmt(f),
            Self::MemorySize { need, have } => write!(
                f,
                "the memory has {have} bytes and the region needs exactly {need}; ask `region_size` before mapping"
            ),
            Self::ClockRatio => {
                f.write_str("the clock's numerator or denominator is 0: no number of ticks is a time then")
            }
            Self::NoSuchLane { lane, lanes } => {
                write!(f, "lane {lane} does not exist: the region has lanes 0 to {}", lanes - 1)
            }
            Self::LaneTaken(lane) => {
                write!(f, "lane {lane} has its writer already: a lane has one (REG-20); open another lane")
            }
            Self::Policy(policy) => {
                write!(
                    f,
                    "policy {policy:?} is not part of region ABI {ABI_MAJOR}.{ABI_MINOR}; use Overwrite or Fill"
                )
            }
            Self::StartPosition(position) => {
                write!(f, "start position {position} is not a multiple of the block size (REG-11)")
            }
        }
    }
}

impl core::error::Error for RegionError {}

impl From<ShapeError> for RegionError {
    fn from(error: ShapeError) -> Self {
        Self::Shape(error)
    }
}

/// Returns the bytes of a region of this shape with this catalog.
///
/// # Errors
///
/// The shape is not one that a region can have.
pub fn region_size(shape: Shape, catalog: &CatalogSchema) -> Result<u64, ShapeError> {
    shape.geometry(catalog_size(catalog)).map(|geometry| geometry.total_size)
}

fn catalog_size(catalog: &CatalogSchema) -> u64 {
    (REGION.embedded().len() + catalog.embedded().len()) as u64
}

/// A region, in the hands of its driver. One thread opens its lanes, so that no lane gets two writers;
/// the writers then go to the threads that use them.
#[derive(Debug)]
pub struct Region<'m> {
    memory: MemoryMut<'m>,
    geometry: Geometry,
    not_sync: PhantomData<Cell<()>>,
}

impl<'m> Region<'m> {
    /// Makes a region in fresh, zeroed memory of exactly [`region_size`] bytes.
    ///
    /// # Errors
    ///
    /// Nothing has been stored: the shape, the size of the memory or the clock is not usable.
    pub fn format(memory: MemoryMut<'m>, config: &RegionConfig<'_>) -> Result<Self, RegionError> {
        let geometry = config.shape.geometry(catalog_size(config.catalog))?;
        let have = memory.as_reader().len();
        if have != geometry.total_size {
            return Err(RegionError::MemorySize { need: geometry.total_size, have });
        }
        if config.clock.numerator == 0 || config.clock.denominator == 0 {
            return Err(RegionError::ClockRatio);
        }
        let region = Self { memory, geometry, not_sync: PhantomData };
        region.store_catalogs(config.catalog);
        region.set_state(RegionState::Live);
        let mut header = header(&geometry, config);
        header.checksum = header_checksum(header.as_bytes());
        region.store_bytes(0, header.as_bytes());
        Ok(region)
    }

    fn store_catalogs(&self, catalog: &CatalogSchema) {
        let own = REGION.embedded();
        self.store_bytes(self.geometry.catalog_offset, own);
        self.store_bytes(self.geometry.catalog_offset + own.len() as u64, catalog.embedded());
    }

    fn store_bytes(&self, offset: u64, bytes: &[u8]) {
        // Cannot truncate: the geometry fits the memory, so its offsets are addressable.
        let at = offset as usize / WORD;
        self.memory.copy_in(at, bytes.len() / WORD, |word| word_of(bytes, word));
    }

    /// Returns where things lie.
    pub const fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Returns what a reader may do with the region's words.
    pub const fn memory(&self) -> Memory<'m> {
        self.memory.as_reader()
    }

    /// Says whether the driver is still at it.
    pub fn set_state(&self, state: RegionState) {
        // PAIRS WITH: RegionView::state (relaxed load, acquire fence), REG-7: who sees the region
        // closed sees everything that its lanes were told before.
        self.memory.store(STATE_OFFSET as usize / WORD, state as u64, order::REGION_STATE.get());
    }

    /// Opens lane `lane` for its one writer.
    ///
    /// # Errors
    ///
    /// Nothing has been stored: there is no such lane, it has had its writer, or the configuration
    /// is not usable.
    pub fn open_lane<C: Clock>(
        &self,
        lane: u32,
        config: &LaneConfig<'_>,
        clock: C,
    ) -> Result<Writer<'m, C>, RegionError> {
        let shape = self.geometry.shape;
        let no_such_lane = RegionError::NoSuchLane { lane, lanes: shape.lanes };
        if lane >= shape.lanes {
            return Err(no_such_lane);
        }
        if !matches!(config.policy, Policy::Overwrite | Policy::Fill) {
            return Err(RegionError::Policy(config.policy));
        }
        if !config.start_position.is_multiple_of(u64::from(shape.block_size)) {
            return Err(RegionError::StartPosition(config.start_position));
        }
        let window = |offset, len| self.memory.window(offset, len).ok_or(no_such_lane);
        let control = window(self.geometry.control_offset(lane), size_of::<LaneControl>() as u64)?;
        let blocks = window(self.geometry.lane_offset(lane), shape.capacity())?;
        if control.load(lane::POLICY) != 0 {
            return Err(RegionError::LaneTaken(lane));
        }
        store_control(&control, config);
        let beginning = Beginning {
            policy: config.policy,
            shape,
            position: config.start_position,
            sequence: config.start_sequence,
        };
        Ok(Writer::new(control, blocks, clock, &beginning))
    }
}

/// REG-12: everything but the first word, a release fence, the first word.
fn store_control(memory: &MemoryMut<'_>, config: &LaneConfig<'_>) {
    let control = LaneControl {
        fixed: LaneStatic {
            policy: config.policy.into(),
            _reserved0: [0; 4],
            incarnation: 1,
            owner: config.owner,
            start_position: config.start_position,
            start_sequence: config.start_sequence,
            _thresholds: [0; 8],
            name: Name::new(config.name.as_bytes()),
            _reserved1: [0; 48],
        },
        reserve: LaneReserve { reserve: config.start_position, _reserved: [0; 120] },
        publish: LanePublish { publish: config.start_position, _reserved: [0; 120] },
        account: LaneAccount {
            state: LaneState::Open.into(),
            offered: config.start_sequence,
            dropped: DropCounts::default(),
            _pressure: [0; 8],
            _cost: [0; 16],
            _reserved: [0; 32],
        },
    };
    let bytes = control.as_bytes();
    memory.copy_in(1, lane::CONTROL_WORDS - 1, |at| word_of(bytes, at + 1));
    // PAIRS WITH: load_static (relaxed load of policy, acquire fence), REG-12: who sees a policy
    // sees the rest of the control.
    order::OPEN.fence();
    memory.store(lane::POLICY, word_of(bytes, lane::POLICY), Ordering::Relaxed);
}

fn header(geometry: &Geometry, config: &RegionConfig<'_>) -> RegionHeader {
    RegionHeader {
        magic: MAGIC,
        byte_order: BYTE_ORDER,
        header_size: size_of::<RegionHeader>() as u32,
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        _reserved0: [0; 4],
        total_size: geometry.total_size,
        region_id: config.region_id,
        fingerprint: config.catalog.fingerprint().0,
        checksum: 0,
        _reserved1: [0; 4],
        generation: config.generation,
        catalog_offset: geometry.catalog_offset,
        catalog_size: geometry.catalog_size,
        lanes_offset: geometry.lanes_offset,
        blocks_offset: geometry.blocks_offset,
        lane_count: geometry.shape.lanes,
        lane_stride: size_of::<LaneControl>() as u32,
        block_size: geometry.shape.block_size,
        blocks_per_lane: geometry.shape.blocks_per_lane,
        clock_kind: config.clock.kind.into(),
        _reserved2: [0; 4],
        tick_numerator: config.clock.numerator,
        tick_denominator: config.clock.denominator,
        anchor_ticks: config.clock.anchor_ticks,
        anchor_utc: config.clock.anchor_utc,
        record_cost: 0,
        _reserved3: [0; 80],
    }
}
