//! A region as its driver makes it.
//!
//! Spec: `spec/region.md`, "Region header" and "Lane control".

use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;
use core::mem::offset_of;

use abi_schema::CatalogSchema;
use zerocopy::IntoBytes;

use crate::Name;
use crate::checksum::header_checksum;
use crate::clock::Clock;
use crate::drain::{DrainLane, DrainSlot, release_page_size};
use crate::geometry::{Geometry, Shape, ShapeError};
use crate::lane;
use crate::layout::{
    ABI_MAJOR, ABI_MINOR, BYTE_ORDER, ClockKind, DRAIN_READERS, DropCounts, LaneAccount, LaneControl,
    LanePublish, LaneReserve, LaneState, LaneStatic, MAGIC, Policy, Pressure, REGION, RegionHeader,
    RegionState, RegionStateLine, STATE_OFFSET,
};
use crate::memory::{Memory, MemoryMut, WORD, WordMut};
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

/// What a region has beside, if its driver wants it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras<'m> {
    /// Slots for readers that drain, 8 at most. Without any, no lane has policy drain.
    pub drain: &'m [DrainSlot<'m>],
    /// What one record costs, if that was measured.
    pub cost: RecordCost,
}

/// What one record costs the observed, in 1/1024 tick; 0 where it was not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordCost {
    /// While nobody reads.
    pub alone: u64,
    /// While one reader reads.
    pub read: u64,
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
    /// How much of the lane each class of records may fill: for policies that refuse.
    pub thresholds: Thresholds,
}

/// How many blocks of a lane records of a class may fill, the open one included. Vital records may
/// always fill all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// For class normal; 0: all of them.
    pub normal_blocks: u32,
    /// For class bulk, not more than `normal_blocks`; 0: all of them.
    pub bulk_blocks: u32,
}

impl Thresholds {
    /// Returns the blocks that each class may fill, or `None` if that cannot be.
    fn allowed(self, policy: Policy, shape: Shape) -> Option<[u64; 3]> {
        let all = shape.blocks_per_lane;
        let of = |blocks| if blocks == 0 { all } else { blocks };
        let (normal, bulk) = (of(self.normal_blocks), of(self.bulk_blocks));
        let refuses = policy != Policy::Overwrite || self == Self::default();
        (refuses && normal <= all && bulk <= normal)
            .then(|| [u64::from(all), u64::from(normal), u64::from(bulk)])
    }
}

impl<'c> LaneConfig<'c> {
    /// A lane that begins at position and sequence 0.
    pub const fn new(name: &'c str, policy: Policy) -> Self {
        let thresholds = Thresholds { normal_blocks: 0, bulk_blocks: 0 };
        Self { policy, name, owner: 0, start_position: 0, start_sequence: 0, thresholds }
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
    /// A lane was to drain, in a region that was made without release pages.
    NobodyDrains,
    /// The thresholds are not such that bulk is refused before normal and normal before vital, or the
    /// policy refuses nothing.
    Thresholds {
        /// The thresholds.
        thresholds: Thresholds,
        /// The lane's policy.
        policy: Policy,
        /// How many blocks the lane has.
        blocks: u32,
    },
    /// There are more release pages than a lane can wait for.
    DrainReaders(usize),
    /// A release page has not the size that it needs.
    ReleasePage {
        /// Bytes that it needs.
        need: u64,
        /// Bytes that it has.
        have: u64,
    },
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
            Self::NobodyDrains => f.write_str(
                "policy Drain needs release pages (REG-46), and the region was made without; make it with `Region::format_with`",
            ),
            Self::Thresholds { thresholds: Thresholds { normal_blocks, bulk_blocks }, policy, blocks } => write!(
                f,
                "thresholds normal {normal_blocks}, bulk {bulk_blocks} of {blocks} blocks, policy {policy:?}: bulk <= normal <= {blocks}, and only Fill and Drain have any (REG-44)"
            ),
            Self::DrainReaders(slots) => {
                write!(f, "{slots} drain readers: a region has at most {DRAIN_READERS} (REG-46)")
            }
            Self::ReleasePage { need, have } => {
                write!(f, "a release page has {have} bytes and needs {need}: one line for each lane (REG-47)")
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
    drain: &'m [DrainSlot<'m>],
    not_sync: PhantomData<Cell<()>>,
}

impl<'m> Region<'m> {
    /// Makes a region in fresh, zeroed memory of exactly [`region_size`] bytes.
    ///
    /// # Errors
    ///
    /// Nothing has been stored: the shape, the size of the memory or the clock is not usable.
    pub fn format(memory: MemoryMut<'m>, config: &RegionConfig<'_>) -> Result<Self, RegionError> {
        Self::format_with(memory, config, Extras::default())
    }

