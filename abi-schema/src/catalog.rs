//! What a driver and a reader agree on.

use crate::{Embedded, Fingerprint, RecordSchema, StructSchema};

/// A named set of schemas with ids that people chose.
#[derive(Clone, Copy, Debug)]
pub struct CatalogSchema {
    /// Name, such as `sched`: lower case, digits and `_`.
    pub name: &'static str,
    /// What every C name of the catalog begins with, without the `_` that follows it.
    pub prefix: &'static str,
    /// Doc text, empty when there is none.
    pub doc: &'static str,
    /// The records, in the order in which the source lists them.
    pub records: &'static [&'static RecordSchema],
    /// Composites that are part of the agreement though no record holds them.
    pub structs: &'static [&'static StructSchema],
    /// Ids that were given out once and never will be again.
    pub retired: &'static [Retired],
    /// Returns the embedded form. A function, because its bytes are evaluated when the catalog's
    /// crate is built, and not yet when it is checked.
    pub embedded: fn() -> &'static [u8],
}

/// An id that a record had once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retired {
    /// The id, never used again.
    pub id: u16,
    /// The name that the record had.
    pub name: &'static str,
}

impl CatalogSchema {
    /// Returns the embedded form: frame and canonical document, a multiple of 8 bytes.
    pub fn embedded(&self) -> &'static [u8] {
        (self.embedded)()
    }

    /// Returns the fingerprint of the canonical document.
    pub fn fingerprint(&self) -> Fingerprint {
        Embedded::parse(self.embedded()).map_or(Fingerprint([0; 2]), |embedded| embedded.fingerprint)
    }

    /// Returns the canonical document, JSON in ASCII.
    pub fn document(&self) -> &'static str {
        let document = Embedded::parse(self.embedded()).map_or(&[][..], |embedded| embedded.document);
        core::str::from_utf8(document).unwrap_or_default()
    }
}
