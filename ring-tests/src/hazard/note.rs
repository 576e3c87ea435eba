//! Records that say which attempt they are, so that one that nobody made is known at sight.

use abi_runtime::item::Record;
use abi_runtime::prelude::*;

/// A record whose words all follow from its attempt.
///
/// Its id is many bits away from every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x5A5B)]
pub struct Note {
    /// Number of the attempt.
    pub attempt: u64,
    /// Each a function of the attempt and of where it stands.
    pub words: [u64; 6],
}

/// A record of one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0200, class = "bulk")]
pub struct Brief {
    /// Number of the attempt.
    pub attempt: u64,
}

/// A record that no lane of 4096-byte blocks takes.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0201)]
pub struct Vast {
    /// Nothing of interest.
    pub bytes: [u8; 4096],
}

abi_runtime::catalog! {
    /// Records of the proofs of hazards.
    pub static HAZARDS = "hazards" { records: [Note, Brief, Vast] }
}

impl Note {
    /// Bytes of the record, its header included.
    pub const SIZE: u64 = 16 + size_of::<Self>() as u64;

    /// Makes the record of attempt `attempt`.
    pub fn of(attempt: u64) -> Self {
        Self { attempt, words: core::array::from_fn(|at| scramble(attempt, at as u64)) }
    }

    /// Reads a record that must be the one of its own number.
    ///
    /// # Panics
    ///
    /// If it is another record, or its words are not those of one attempt.
    #[track_caller]
    pub fn expect(record: &Record<'_>) {
        let note = Self::expect_whole(record);
        assert_eq!(note.attempt, record.sequence, "a record has another's number");
    }

    /// Reads a record that must be whole, whichever number it has.
    ///
    /// # Panics
    ///
    /// If it is another record, or its words are not those of one attempt.
    #[track_caller]
    pub fn expect_whole(record: &Record<'_>) -> Self {
        let view = record.view::<Self>().expect("every record of the lane is a note");
        let note = Self::try_from(view).expect("a note of this version");
        assert_eq!(note, Self::of(note.attempt), "a record that nobody wrote");
        note
    }
}

impl Vast {
    /// The record.
    pub const NEW: Self = Self { bytes: [0xA5; 4096] };
}

/// A number that no neighbouring attempt or word has.
const fn scramble(attempt: u64, at: u64) -> u64 {
    let mixed = (attempt ^ (at << 56) ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ (mixed >> 32)
}
