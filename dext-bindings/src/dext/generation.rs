//! Which incarnation of a driver a region is of.
//!
//! Spec: `spec/attach.md`, ATT-17.

use crate::boundary::HelloOut;

/// One incarnation: what a driver said of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Grows with every start.
    pub number: u64,
    /// The region's 128 random bits.
    pub region_id: [u64; 2],
}

/// How an incarnation stands to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// It is the same.
    Same,
    /// It is a later one.
    Later,
    /// It says that it is earlier, or as late with another region: no driver that starts anew says so. What it
    /// holds is not what came afterwards.
    NotLater,
}

impl Generation {
    /// Returns how this incarnation stands to one that was read before.
    #[must_use]
    pub fn follows(&self, before: &Self) -> Follows {
        if self == before {
            Follows::Same
        } else if self.number > before.number {
            Follows::Later
        } else {
            Follows::NotLater
        }
    }
}

impl From<&HelloOut> for Generation {
    fn from(said: &HelloOut) -> Self {
        Self { number: said.generation, region_id: said.region_id }
    }
}

#[cfg(test)]
mod tests {
    use super::{Follows, Generation};

    #[test]
    fn a_smaller_generation_is_never_called_later() {
        let before = Generation { number: 7, region_id: [1, 2] };
        let follows = |number, region_id| Generation { number, region_id }.follows(&before);
        assert_eq!(follows(7, [1, 2]), Follows::Same);
        assert_eq!(follows(8, [3, 4]), Follows::Later);
        assert_eq!(follows(6, [3, 4]), Follows::NotLater);
        assert_eq!(follows(7, [3, 4]), Follows::NotLater, "another region of the same generation");
    }
}
