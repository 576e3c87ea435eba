//! Edits of what bytes are taken for.

use abi_codegen::model::Scalar;

use super::Edit;
use super::owner::Owner;
use crate::oracle::draft::{Draft, Ty};
use crate::oracle::meant::range;

/// An edit of a field's type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Types {
    /// Another type of the same size.
    Retype { owner: Owner, at: usize, ty: usize },
    /// Another size; what is behind is pushed or pulled, or reserved bytes next to the field give or take.
    Resize { owner: Owner, at: usize, ty: usize, hole: bool },
}

fn row(element: Ty, len: u32) -> Ty {
    Ty::Row(Box::new(element), len)
}

/// Returns every type that there is.
fn palette() -> Vec<Ty> {
    use Scalar::{F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
    let mut all: Vec<Ty> = [U8, U16, U32, U64, I8, I16, I32, I64, F32, F64].map(Ty::Number).to_vec();
    all.extend([2, 3, 4, 8, 12].map(|len| row(Ty::Number(U8), len)));
    all.extend([1, 2, 4].map(|len| row(Ty::Number(U16), len)));
    all.extend([1, 2].map(|len| row(Ty::Number(U32), len)));
    all.extend([2, 4, 8, 16].map(Ty::Name));
    all.extend([0, 1].map(Ty::Enumeration));
    all.push(Ty::Composite(0));
    all.extend([1, 2, 3].map(|len| row(Ty::Composite(0), len)));
    all
}

/// Returns whether one type can be a change of the size of the other: that, and nothing else.
fn resized(one: &Ty, other: &Ty) -> bool {
    use Scalar::{F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
    let family = |scalar: Scalar| match scalar {
        U8 | U16 | U32 | U64 => 0,
        I8 | I16 | I32 | I64 => 1,
        F32 | F64 => 2,
    };
    match (one, other) {
        (Ty::Number(one), Ty::Number(other)) => family(*one) == family(*other),
        (Ty::Row(one, _), Ty::Row(other, _)) => one == other,
        (Ty::Name(_), Ty::Name(_)) => true,
        _ => false,
    }
}

pub(super) fn list(draft: &Draft, edits: &mut Vec<Edit>) {
    let palette = palette();
    for owner in draft.owners() {
        for (at, field) in draft.fields(owner).iter().enumerate() {
            if field.reserved {
                continue;
            }
            for (ty, new) in palette.iter().enumerate() {
                // A composite within itself has no end.
                let nests = matches!(owner, Owner::Composite(_))
                    && (0..draft.composites.len())
                        .any(|composite| draft.within(new, |ty| *ty == Ty::Composite(composite)));
                if *new == field.ty || nests {
                    continue;
                }
                if draft.size(new) == draft.size(&field.ty) {
                    edits.push(Edit::Types(Types::Retype { owner, at, ty }));
                } else if resized(new, &field.ty) {
                    for hole in [true, false] {
                        edits.push(Edit::Types(Types::Resize { owner, at, ty, hole }));
                    }
                }
            }
        }
    }
}

impl Types {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Retype { .. } => "retype",
            Self::Resize { hole: true, .. } => "resize-in-place",
            Self::Resize { hole: false, .. } => "resize",
        }
    }

    pub(super) fn apply(self, draft: &mut Draft) -> Option<()> {
        match self {
            Self::Retype { owner, at, ty } | Self::Resize { owner, at, ty, hole: false } => {
                become_of(draft, owner, at, ty)
            }
            Self::Resize { owner, at, ty, hole: true } => {
                let old = draft.size(&draft.fields(owner)[at].ty);
                become_of(draft, owner, at, ty)?;
                let new = draft.size(&draft.fields(owner)[at].ty);
                if new < old {
                    let since = draft.fields(owner)[at].bytes_since();
                    let rest = draft.reserve(old - new, since);
                    draft.fields_mut(owner).insert(at + 1, rest);
                    return Some(());
                }
                let next = draft.fields_mut(owner).get_mut(at + 1).filter(|next| next.reserved)?;
                let Ty::Row(_, room) = &mut next.ty else { return None };
                *room = room.checked_sub(new - old)?;
                if *room == 0 {
                    draft.fields_mut(owner).remove(at + 1);
                }
                Some(())
            }
        }
    }
}

fn become_of(draft: &mut Draft, owner: Owner, at: usize, ty: usize) -> Option<()> {
    let ty = palette().into_iter().nth(ty)?;
    let limits = match &ty {
        Ty::Number(scalar) => range(*scalar),
        Ty::Enumeration(at) if !draft.enumerations[*at].flags => range(draft.enumerations[*at].repr),
        _ => None,
    };
    let field = draft.fields_mut(owner).get_mut(at)?;
    field.ty = ty;
    // A value that the type does not have cannot mean anything.
    let has = |absent: &i128| limits.is_some_and(|(least, most)| (least..=most).contains(absent));
    field.meaning.absent = field.meaning.absent.filter(has);
    Some(())
}
