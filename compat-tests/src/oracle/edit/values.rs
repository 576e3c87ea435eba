//! Edits of codes and flags.

use abi_codegen::model::Scalar;

use super::Edit;
use crate::oracle::draft::{Draft, Enumeration, Ty, Value};

/// An edit of a code or of flags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Values {
    /// A name for a number that had none.
    Add { of: usize },
    /// A name goes, and leaves its number retired or not.
    Remove { of: usize, at: usize, retire: bool },
    /// A name gets a number that had none.
    Renumber { of: usize, at: usize },
    /// Two names take each other's numbers.
    Swap { of: usize, one: usize, other: usize },
    /// A number gets another name, which says the same.
    Rename { of: usize, at: usize },
    /// A number gets another name, which says something else.
    Reuse { of: usize, at: usize },
    /// A number that was retired gets a name, which says something else.
    ReuseRetired { of: usize, at: usize },
    /// A name that was retired is given out again, for another number.
    ReuseName { of: usize, at: usize },
    /// A number is not said to be retired any more.
    Unretire { of: usize, at: usize },
    /// A name that was retired is back, and says what it said.
    Restore { of: usize, at: usize },
    /// Values are declared in another order.
    Reorder { of: usize },
    /// The type gets another name.
    RenameType { of: usize },
    /// The integer below is another one.
    Repr { of: usize, repr: Scalar },
    /// A flag gets the bit above it as well, or loses its uppermost.
    Mask { of: usize, at: usize, wider: bool },
}

const REPRS: [Scalar; 5] = [Scalar::U8, Scalar::U16, Scalar::U32, Scalar::I8, Scalar::I16];

pub(super) fn list(draft: &Draft, edits: &mut Vec<Edit>) {
    let mut add = |edit| edits.push(Edit::Values(edit));
    for (of, enumeration) in draft.enumerations.iter().enumerate() {
        if !draft.holds(|ty| *ty == Ty::Enumeration(of)) {
            continue;
        }
        add(Values::Add { of });
        add(Values::RenameType { of });
        add(Values::Reorder { of });
        for at in 0..enumeration.values.len() {
            add(Values::Remove { of, at, retire: true });
            add(Values::Remove { of, at, retire: false });
            add(Values::Renumber { of, at });
            add(Values::Rename { of, at });
            add(Values::Reuse { of, at });
            for other in at + 1..enumeration.values.len() {
                add(Values::Swap { of, one: at, other });
            }
            if enumeration.flags {
                add(Values::Mask { of, at, wider: true });
                add(Values::Mask { of, at, wider: false });
            }
        }
        for at in 0..enumeration.retired.len() {
            add(Values::ReuseRetired { of, at });
            add(Values::ReuseName { of, at });
            add(Values::Unretire { of, at });
            add(Values::Restore { of, at });
        }
        // Flags are bits: none of them is a sign here.
        let signed = |scalar: Scalar| matches!(scalar, Scalar::I8 | Scalar::I16);
        for repr in REPRS.into_iter().filter(|repr| *repr != enumeration.repr) {
            if !(enumeration.flags && signed(repr)) {
                add(Values::Repr { of, repr });
            }
        }
    }
}

impl Values {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Add { .. } => "add-value",
            Self::Remove { retire: true, .. } => "retire-value",
            Self::Remove { retire: false, .. } => "remove-value",
            Self::Renumber { .. } => "renumber-value",
            Self::Swap { .. } => "swap-values",
            Self::Rename { .. } => "rename-value",
            Self::Reuse { .. } => "reuse-value",
            Self::ReuseRetired { .. } => "reuse-retired-value",
            Self::ReuseName { .. } => "reuse-retired-name",
            Self::Unretire { .. } => "unretire-value",
            Self::Restore { .. } => "restore-value",
            Self::Reorder { .. } => "reorder-values",
            Self::RenameType { .. } => "rename-type",
            Self::Repr { .. } => "repr",
            Self::Mask { wider: true, .. } => "widen-mask",
            Self::Mask { wider: false, .. } => "narrow-mask",
        }
    }

    pub(super) fn apply(self, draft: &mut Draft) -> Option<()> {
        let fresh = draft.fresh();
        let (Self::Add { of }
        | Self::Remove { of, .. }
        | Self::Renumber { of, .. }
        | Self::Swap { of, .. }
        | Self::Rename { of, .. }
        | Self::Reuse { of, .. }
        | Self::ReuseRetired { of, .. }
        | Self::ReuseName { of, .. }
        | Self::Unretire { of, .. }
        | Self::Restore { of, .. }
        | Self::Reorder { of }
        | Self::RenameType { of }
        | Self::Repr { of, .. }
        | Self::Mask { of, .. }) = self;
        let enumeration = draft.enumerations.get_mut(of)?;
        self.change(enumeration, fresh)
    }

    fn change(self, of: &mut Enumeration, fresh: u32) -> Option<()> {
        let new = |number| Value { thing: fresh, name: format!("Extra{fresh}"), number };
        match self {
            Self::Add { .. } => {
                let number = unused(of)?;
                of.values.push(new(number));
            }
            Self::Remove { at, retire, .. } => {
                let gone = of.values.remove(at);
                if retire {
                    of.retired.push(gone);
                }
            }
            Self::Renumber { at, .. } => of.values[at].number = unused(of)?,
            Self::Swap { one, other, .. } => {
                let number = of.values[one].number;
                of.values[one].number = std::mem::replace(&mut of.values[other].number, number);
            }
            Self::Rename { at, .. } => of.values[at].name = format!("Renamed{fresh}"),
            Self::Reuse { at, .. } => of.values[at] = new(of.values[at].number),
            Self::ReuseRetired { at, .. } => {
                let number = of.retired.remove(at).number;
                of.values.push(new(number));
            }
            Self::ReuseName { at, .. } => {
                let number = unused(of)?;
                let name = of.retired.remove(at).name;
                of.values.push(Value { name, ..new(number) });
            }
            Self::Unretire { at, .. } => {
                of.retired.remove(at);
            }
            Self::Restore { at, .. } => {
                let back = of.retired.remove(at);
                of.values.push(back);
            }
            Self::Reorder { .. } => of.values.reverse(),
            Self::RenameType { .. } => of.name = format!("Renamed{fresh}"),
            Self::Repr { repr, .. } => of.repr = repr,
            Self::Mask { at, wider: true, .. } => {
                let mask = of.values[at].number;
                of.values[at].number = mask | (mask << 1);
            }
            Self::Mask { at, wider: false, .. } => {
                let mask = of.values[at].number;
                of.values[at].number = mask & (mask >> 1);
            }
        }
        Some(())
    }
}

/// Returns a number, or a bit, that nobody has had.
fn unused(of: &Enumeration) -> Option<i128> {
    let given = || of.values.iter().chain(&of.retired).map(|value| value.number);
    if of.flags {
        let all = given().fold(0, |all, mask| all | mask);
        (0..8).map(|bit| 1 << bit).find(|bit| all & bit == 0)
    } else {
        (4..100).find(|number| given().all(|other| other != *number))
    }
}
