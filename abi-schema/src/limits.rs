//! The numbers that bound every record.

/// A record starts at a multiple of this many bytes, and its size is a multiple of it.
///
/// 8: the width of the only access that either side ever makes to shared memory.
pub const RECORD_ALIGN: u32 = 8;

/// The largest payload of one record, in bytes, the 16-byte record header not included.
///
/// 65,512 = 65,528 - 16: the header states the whole size as a `u16`, in multiples of 8.
pub const MAX_PAYLOAD: u32 = 65_512;

/// The lowest record id that a catalog may give out; those below belong to the instrument.
pub const FIRST_USER_ID: u16 = 0x0100;
