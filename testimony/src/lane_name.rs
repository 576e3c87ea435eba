//! What a lane is called in lines.
//!
//! Spec: `spec/showing.md`, SHOW-5.

use std::fmt;

use abi_runtime::Name;
use abi_runtime::layout::{LaneOpened, LaneStatic};

/// A lane's number and the name of the owner whose records are being shown.
#[derive(Clone, Debug)]
pub(crate) struct LaneName {
    number: u32,
    name: Name<32>,
    incarnation: u64,
    /// Whether the next record may be another owner's than the one named here.
    is_unsure: bool,
}

impl LaneName {
    /// Returns the name of a lane that a reader begins with. Of a lane that was opened again, the oldest records
    /// may be an earlier owner's.
    #[must_use]
    pub(crate) const fn at_open(number: u32, fixed: &LaneStatic) -> Self {
        let LaneStatic { name, incarnation, .. } = *fixed;
        Self { number, name, incarnation, is_unsure: incarnation > 1 || fixed.is_between_owners() }
    }

    /// Takes over what a `LaneOpened` record states of the records that follow it.
    pub(crate) const fn opened(&mut self, opened: &LaneOpened) {
        let LaneOpened { name, incarnation, .. } = *opened;
        (self.name, self.incarnation, self.is_unsure) = (name, incarnation, false);
    }

    /// Takes over what the lane's control states after a gap in which `LaneOpened` records may have been lost: the
    /// next record may be of any owner up to that one.
    pub(crate) fn after_gap(&mut self, now: &LaneStatic) {
        if now.is_between_owners() {
            self.is_unsure = true;
        } else if now.incarnation != self.incarnation {
            (self.name, self.incarnation, self.is_unsure) = (now.name, now.incarnation, true);
        }
    }
}

impl fmt::Display for LaneName {
    /// Writes `0:cpu0`, and `?` if the owner may be another. A name that is more than letters, digits and `_-./` is
    /// quoted, so that it cannot be taken for the rest of a line (SHOW-2).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, name, is_unsure, .. } = self;
        let shown = name.to_string();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte);
        if shown.bytes().all(is_word) {
            write!(f, "{number}:{shown}")?;
        } else {
            write!(f, "{number}:{name:?}")?;
        }
        f.write_str(if *is_unsure { "?" } else { "" })
    }
}
