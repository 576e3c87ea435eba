//! Edits of what numbers mean.

use abi_codegen::model::Kind;

use super::Edit;
use super::owner::Owner;
use crate::oracle::draft::{Draft, Ty};
use crate::oracle::meant::range;

/// An edit of what a field means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    owner: Owner,
    at: usize,
    to: To,
}

/// What is stated of it now.
#[derive(Clone, Copy, Debug, PartialEq)]
enum To {
    Unit(Option<&'static str>),
    Scale(Option<[u32; 2]>),
    Clock(Option<&'static str>),
    Kind(Option<Kind>),
    Absent(Option<i128>),
    Private(bool),
}

const EVERY: [To; 18] = [
    To::Unit(None),
    To::Unit(Some("ns")),
    To::Unit(Some("pages")),
    To::Scale(None),
    To::Scale(Some([1024, 1])),
    To::Scale(Some([1, 1000])),
    To::Clock(None),
    To::Clock(Some("cycles")),
    To::Clock(Some("wall")),
    To::Kind(None),
    To::Kind(Some(Kind::Gauge)),
    To::Kind(Some(Kind::Delta)),
    To::Absent(None),
    To::Absent(Some(0)),
    To::Absent(Some(0xff)),
    To::Absent(Some(0xffff_ffff_ffff_ffff)),
    To::Private(false),
    To::Private(true),
];

pub(super) fn list(draft: &Draft, edits: &mut Vec<Edit>) {
    for owner in draft.owners() {
        for (at, field) in draft.fields(owner).iter().enumerate() {
            if field.reserved {
                continue;
            }
            let number = match &field.ty {
                Ty::Number(scalar) => range(*scalar),
                Ty::Enumeration(at) if !draft.enumerations[*at].flags => range(draft.enumerations[*at].repr),
                _ => None,
            };
            let applies = |to: &To| match to {
                To::Absent(None) => field.meaning.absent.is_some(),
                To::Absent(Some(absent)) => {
                    field.meaning.absent != Some(*absent)
                        && number.is_some_and(|(least, most)| (least..=most).contains(absent))
                }
                To::Private(private) => field.meaning.private != *private,
                To::Unit(unit) => field.meaning.unit != *unit && matches!(field.ty, Ty::Number(_)),
                To::Scale(scale) => field.meaning.scale != *scale && matches!(field.ty, Ty::Number(_)),
                To::Clock(clock) => field.meaning.clock != *clock && matches!(field.ty, Ty::Number(_)),
                To::Kind(kind) => field.meaning.kind != *kind && matches!(field.ty, Ty::Number(_)),
            };
            let here = EVERY.into_iter().filter(applies);
            edits.extend(here.map(|to| Edit::Meaning(Change { owner, at, to })));
        }
    }
}

impl Change {
    pub(super) fn kind(self) -> &'static str {
        match self.to {
            To::Unit(_) => "unit",
            To::Scale(_) => "scale",
            To::Clock(_) => "clock",
            To::Kind(_) => "kind",
            To::Absent(_) => "absent",
            To::Private(_) => "privacy",
        }
    }

    pub(super) fn apply(self, draft: &mut Draft) -> Option<()> {
        let meaning = &mut draft.fields_mut(self.owner).get_mut(self.at)?.meaning;
        match self.to {
            To::Unit(unit) => meaning.unit = unit,
            To::Scale(scale) => meaning.scale = scale,
            To::Clock(clock) => meaning.clock = clock,
            To::Kind(kind) => meaning.kind = kind,
            To::Absent(absent) => meaning.absent = absent,
            To::Private(private) => meaning.private = private,
        }
        Some(())
    }
}
