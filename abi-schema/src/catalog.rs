//! What a driver and a reader agree on.

use crate::{RecordSchema, StructSchema};

/// A named set of schemas with ids that people chose.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    /// The embedded form: frame and canonical document (spec/record.md, "Canonical document").
    pub embedded: &'static [u8],
}

/// An id that a record had once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retired {
    /// The id, never used again.
    pub id: u16,
    /// The name that the record had.
    pub name: &'static str,
}

/// Stands in until `fingerprint.rs` is there.
pub struct Fingerprint(pub [u64; 2]);

impl CatalogSchema {
    /// Stands in.
    pub const fn fingerprint(&self) -> Fingerprint {
        Fingerprint([1, 2])
    }
}