    /// As [`format`](Self::format), with what not every region has.
    ///
    /// # Errors
    ///
    /// As for `format`; or there are more drain slots than 8, or a page has not the size that
    /// [`release_page_size`] states.
    pub fn format_with(
        memory: MemoryMut<'m>,
        config: &RegionConfig<'_>,
        extras: Extras<'m>,
    ) -> Result<Self, RegionError> {
        let drain = extras.drain;
        if drain.len() > DRAIN_READERS {
            return Err(RegionError::DrainReaders(drain.len()));
        }
        let need = release_page_size(config.shape.lanes);
        if let Some(have) = drain.iter().map(DrainSlot::page_size).find(|&have| have < need) {
            return Err(RegionError::ReleasePage { need, have });
        }
        let geometry = config.shape.geometry(catalog_size(config.catalog))?;
        let have = memory.as_reader().len();
        if have != geometry.total_size {
            return Err(RegionError::MemorySize { need: geometry.total_size, have });
        }
        if config.clock.numerator == 0 || config.clock.denominator == 0 {
            return Err(RegionError::ClockRatio);
        }
        let region = Self { memory, geometry, drain, not_sync: PhantomData };
        region.store_catalogs(config.catalog);
        region.set_state(RegionState::Live);
        let mut header = header(&geometry, config, &extras);
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
        store_state(&self.memory, STATE_OFFSET as usize / WORD, state);
    }

    /// Returns the word that counts claims for which no lane was free (REG-53).
    pub(crate) fn claims_refused(&self) -> WordMut<'m> {
        let offset = STATE_OFFSET as usize + offset_of!(RegionStateLine, claims_refused);
        self.memory.word(offset / WORD)
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
        if config.policy == Policy::Drain && self.drain.is_empty() {
            return Err(RegionError::NobodyDrains);
        }
        let thresholds = config.thresholds;
        let refused =
            RegionError::Thresholds { thresholds, policy: config.policy, blocks: shape.blocks_per_lane };
        let allowed = thresholds.allowed(config.policy, shape).ok_or(refused)?;
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
            allowed,
            drain: DrainLane::new(if config.policy == Policy::Drain { self.drain } else { &[] }, lane),
        };
        Ok(Writer::new(control, blocks, clock, beginning))
    }
}

/// Stores a region's state at word `at`.
pub(crate) fn store_state(memory: &MemoryMut<'_>, at: usize, state: RegionState) {
    // PAIRS WITH: load_state (relaxed load, acquire fence), REG-7: who sees the region closed sees
    // everything that its lanes were told before.
    memory.store(at, state as u64, order::REGION_STATE.get());
}

/// REG-12: everything but the first word, a release fence, the first word.
pub(crate) fn store_control(memory: &MemoryMut<'_>, config: &LaneConfig<'_>) {
    let control = LaneControl {
        fixed: LaneStatic {
            policy: config.policy.into(),
            reopened: 0,
            incarnation: 1,
            owner: config.owner,
            start_position: config.start_position,
            start_sequence: config.start_sequence,
            normal_blocks: config.thresholds.normal_blocks,
            bulk_blocks: config.thresholds.bulk_blocks,
            name: Name::new(config.name.as_bytes()),
            _reserved1: [0; 48],
        },
        reserve: LaneReserve {
            reserve: config.start_position,
            released: config.start_position,
            drain: [0; DRAIN_READERS],
            _reserved: [0; 48],
        },
        publish: LanePublish { publish: config.start_position, _reserved: [0; 120] },
        account: LaneAccount {
            state: LaneState::Open.into(),
            offered: config.start_sequence,
            dropped: DropCounts::default(),
            pressure: Pressure::Calm.into(),
            cost_ticks: 0,
            cost_samples: 0,
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

fn header(geometry: &Geometry, config: &RegionConfig<'_>, extras: &Extras<'_>) -> RegionHeader {
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
        drain_readers: extras.drain.len() as u32,
        tick_numerator: config.clock.numerator,
        tick_denominator: config.clock.denominator,
        anchor_ticks: config.clock.anchor_ticks,
        anchor_utc: config.clock.anchor_utc,
        record_cost: extras.cost.alone,
        record_cost_read: extras.cost.read,
        _reserved3: [0; 72],
    }
}
