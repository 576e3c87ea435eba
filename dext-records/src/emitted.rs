//! Records of known content: record 0x0120.

use abi_runtime::prelude::*;

/// A record that a client asked for, so that it can tell whether all of them came, and whole.
///
/// Only a driver that was built for tests writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0120, class = "normal")]
pub struct Emitted {
    /// As the client said.
    pub seed: u64,
    /// Number of the record in its call, from 0.
    pub number: u64,
    /// What [`Emitted::check_of`] makes of both.
    pub check: u64,
}

impl Emitted {
    /// Returns what `check` must be: both numbers, mixed so that no part of one can stand for the other.
    #[must_use]
    pub const fn check_of(seed: u64, number: u64) -> u64 {
        let mixed = (seed ^ number.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 29
    }

    /// Returns whether the record holds what it should.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.check == Self::check_of(self.seed, self.number)
    }
}
