//! Edits of what lies where.

use abi_codegen::model::Scalar;

use super::Edit;
use super::owner::Owner;
use crate::oracle::draft::{Draft, FieldDraft, Ty};

/// An edit of what lies where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Layout {
    /// A field at the end, under the next version or the newest.
    Append { owner: Owner, ty: usize, raise: bool },
    /// A field before another one.
    Insert { owner: Owner, at: usize, ty: usize, raise: bool },
    /// Reserved bytes before a field, or at the end.
    Reserve { owner: Owner, at: usize, raise: bool },
    /// A field goes, and leaves its bytes reserved or not.
    Remove { owner: Owner, at: usize, keep: bool },
    /// A field gets another name.
    Rename { owner: Owner, at: usize },
    /// Two fields take each other's places.
    Swap { owner: Owner, one: usize, other: usize },
    /// Reserved bytes go elsewhere.
    Move { owner: Owner, at: usize, to: usize },
    /// Reserved bytes become more or fewer.
    Room { owner: Owner, at: usize, len: u32 },
    /// One number becomes two of half the width.
    Split { owner: Owner, at: usize },
    /// Two numbers become one of twice the width.
    Merge { owner: Owner, at: usize },
}

/// Types of fields that are new.
fn new_type(number: usize) -> Ty {
    match number {
        0 => Ty::Number(Scalar::U32),
        1 => Ty::Number(Scalar::U64),
        2 => Ty::Number(Scalar::U8),
        3 => Ty::Name(8),
        4 => Ty::Enumeration(0),
        _ => Ty::Composite(0),
    }
}

pub(super) fn list(draft: &Draft, edits: &mut Vec<Edit>) {
    for owner in draft.owners() {
        let fields = draft.fields(owner);
        let record = matches!(owner, Owner::Record(_));
        // Composites have no versions to raise, and hold no composites here.
        let (raises, types): (&[bool], usize) = if record { (&[true, false], 6) } else { (&[false], 5) };
        let mut add = |edit| edits.push(Edit::Layout(edit));
        for &raise in raises {
            for ty in 0..types {
                add(Layout::Append { owner, ty, raise });
            }
            for at in 0..fields.len() {
                for ty in 0..3 {
                    add(Layout::Insert { owner, at, ty, raise });
                }
            }
            for at in 0..=fields.len() {
                add(Layout::Reserve { owner, at, raise });
            }
        }
        for (at, field) in fields.iter().enumerate() {
            for keep in [true, false] {
                if !(keep && field.reserved) {
                    add(Layout::Remove { owner, at, keep });
                }
            }
            add(Layout::Rename { owner, at });
            for other in at + 1..fields.len() {
                add(Layout::Swap { owner, one: at, other });
            }
            if field.reserved {
                for to in (0..fields.len()).filter(|to| *to != at) {
                    add(Layout::Move { owner, at, to });
                }
                let size = draft.size(&field.ty);
                for len in [size / 2, size * 2, size + 8] {
                    add(Layout::Room { owner, at, len });
                }
            } else {
                add(Layout::Split { owner, at });
                if fields.get(at + 1).is_some_and(|next| next.ty == field.ty && !next.reserved) {
                    add(Layout::Merge { owner, at });
                }
            }
        }
    }
}

impl Layout {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Append { raise: true, .. } => "append",
            Self::Append { raise: false, .. } => "append-unraised",
            Self::Insert { raise: true, .. } => "insert",
            Self::Insert { raise: false, .. } => "insert-unraised",
            Self::Reserve { raise: true, .. } => "reserve",
            Self::Reserve { raise: false, .. } => "reserve-unraised",
            Self::Remove { keep: true, .. } => "remove-keeping-bytes",
            Self::Remove { keep: false, .. } => "remove",
            Self::Rename { .. } => "rename",
            Self::Swap { .. } => "swap",
            Self::Move { .. } => "move-reserved",
            Self::Room { .. } => "resize-reserved",
            Self::Split { .. } => "split",
            Self::Merge { .. } => "merge",
        }
    }

    pub(super) fn apply(self, draft: &mut Draft) -> Option<()> {
        match self {
            Self::Append { owner, ty, raise } => {
                let since = draft.version_for(owner, raise);
                let field = draft.new_field(owner, new_type(ty), since);
                draft.fields_mut(owner).push(field);
            }
            Self::Insert { owner, at, ty, raise } => {
                let since = draft.version_for(owner, raise);
                let field = draft.new_field(owner, new_type(ty), since);
                draft.fields_mut(owner).insert(at, field);
            }
            Self::Reserve { owner, at, raise } => {
                let since = draft.version_for(owner, raise);
                let field = draft.reserve(8, since);
                draft.fields_mut(owner).insert(at, field);
            }
            Self::Remove { owner, at, keep } => {
                let gone = draft.fields_mut(owner).remove(at);
                if keep {
                    let reserved = draft.reserve(draft.size(&gone.ty), gone.bytes_since());
                    draft.fields_mut(owner).insert(at, reserved);
                }
            }
            Self::Rename { owner, at } => {
                let number = draft.fresh();
                draft.fields_mut(owner)[at].name = format!("renamed{number}");
            }
            Self::Swap { owner, one, other } => draft.fields_mut(owner).swap(one, other),
            Self::Move { owner, at, to } => {
                let reserved = draft.fields_mut(owner).remove(at);
                draft.fields_mut(owner).insert(to, reserved);
            }
            Self::Room { owner, at, len } => {
                let Ty::Row(_, bytes) = &mut draft.fields_mut(owner)[at].ty else { return None };
                *bytes = len;
            }
            Self::Split { owner, at } => {
                let half = of_width(draft.fields(owner).get(at)?, |width| width / 2)?;
                let since = draft.fields(owner)[at].since;
                let halves = [half.clone(), half].map(|half| draft.new_field(owner, half, since));
                draft.fields_mut(owner).splice(at..=at, halves);
            }
            Self::Merge { owner, at } => {
                let double = of_width(draft.fields(owner).get(at)?, |width| width * 2)?;
                let since = draft.fields(owner)[at].since;
                let whole = draft.new_field(owner, double, since);
                draft.fields_mut(owner).splice(at..=at + 1, [whole]);
            }
        }
        Some(())
    }
}

/// Returns an unsigned number of another width, for a field that is one.
fn of_width(field: &FieldDraft, width: impl Fn(u32) -> u32) -> Option<Ty> {
    let Ty::Number(scalar @ (Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64)) = field.ty else {
        return None;
    };
    let scalars = [Scalar::U8, Scalar::U16, Scalar::U32, Scalar::U64];
    scalars.into_iter().find(|other| other.size() == width(scalar.size())).map(Ty::Number)
}
