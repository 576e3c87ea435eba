//! What has fields.

use crate::oracle::draft::{Draft, FieldDraft, Meaning, Thing, Ty};

/// A record or a composite, by its place in the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A record.
    Record(usize),
    /// A composite.
    Composite(usize),
}

impl Draft {
    /// Returns every record, and every composite that one holds.
    pub(super) fn owners(&self) -> Vec<Owner> {
        let composites = (0..self.composites.len()).filter(|at| self.holds(|ty| *ty == Ty::Composite(*at)));
        (0..self.records.len()).map(Owner::Record).chain(composites.map(Owner::Composite)).collect()
    }

    /// Returns whether a record holds, at any depth, a type of which `is` is true.
    pub(super) fn holds(&self, is: impl Fn(&Ty) -> bool + Copy) -> bool {
        self.records.iter().flat_map(|record| &record.fields).any(|field| self.within(&field.ty, is))
    }

    /// Returns whether `is` is true of a type or of one within it.
    pub(super) fn within(&self, ty: &Ty, is: impl Fn(&Ty) -> bool + Copy) -> bool {
        is(ty)
            || match ty {
                Ty::Row(element, _) => self.within(element, is),
                Ty::Composite(at) => {
                    self.composites[*at].fields.iter().any(|field| self.within(&field.ty, is))
                }
                _ => false,
            }
    }

    pub(super) fn fields(&self, owner: Owner) -> &[FieldDraft] {
        match owner {
            Owner::Record(at) => &self.records[at].fields,
            Owner::Composite(at) => &self.composites[at].fields,
        }
    }

    pub(super) fn fields_mut(&mut self, owner: Owner) -> &mut Vec<FieldDraft> {
        match owner {
            Owner::Record(at) => &mut self.records[at].fields,
            Owner::Composite(at) => &mut self.composites[at].fields,
        }
    }

    /// Returns the version that something new gets: the next one, or the newest that there is.
    pub(super) fn version_for(&self, owner: Owner, raise: bool) -> u16 {
        match owner {
            Owner::Record(at) => self.records[at].version() + u16::from(raise),
            Owner::Composite(_) => 1,
        }
    }

    /// Returns a field that stands for something new.
    pub(super) fn new_field(&mut self, owner: Owner, ty: Ty, since: u16) -> FieldDraft {
        let number = self.fresh();
        let thing = match owner {
            Owner::Record(_) => Thing { whole: number, part: 0 },
            Owner::Composite(_) => Thing { whole: 0, part: number },
        };
        FieldDraft {
            thing,
            name: format!("extra{number}"),
            ty,
            since,
            bytes_since: None,
            deprecated: None,
            reserved: false,
            meaning: Meaning::default(),
        }
    }
}
