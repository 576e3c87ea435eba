//! A lane's control: which word of shared memory holds what.
//!
//! Spec: `spec/region.md`, REG-11.

use core::mem::offset_of;

use crate::layout::{
    BlockHeader, LaneAccount, LaneControl, LanePublish, LaneReserve, LaneStatic, Loss, RECORD_HEADER_SIZE,
};
use crate::memory::WORD;

/// Index of the word that holds `policy`: the last one stored when a lane is opened.
pub(crate) const POLICY: usize = 0;
/// Index of the word that holds `incarnation`.
pub(crate) const INCARNATION: usize = offset_of!(LaneStatic, incarnation) / WORD;
/// Index of the word that holds `owner`.
pub(crate) const OWNER: usize = offset_of!(LaneStatic, owner) / WORD;
/// Index of the word that holds `start_position`.
pub(crate) const START_POSITION: usize = offset_of!(LaneStatic, start_position) / WORD;
/// Index of the first word of the name.
pub(crate) const NAME: usize = offset_of!(LaneStatic, name) / WORD;
/// Index of the word that holds `reserve`.
pub(crate) const RESERVE: usize =
    (offset_of!(LaneControl, reserve) + offset_of!(LaneReserve, reserve)) / WORD;
/// Index of the word that holds `released`.
pub(crate) const RELEASED: usize =
    (offset_of!(LaneControl, reserve) + offset_of!(LaneReserve, released)) / WORD;
/// Index of the first of the words that say how drain readers stand.
pub(crate) const DRAIN: usize = (offset_of!(LaneControl, reserve) + offset_of!(LaneReserve, drain)) / WORD;
/// Index of the word that holds `publish`.
pub(crate) const PUBLISH: usize =
    (offset_of!(LaneControl, publish) + offset_of!(LanePublish, publish)) / WORD;
/// Index of the word that holds the lane's state.
pub(crate) const STATE: usize = (offset_of!(LaneControl, account) + offset_of!(LaneAccount, state)) / WORD;
/// Index of the word that holds `offered`.
pub(crate) const OFFERED: usize =
    (offset_of!(LaneControl, account) + offset_of!(LaneAccount, offered)) / WORD;
/// Index of the first of the drop counters.
pub(crate) const DROPPED: usize =
    (offset_of!(LaneControl, account) + offset_of!(LaneAccount, dropped)) / WORD;
/// Index of the word that holds the pressure.
pub(crate) const PRESSURE: usize =
    (offset_of!(LaneControl, account) + offset_of!(LaneAccount, pressure)) / WORD;
/// Index of the word that holds the ticks of sampled attempts.
pub(crate) const COST_TICKS: usize =
    (offset_of!(LaneControl, account) + offset_of!(LaneAccount, cost_ticks)) / WORD;
/// Index of the word that holds the number of sampled attempts.
pub(crate) const COST_SAMPLES: usize =
    (offset_of!(LaneControl, account) + offset_of!(LaneAccount, cost_samples)) / WORD;
/// Number of words of a lane control.
pub(crate) const CONTROL_WORDS: usize = size_of::<LaneControl>() / WORD;

/// Index, within a block, of the word that holds `used` and the checksum.
pub(crate) const USED: usize = offset_of!(BlockHeader, used) / WORD;
/// Index, within a block, of the word that holds the sequence due at its start.
pub(crate) const FIRST_SEQUENCE: usize = offset_of!(BlockHeader, first_sequence) / WORD;
/// Index, within a block, of the word that holds the drops told of before it.
pub(crate) const TOLD: usize = offset_of!(BlockHeader, dropped) / WORD;
/// Index, within a Loss record, of the word that holds its count.
pub(crate) const LOSS_COUNT: usize = (RECORD_HEADER_SIZE as usize + offset_of!(Loss, count)) / WORD;
/// Number of words of a block header.
pub(crate) const BLOCK_HEADER_WORDS: usize = size_of::<BlockHeader>() / WORD;
