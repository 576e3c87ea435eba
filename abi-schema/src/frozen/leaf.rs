//! Fields as they are now, taken apart down to what is no composite.

use crate::names::same_text;
use crate::{FieldSchema, TypeSchema};

/// A field that is no composite, at its absolute bytes.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    /// The field: name, type, meaning.
    pub(super) field: &'static FieldSchema,
    /// The field of the record in which it lies: versions.
    pub(super) top: &'static FieldSchema,
    pub(super) offset: u32,
}

impl Leaf {
    pub(super) const fn end(&self) -> u32 {
        self.offset + self.field.size
    }

    pub(super) const fn reserved(&self) -> bool {
        self.field.reserved || self.top.reserved
    }
}

/// Returns how many leaves fields have.
pub(super) const fn count(fields: &'static [FieldSchema]) -> usize {
    let (mut all, mut at) = (0, 0);
    while at < fields.len() {
        all += match &fields[at].ty {
            TypeSchema::Struct(composite) => count(composite.fields),
            _ => 1,
        };
        at += 1;
    }
    all
}

/// Returns the leaf at an index below [`count`].
pub(super) const fn leaf(fields: &'static [FieldSchema], index: usize) -> Leaf {
    let (mut seen, mut at) = (0, 0);
    loop {
        let field = &fields[at];
        match &field.ty {
            TypeSchema::Struct(composite) => {
                let inside = count(composite.fields);
                if index < seen + inside {
                    let inner = leaf(composite.fields, index - seen);
                    return Leaf { top: field, offset: field.offset + inner.offset, ..inner };
                }
                seen += inside;
            }
            _ if index == seen => return Leaf { field, top: field, offset: field.offset },
            _ => seen += 1,
        }
        at += 1;
    }
}

/// Returns the leaf of a name, at `offset` when it is stated, that is not reserved.
pub(super) const fn find(fields: &'static [FieldSchema], name: &str, offset: Option<u32>) -> Option<Leaf> {
    let (all, mut at) = (count(fields), 0);
    while at < all {
        let leaf = leaf(fields, at);
        let there = match offset {
            Some(offset) => leaf.offset == offset,
            None => true,
        };
        if there && !leaf.reserved() && same_text(leaf.field.name, name) {
            return Some(leaf);
        }
        at += 1;
    }
    None
}
