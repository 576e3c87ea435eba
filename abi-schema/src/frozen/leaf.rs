//! Fields as they are now, taken apart down to what is no composite.

use super::finder::Break;
use super::line::{Line, MOST};
use super::said::What;
use super::words::is_word;
use crate::digest::path_digest;
use crate::{FieldSchema, Privacy, TypeSchema};

/// A field that is no composite, at its absolute bytes.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    /// The field: name, type, meaning.
    pub(super) field: &'static FieldSchema,
    /// The field of the whole in which it lies: versions.
    pub(super) top: &'static FieldSchema,
    /// The record or the composite that declares it.
    pub(super) owner: &'static str,
    /// Whether that is a composite.
    pub(super) inside: bool,
    /// Digest of its path from the whole.
    pub(super) path: u64,
    /// Whether it, or a field that holds it, is private.
    pub(super) private: bool,
    pub(super) offset: u32,
}

impl Leaf {
    pub(super) const fn end(&self) -> u32 {
        self.offset + self.field.size
    }

    pub(super) const fn reserved(&self) -> bool {
        self.field.reserved || self.top.reserved
    }

    /// Says that the field breaks a rule.
    pub(super) const fn breaks(&self, rule: &'static str, what: What) -> Break {
        Break { rule, owner: self.owner, joint: ".", name: self.field.name, what }
    }
}

/// The fields of a whole, in the order of their bytes.
pub(super) struct Leaves {
    all: [Option<Leaf>; MOST],
    pub(super) len: usize,
}

impl Leaves {
    /// Takes fields apart; none when there are too many to compare.
    pub(super) const fn of(owner: &'static str, fields: &'static [FieldSchema]) -> Option<Self> {
        let mut leaves = Self { all: [None; MOST], len: 0 };
        if leaves.add(owner, fields, None) { Some(leaves) } else { None }
    }

    /// Adds the fields of a whole, or of the composite that lies in `holder`; returns whether there was room.
    const fn add(
        &mut self,
        owner: &'static str,
        fields: &'static [FieldSchema],
        holder: Option<&Leaf>,
    ) -> bool {
        let mut at = 0;
        while at < fields.len() {
            let field = &fields[at];
            at += 1;
            let private = matches!(field.meaning.privacy, Privacy::Private);
            let leaf = match holder {
                None => {
                    let path = path_digest(0, field.name);
                    Leaf { field, top: field, owner, inside: false, path, private, offset: field.offset }
                }
                Some(holder) => Leaf {
                    field,
                    owner,
                    inside: true,
                    path: path_digest(holder.path, field.name),
                    private: holder.private || private,
                    offset: holder.offset + field.offset,
                    ..*holder
                },
            };
            if let TypeSchema::Struct(composite) = &field.ty {
                if !self.add(composite.name, composite.fields, Some(&leaf)) {
                    return false;
                }
                continue;
            }
            if self.len == MOST {
                return false;
            }
            self.all[self.len] = Some(leaf);
            self.len += 1;
        }
        true
    }

    /// Returns whether one of them is what a line states, by path, byte and type.
    pub(super) const fn has(&self, line: &Line) -> bool {
        let mut at = 0;
        while at < self.len {
            let leaf = self.at(at);
            if leaf.offset == line.offset
                && leaf.path == line.path
                && !leaf.reserved()
                && is_word(&leaf.field.ty, line.ty)
            {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Returns the leaf at an index below `len`.
    pub(super) const fn at(&self, index: usize) -> &Leaf {
        match &self.all[index] {
            Some(leaf) => leaf,
            None => unreachable!(),
        }
    }
}
