//! Why an attempt was refused, and how many were.

use core::fmt;

use abi_schema::Class;

use crate::layout::DropCounts;

/// Why the writer refused an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DropCause {
    /// The record is larger than a lane of this block size takes (REG-18).
    TooBig,
    /// The writer had closed the lane.
    Closed,
    /// The lane was full.
    Full(Class),
    /// The attempt was made inside another attempt on the same lane.
    Reentered,
    /// A reservation was given up without a commit.
    Abandoned,
}

impl DropCause {
    /// Returns where in the lane's seven counters the cause stands.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::TooBig => 0,
            Self::Closed => 1,
            Self::Full(Class::Vital) => 2,
            Self::Full(Class::Normal) => 3,
            Self::Full(Class::Bulk) => 4,
            Self::Reentered => 5,
            Self::Abandoned => 6,
        }
    }
}

impl fmt::Display for DropCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooBig => f.write_str("the record is too big for the lane's blocks"),
            Self::Closed => f.write_str("the lane was closed by its writer"),
            Self::Full(class) => write!(f, "the lane was full (class {})", class.name()),
            Self::Reentered => f.write_str("the attempt was made inside another one"),
            Self::Abandoned => f.write_str("the reservation was given up"),
        }
    }
}

impl DropCounts {
    /// Number of causes that are told apart.
    pub const CAUSES: usize = 7;

    /// What the counters are called, in their order.
    pub const NAMES: [&'static str; Self::CAUSES] =
        ["too_big", "closed", "full_vital", "full_normal", "full_bulk", "reentered", "abandoned"];

    /// Returns the counters in the order of [`NAMES`](Self::NAMES).
    pub const fn to_array(self) -> [u64; Self::CAUSES] {
        [
            self.too_big,
            self.closed,
            self.full_vital,
            self.full_normal,
            self.full_bulk,
            self.reentered,
            self.abandoned,
        ]
    }

    /// Makes counters from the order of [`NAMES`](Self::NAMES).
    pub const fn from_array(counts: [u64; Self::CAUSES]) -> Self {
        let [too_big, closed, full_vital, full_normal, full_bulk, reentered, abandoned] = counts;
        Self { too_big, closed, full_vital, full_normal, full_bulk, reentered, abandoned }
    }

    /// Returns the sum of all counters. Counters may wrap, and so may their sum.
    pub fn total(self) -> u64 {
        self.to_array().into_iter().fold(0, u64::wrapping_add)
    }

    /// Returns each counter less its counterpart in `earlier`, wrapping.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        let (now, then) = (self.to_array(), earlier.to_array());
        Self::from_array(core::array::from_fn(|at| now[at].wrapping_sub(then[at])))
    }

    /// Returns each counter plus its counterpart in `other`, wrapping.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let (one, two) = (self.to_array(), other.to_array());
        Self::from_array(core::array::from_fn(|at| one[at].wrapping_add(two[at])))
    }
}
