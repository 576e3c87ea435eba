//! Where a reader begins, and where it resumes after it was passed.
//!
//! Spec: `spec/region.md`, REG-34, REG-36 and REG-55.

use crate::gap::{Corruption, Rule};
use crate::lane;
use crate::lane_error::LaneError;
use crate::layout::{BLOCK_HEADER_SIZE, DropCounts};
use crate::reader::{FORWARDS, Found, LOOKS, LaneReader};

/// Where a reader begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the oldest block that is still whole.
    Oldest,
    /// With the newest block.
    Newest,
}

/// Whether a writer's positions moved from look to look. A writer that passes a reader at every look stores
/// new ones all the time; those of a damaged control stay (REG-55).
#[derive(Default)]
struct Moves {
    last: Option<(u64, u64)>,
    count: usize,
}

impl Moves {
    fn note(&mut self, publish: u64, reserve: u64) {
        let last = self.last.replace((publish, reserve));
        self.count += usize::from(last.is_some_and(|last| last != (publish, reserve)));
    }

    const fn any(&self) -> bool {
        self.count != 0
    }
}

impl<B: AsRef<[u64]> + AsMut<[u64]>> LaneReader<'_, B> {
    /// REG-34: resumes half a lane behind the writer.
    #[cold]
    pub(crate) fn resume(&mut self) -> Found {
        self.filled = 0..0;
        let mut moves = Moves::default();
        for _ in 0..LOOKS {
            let publish = self.load_publish();
            let reserve = self.control.load(lane::RESERVE);
            moves.note(publish, reserve);
            let oldest = self.block_from(reserve.wrapping_sub(self.capacity));
            let half = self.block_at(publish.wrapping_sub(self.capacity / 2));
            let block = if half.wrapping_sub(oldest) < FORWARDS { half } else { oldest };
            let ahead = block.wrapping_sub(self.block_at(self.position));
            if ahead == 0 || ahead >= FORWARDS || block.wrapping_sub(publish) < FORWARDS {
                // Overwritten, and yet the writer is not ahead: not a state that a writer makes,
                // unless it moved between the two loads.
                continue;
            }
            if let Some(header) = self.copy_block_header(block) {
                return self.enter_block(block, &header);
            }
        }
        self.is_stuck = !moves.any();
        Found::Pending
    }

    /// REG-36: finds the first block to read.
    pub(crate) fn begin(&mut self, lane: u32, start: Start) -> Result<(), LaneError> {
        let origin = self.fixed.start_position;
        let mut damage = None;
        let mut moves = Moves::default();
        for _ in 0..LOOKS {
            let publish = self.load_publish();
            let reserve = self.control.load(lane::RESERVE);
            moves.note(publish, reserve);
            let reserved = reserve.wrapping_sub(origin);
            let newest = self.block_at(publish.wrapping_sub(1));
            if publish == origin {
                return Ok(());
            }
            let oldest = self.block_from(origin.wrapping_add(reserved.saturating_sub(self.capacity)));
            let mut block = if start == Start::Oldest { oldest } else { newest };
            while newest.wrapping_sub(block) < FORWARDS {
                if block == origin && reserved <= self.capacity {
                    return Ok(());
                }
                match self.copy_block_header(block) {
                    None => break,
                    Some(header) if header.position == block => {
                        self.due = header.first_sequence;
                        self.first_ticks = Some(header.first_ticks);
                        self.cost = (header.cost_ticks, header.cost_samples);
                        self.books.before = self.due.wrapping_sub(self.fixed.start_sequence);
                        self.told = header.dropped;
                        self.told_by_cause = (header.dropped == 0).then(DropCounts::default);
                        self.position = block.wrapping_add(BLOCK_HEADER_SIZE);
                        return Ok(());
                    }
                    Some(_) => {
                        damage = Some(Corruption { rule: Rule::BlockPosition, position: block });
                        block = block.wrapping_add(self.block_size);
                    }
                }
            }
        }
        Err(match (damage, moves.last) {
            (Some(damage), _) => LaneError::Corrupt(damage),
            (None, Some((publish, reserve))) if !moves.any() => {
                LaneError::Positions { lane, start: origin, publish, reserve }
            }
            (None, _) => LaneError::TooFast,
        })
    }
}
