//! A record as what lies where, composites opened.

use super::draft::{Draft, FieldDraft, Meaning, RecordDraft, Thing, Ty};

/// Bytes of a record that one value takes.
#[derive(Clone, Copy, Debug)]
pub struct Leaf<'d> {
    /// What the value stands for.
    pub thing: Thing,
    /// Which element of a row of composites it lies in. A row of one is shown as a row.
    pub element: Option<u32>,
    /// Name of its field.
    pub name: &'d str,
    /// Name of the record's field that it lies in: its own, outside composites.
    pub holder: &'d str,
    /// What that field holds.
    pub holds: &'d Ty,
    /// Whether it lies in a composite.
    pub in_composite: bool,
    /// First byte.
    pub offset: u32,
    /// What lies there: no composite.
    pub ty: &'d Ty,
    /// The version in which it appeared.
    pub since: u16,
    /// The version from which nobody should use it.
    pub deprecated: Option<u16>,
    /// What its values mean.
    pub meaning: &'d Meaning,
    /// Whether it, or what holds it, is private.
    pub private: bool,
}

impl Draft {
    /// Returns every value of a record; reserved bytes have none.
    pub fn leaves<'d>(&'d self, record: &'d RecordDraft) -> Vec<Leaf<'d>> {
        let mut leaves = Vec::new();
        let mut offset = 0;
        for field in &record.fields {
            let outer = Outer {
                thing: field.thing,
                name: &field.name,
                holds: &field.ty,
                element: None,
                since: field.since,
                deprecated: field.deprecated,
                private: false,
            };
            self.open(field, &field.ty, outer, offset, &mut leaves);
            offset += self.size(&field.ty);
        }
        leaves
    }

    fn open<'d>(
        &'d self,
        field: &'d FieldDraft,
        ty: &'d Ty,
        outer: Outer<'d>,
        offset: u32,
        leaves: &mut Vec<Leaf<'d>>,
    ) {
        if field.reserved {
            return;
        }
        let private = outer.private || field.meaning.private;
        match ty {
            Ty::Composite(at) => {
                let mut offset = offset;
                for part in &self.composites[*at].fields {
                    let outer = Outer { thing: self.inside(part.thing, outer.thing), private, ..outer };
                    self.open(part, &part.ty, outer, offset, leaves);
                    offset += self.size(&part.ty);
                }
            }
            Ty::Row(element, len) if matches!(**element, Ty::Composite(_)) => {
                for at in 0..*len {
                    let outer = Outer { element: Some(at), private, ..outer };
                    self.open(field, element, outer, offset + at * self.size(element), leaves);
                }
            }
            _ => leaves.push(Leaf {
                thing: outer.thing,
                element: outer.element,
                name: &field.name,
                holder: outer.name,
                holds: outer.holds,
                in_composite: !std::ptr::eq(ty, outer.holds),
                offset,
                ty,
                since: outer.since,
                deprecated: outer.deprecated,
                meaning: &field.meaning,
                private,
            }),
        }
    }

    /// Returns the bytes of a version of a record: up to the end of its last field, rounded up (VER-2).
    pub fn payload(&self, record: &RecordDraft, version: u16) -> u32 {
        let (mut end, mut last) = (0, 0);
        for field in &record.fields {
            end += self.size(&field.ty);
            if field.bytes_since() <= version {
                last = end;
            }
        }
        last.next_multiple_of(8)
    }
}

/// What a value takes over from the fields that hold it.
#[derive(Clone, Copy)]
struct Outer<'d> {
    thing: Thing,
    name: &'d str,
    holds: &'d Ty,
    element: Option<u32>,
    since: u16,
    deprecated: Option<u16>,
    private: bool,
}
