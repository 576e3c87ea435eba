//! A named span of a record.

use crate::{FieldMeaning, Type};

/// A field in the compiler's own memory.
pub type FieldSchema = Field<'static>;

/// A named span of a record or of a composite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'s> {
    /// Name, as in the Rust struct.
    pub name: &'s str,
    /// Doc text, lines joined by `\n`, empty when there is none.
    pub doc: &'s str,
    /// What lies there.
    pub ty: Type<'s>,
    /// First byte, counted from the start of the payload; taken from `offset_of!`.
    pub offset: u32,
    /// Number of bytes; taken from `size_of`.
    pub size: u32,
    /// The version in which the field appeared, at least 1.
    pub since: u16,
    /// The version in which the bytes first existed, at most `since`. It is smaller than `since`
    /// when the field claims bytes that were reserved before.
    pub bytes_since: u16,
    /// The version from which nobody should use the field, or 0. Its bytes stay.
    pub deprecated: u16,
    /// Bytes that nobody has claimed yet: zero when written, ignored when read.
    pub reserved: bool,
    /// What the value means.
    pub meaning: FieldMeaning<'s>,
    /// Digest of the words by which a lock states name, versions and meaning; 0 of a field that no derive
    /// described.
    pub digest: u64,
}

impl Field<'_> {
    /// Returns the byte after the last one.
    pub const fn end(&self) -> u32 {
        self.offset.saturating_add(self.size)
    }
}
