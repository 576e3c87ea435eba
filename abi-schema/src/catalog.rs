//! What a driver and a reader agree on.

use crate::{Composite, Embedded, Fingerprint, Record};

/// A catalog in the compiler's own memory.
pub type CatalogSchema = Catalog<'static>;

/// A named set of schemas with ids that people chose.
#[derive(Clone, Copy, Debug)]
pub struct Catalog<'s> {
    /// Name, such as `sched`: lower case, digits and `_`.
    pub name: &'s str,
    /// What every C name of the catalog begins with, without the `_` that follows it.
    pub prefix: &'s str,
    /// Doc text, empty when there is none.
    pub doc: &'s str,
    /// The records, in the order in which the source lists them.
    pub records: &'s [&'s Record<'s>],
    /// Composites that are part of the agreement though no record holds them.
    pub structs: &'s [&'s Composite<'s>],
    /// Whether memory that starts with one of the composites listed states a minor number, which grows with
    /// every claim of reserved bytes (VER-9). It is no part of the document: the compatibility rules alone
    /// ask for it.
    pub minor_number: bool,
    /// Ids that were given out once and never will be again.
    pub retired: &'s [RetiredId<'s>],
    /// Returns the embedded form. A function, because its bytes are evaluated when the catalog's
    /// crate is built, and not yet when it is checked.
    pub embedded: fn() -> &'static [u8],
}

/// A retired id in the compiler's own memory.
pub type Retired = RetiredId<'static>;

/// An id that a record had once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetiredId<'s> {
    /// The id, never used again.
    pub id: u16,
    /// The name that the record had.
    pub name: &'s str,
}

impl Catalog<'_> {
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
