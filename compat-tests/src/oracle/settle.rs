//! What a person does after an edit: puts reserved bytes where alignment asks for some.

use abi_codegen::model::Scalar;

use super::draft::{Draft, FieldDraft, Meaning, Thing, Ty};

/// A record is a multiple of this (REC-2).
const RECORD: u32 = 8;

impl Draft {
    /// Fills every hole that the layout would have with reserved bytes (REC-4). Nothing is taken away:
    /// reserved bytes that stand where none are needed are somebody's room to grow.
    pub fn settle(&mut self) {
        for at in 0..self.composites.len() {
            let fields = std::mem::take(&mut self.composites[at].fields);
            let whole = self.align_of(&fields);
            self.composites[at].fields = self.filled(fields, whole);
        }
        for at in 0..self.records.len() {
            let fields = std::mem::take(&mut self.records[at].fields);
            self.records[at].fields = self.filled(fields, RECORD);
        }
    }

    /// Returns fields with reserved bytes in every hole, the whole a multiple of `whole`.
    pub(super) fn filled(&mut self, fields: Vec<FieldDraft>, whole: u32) -> Vec<FieldDraft> {
        let mut filled: Vec<FieldDraft> = Vec::with_capacity(fields.len() + 2);
        let mut end: u32 = 0;
        for field in fields {
            let hole = end.next_multiple_of(self.align(&field.ty)) - end;
            if hole > 0 {
                filled.push(self.reserve(hole, field.bytes_since()));
            }
            end += hole + self.size(&field.ty);
            filled.push(field);
        }
        let hole = end.next_multiple_of(whole) - end;
        if hole > 0 {
            // The end of a version is rounded up (VER-2): the bytes are as old as what they round.
            let since = filled.last().map_or(1, FieldDraft::bytes_since);
            filled.push(self.reserve(hole, since));
        }
        filled
    }

    /// Returns reserved bytes of a name that nothing has yet.
    pub fn reserve(&mut self, bytes: u32, since: u16) -> FieldDraft {
        let number = self.fresh();
        FieldDraft {
            thing: Thing { whole: number, part: 0 },
            name: format!("_rest{number}"),
            ty: Ty::Row(Box::new(Ty::Number(Scalar::U8)), bytes),
            since,
            bytes_since: None,
            deprecated: None,
            reserved: true,
            meaning: Meaning::default(),
        }
    }
}
