//! One record, all its versions.

use crate::{Class, Field, RECORD_ALIGN};

/// A record in the compiler's own memory.
pub type RecordSchema = Record<'static>;

/// The description of one record, all its versions.
///
/// The versions are prefixes of one layout: version `k` is laid out by the fields with
/// `since <= k`, and bytes between them are reserved in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record<'s> {
    /// Name of the Rust struct.
    pub name: &'s str,
    /// Doc text, lines joined by `\n`, empty when there is none.
    pub doc: &'s str,
    /// The id that people chose, unique in its catalog and never given out again.
    pub id: u16,
    /// The newest version, at least 1.
    pub version: u16,
    /// How much the record matters under pressure.
    pub class: Class,
    /// Size of the newest version's payload in bytes, a multiple of 8.
    pub size: u32,
    /// The fields, reserved ones included, in the order of their offsets.
    pub fields: &'s [Field<'s>],
    /// Digest of the name.
    pub digest: u64,
}

impl Record<'_> {
    /// What a record that failed to compile is given, so that one mistake makes one message.
    pub const INVALID: Self =
        Self { name: "", doc: "", id: 0, version: 0, class: Class::Normal, size: 0, fields: &[], digest: 0 };

    /// Returns the payload size of version `version` in bytes: the end of the last field whose
    /// bytes it has, claimed or still reserved, rounded up to 8.
    pub const fn size_of_version(&self, version: u16) -> u32 {
        let mut end = 0;
        let mut at = 0;
        while at < self.fields.len() {
            let field = &self.fields[at];
            if field.bytes_since <= version && field.end() > end {
                end = field.end();
            }
            at += 1;
        }
        end.next_multiple_of(RECORD_ALIGN)
    }
}
