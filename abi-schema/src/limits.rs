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

/// The most bytes of a name: of a record, a composite, a code, flags, a field or a value (REC-15).
pub const MAX_NAME: usize = 64;

/// The most bytes of a catalog's name and of its prefix (REC-15): C names are made of them.
pub const MAX_CATALOG_NAME: usize = 32;

/// The most bytes of a unit or of a clock (REC-13): no unit in use comes near it.
pub const MAX_WORD: usize = 32;

/// How deep types may hold types, the outermost counted (REC-17).
pub const MAX_NESTING: u32 = 16;

/// The most values, or flags, that an enum names, and the most that it retires (REC-17).
pub const MAX_VALUES: usize = 65_536;

/// The most records, composites, codes and flags that a catalog names (REC-17).
///
/// One less than the places of the table in which their names are compared, so that a search of it ends.
pub const MAX_NAMED: usize = 4_095;

/// The most bytes of a catalog's document (DOC-8).
pub const MAX_DOCUMENT: usize = 16 << 20;
