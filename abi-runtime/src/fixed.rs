//! A lane's first line: what does not change while a writer has the lane.
//!
//! Spec: `spec/region.md`, REG-12 and REG-52.

use zerocopy::IntoBytes;

use crate::Name;
use crate::WireType;
use crate::lane;
use crate::lane_error::LaneError;
use crate::layout::LaneStatic;
use crate::memory::{Memory, WORD};
use crate::order;
use crate::reader::LOOKS;

/// Of the first word: the rest of the line is being stored anew. A driver that died meanwhile left it so.
pub(crate) const BETWEEN_OWNERS: u64 = 1 << 63;

/// Returns the first word of a lane: its policy, and beside it how often the lane was opened again, modulo 2^31.
/// The counter never becomes [`BETWEEN_OWNERS`].
pub(crate) const fn first_word(policy: u64, incarnation: u64) -> u64 {
    policy | (incarnation.wrapping_sub(1) << 32 & !BETWEEN_OWNERS)
}

impl LaneStatic {
    /// Returns whether the lane was, when this was copied, between two owners: of the name, the owner and
    /// the incarnation nothing is known then, and they are empty and 0.
    pub const fn is_between_owners(&self) -> bool {
        self.reopened as u64 & BETWEEN_OWNERS >> 32 != 0
    }
}

/// Copies line 1 of a lane control once the lane has been opened (REG-12).
pub(crate) fn load_static(control: &Memory<'_>, lane: u32) -> Result<LaneStatic, LaneError> {
    let mut fixed = None;
    // Under loom, one look more than the first: a model need not wait for a line to stand still.
    for _ in 0..if cfg!(loom) { 2 } else { LOOKS } {
        let first = control.load(lane::POLICY);
        // PAIRS WITH: store_control in region.rs (release fence before the store of policy), REG-12.
        order::SEE_OPEN.fence();
        if first == 0 {
            let is_touched = control.load(lane::INCARNATION) != 0;
            return Err(if is_touched { LaneError::HalfOpened(lane) } else { LaneError::NotOpened(lane) });
        }
        let mut words = [0; size_of::<LaneStatic>() / WORD];
        control.copy_out(0, &mut words);
        // PAIRS WITH: Writer::store_incarnation (release fence behind the store of the first word), REG-52: if any
        // word of the copy is the next incarnation's, the load below sees that the first one is not this
        // one's.
        order::SEE_REOPEN.fence();
        let copied = LaneStatic::read_wire(words.as_bytes());
        if first & BETWEEN_OWNERS != 0 {
            // What does not change from owner to owner is whole.
            let reopened = (first >> 32) as u32;
            let nobody = LaneStatic { reopened, incarnation: 0, owner: 0, name: Name::new(b""), ..copied };
            fixed = Some(nobody);
        } else if control.load(lane::POLICY) == first && words[lane::POLICY] == first {
            fixed = Some(copied);
            break;
        }
    }
    let fixed = fixed.ok_or(LaneError::TooFast)?;
    match fixed.policy.known() {
        Ok(_) => Ok(fixed),
        Err(_) => Err(LaneError::UnknownPolicy(fixed.policy.raw())),
    }
}
