//! What is compared field by field: a record, or a composite.

use crate::model::{Composite, Field, Record, size_of_version};

/// What kind of whole the fields make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    /// A record: it has versions, and states them on the wire.
    Record,
    /// A composite that the catalog lists itself: whoever holds it says which version it is.
    Listed,
    /// The element of an array: frozen whole.
    Element,
}

/// A whole and its fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape<'c> {
    pub(super) whole: Whole,
    pub(super) name: &'c str,
    pub(super) version: u16,
    pub(super) size: u32,
    pub(super) fields: &'c [Field],
}

impl<'c> Shape<'c> {
    pub(super) fn of_record(record: &'c Record) -> Self {
        Self {
            whole: Whole::Record,
            name: &record.name,
            version: record.version,
            size: record.size,
            fields: &record.fields,
        }
    }

    pub(super) fn of_composite(composite: &'c Composite, whole: Whole) -> Self {
        let (name, size, fields) = (&composite.name, composite.size, &composite.fields);
        Self { whole, name, version: 1, size, fields }
    }

    /// Returns the size of a version's payload.
    pub(super) fn size_of_version(&self, version: u16) -> u32 {
        match self.whole {
            Whole::Record => size_of_version(self.fields, version),
            Whole::Listed | Whole::Element => self.size,
        }
    }

    pub(super) fn align(&self) -> u32 {
        self.fields.iter().map(|field| field.ty.align()).max().unwrap_or(1)
    }

    /// Returns whether `new` is this with fields appended in newer versions, and nothing else: then
    /// there is nothing to look for.
    pub(super) fn is_begun_by(&self, new: &Self) -> bool {
        let Some((kept, appended)) = new.fields.split_at_checked(self.fields.len()) else { return false };
        let newer = |field: &Field| field.bytes_since() > self.version;
        // A composite has no versions: whatever is appended to it is looked at (VER-8).
        let grows = self.whole == Whole::Record || appended.is_empty();
        grows && new.version >= self.version && kept == self.fields && appended.iter().all(newer)
    }
}
