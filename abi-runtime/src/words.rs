//! A record as the 64-bit words that are stored.

use core::marker::PhantomData;

use abi_schema::Class;

use crate::TraceRecord;
use crate::layout::{RECORD_HEADER_SIZE, UNSEQUENCED};
use crate::memory::WORD;

/// The flag *unsequenced*, where the first word of a record has it.
pub(crate) const UNSEQUENCED_WORD: u64 = (UNSEQUENCED as u64) << 48;

/// The words of one record's payload, reserved bytes zeroed (REG-26).
pub(crate) struct Words<'r, R> {
    bytes: &'r [u8],
    record: PhantomData<R>,
}

impl<'r, R: TraceRecord> Words<'r, R> {
    /// Number of payload words.
    pub(crate) const COUNT: usize = size_of::<R>() / WORD;
    /// Bytes of the whole record, its header included.
    pub(crate) const SIZE: u64 = RECORD_HEADER_SIZE + size_of::<R>() as u64;
    /// First word of the record: size, id, version, flags (REG-16).
    pub(crate) const HEADER: u64 = {
        assert!(size_of::<R>().is_multiple_of(WORD) && Self::SIZE <= u16::MAX as u64, "REC: size");
        Self::SIZE | (R::SCHEMA.id as u64) << 16 | (R::SCHEMA.version as u64) << 32
    };
    /// Class of the record.
    pub(crate) const CLASS: Class = R::SCHEMA.class;

    pub(crate) fn of(record: &'r R) -> Self {
        Self { bytes: record.as_bytes(), record: PhantomData }
    }

    /// Returns payload word `at`.
    #[inline(always)]
    pub(crate) fn word(&self, at: usize) -> u64 {
        let word = word_of(self.bytes, at);
        match R::WRITTEN_BITS.get(at) {
            Some(written) => word & written,
            None => word,
        }
    }
}

/// Returns the 8 bytes at word `at` as a little-endian number; bytes past the end are 0.
#[inline(always)]
pub(crate) fn word_of(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at * WORD..).and_then(<[u8]>::first_chunk::<WORD>) {
        Some(word) => u64::from_le_bytes(*word),
        None => 0,
    }
}
