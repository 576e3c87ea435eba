//! Edits of what stands in a composite and what beside it. Most of them move no byte.

use super::Edit;
use super::owner::Owner;
use crate::oracle::draft::{CompositeDraft, Draft, Thing, Ty};

/// An edit of what stands in a composite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Nesting {
    /// The field behind a composite goes into it.
    Absorb { record: usize, at: usize },
    /// The last field of a composite comes out of it.
    Release { record: usize, at: usize },
    /// A composite is written out where it stands.
    Inline { record: usize, at: usize },
    /// A field, or two that follow one another, become a composite.
    Wrap { record: usize, at: usize, fields: usize },
    /// A composite gets another name.
    Rename { composite: usize },
}

pub(super) fn list(draft: &Draft, edits: &mut Vec<Edit>) {
    let mut add = |edit| edits.push(Edit::Nesting(edit));
    for (record, of) in draft.records.iter().enumerate() {
        for (at, field) in of.fields.iter().enumerate() {
            if matches!(field.ty, Ty::Composite(_)) {
                add(Nesting::Absorb { record, at });
                add(Nesting::Release { record, at });
                add(Nesting::Inline { record, at });
            } else {
                add(Nesting::Wrap { record, at, fields: 1 });
                add(Nesting::Wrap { record, at, fields: 2 });
            }
        }
    }
    for composite in 0..draft.composites.len() {
        if draft.holds(|ty| *ty == Ty::Composite(composite)) {
            add(Nesting::Rename { composite });
        }
    }
}

impl Nesting {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Absorb { .. } => "into-composite",
            Self::Release { .. } => "out-of-composite",
            Self::Inline { .. } => "inline-composite",
            Self::Wrap { .. } => "wrap-in-composite",
            Self::Rename { .. } => "rename-composite",
        }
    }

    pub(super) fn apply(self, draft: &mut Draft) -> Option<()> {
        match self {
            Self::Absorb { record, at } => {
                let Ty::Composite(composite) = draft.records[record].fields.get(at)?.ty else { return None };
                let fields = &mut draft.records[record].fields;
                let (since, private) = (fields[at].since, fields[at].meaning.private);
                let holder = fields[at].thing;
                let mut part = (at + 1 < fields.len()).then(|| fields.remove(at + 1))?;
                // What a composite holds is as old as what holds it, and a composite holds no other here.
                if part.since != since
                    || part.bytes_since.is_some()
                    || private
                    || draft.within(&part.ty, |ty| matches!(ty, Ty::Composite(_)))
                {
                    return None;
                }
                (part.since, part.deprecated) = (1, None);
                part.thing = draft.move_in(part.thing, holder);
                draft.composites[composite].fields.push(part);
            }
            Self::Release { record, at } => {
                let field = draft.records[record].fields.get(at)?.clone();
                let Ty::Composite(composite) = field.ty else { return None };
                let mut part = draft.composites[composite].fields.pop()?;
                part.thing = draft.inside(part.thing, field.thing);
                part.since = field.since;
                part.meaning.private |= field.meaning.private;
                draft.records[record].fields.insert(at + 1, part);
            }
            Self::Inline { record, at } => {
                let field = draft.records[record].fields.get(at)?.clone();
                let Ty::Composite(composite) = field.ty else { return None };
                let mut parts = draft.composites[composite].fields.clone();
                for part in &mut parts {
                    part.thing = draft.inside(part.thing, field.thing);
                    (part.since, part.bytes_since, part.deprecated) =
                        (field.since, field.bytes_since, field.deprecated);
                    part.meaning.private |= field.meaning.private;
                }
                draft.records[record].fields.splice(at..=at, parts);
            }
            Self::Wrap { record, at, fields } => {
                let number = draft.fresh();
                let owner = Owner::Record(record);
                let parts = draft.records[record].fields.get(at..at + fields)?.to_vec();
                let first = parts.first()?;
                let (since, bytes_since, deprecated) = (first.since, first.bytes_since, first.deprecated);
                let alike = parts.iter().all(|part| part.since == since && part.bytes_since == bytes_since);
                let nests =
                    parts.iter().any(|part| draft.within(&part.ty, |ty| matches!(ty, Ty::Composite(_))));
                if !alike || nests {
                    return None;
                }
                let holder = Thing { whole: number, part: 0 };
                let bare = parts.into_iter().map(|mut part| {
                    part.thing = draft.move_in(part.thing, holder);
                    (part.since, part.bytes_since, part.deprecated) = (1, None, None);
                    part
                });
                let composite = CompositeDraft { name: format!("Wrapped{number}"), fields: bare.collect() };
                draft.composites.push(composite);
                let mut field = draft.new_field(owner, Ty::Composite(draft.composites.len() - 1), since);
                field.thing = holder;
                (field.bytes_since, field.deprecated) = (bytes_since, deprecated);
                draft.records[record].fields.splice(at..at + fields, [field]);
            }
            Self::Rename { composite } => {
                let number = draft.fresh();
                draft.composites[composite].name = format!("Renamed{number}");
            }
        }
        Some(())
    }
}
