//! Everything that somebody may do to a catalog, one change at a time.
//!
//! For a draft there is a list of edits, always the same and in the same order. An edit that leaves no
//! lawful catalog behind is none.

mod layout;
mod meaning;
mod nesting;
mod owner;
mod records;
mod types;
mod values;
mod versions;

use abi_codegen::Catalog;

use super::draft::Draft;

/// One change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edit {
    /// Of what lies where.
    Layout(layout::Layout),
    /// Of what is taken for what.
    Types(types::Types),
    /// Of when something appeared.
    Versions(versions::Versions),
    /// Of records and their ids.
    Records(records::Records),
    /// Of codes and flags.
    Values(values::Values),
    /// Of what stands in a composite.
    Nesting(nesting::Nesting),
    /// Of what numbers mean.
    Meaning(meaning::Change),
}

impl Edit {
    /// Returns every edit of a draft.
    pub fn all(draft: &Draft) -> Vec<Self> {
        let mut edits = Vec::new();
        layout::list(draft, &mut edits);
        types::list(draft, &mut edits);
        versions::list(draft, &mut edits);
        records::list(draft, &mut edits);
        values::list(draft, &mut edits);
        nesting::list(draft, &mut edits);
        meaning::list(draft, &mut edits);
        edits
    }

    /// Returns the sort of edit that this is.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Layout(edit) => edit.kind(),
            Self::Types(edit) => edit.kind(),
            Self::Versions(edit) => edit.kind(),
            Self::Records(edit) => edit.kind(),
            Self::Values(edit) => edit.kind(),
            Self::Nesting(edit) => edit.kind(),
            Self::Meaning(edit) => edit.kind(),
        }
    }

    /// Returns the draft after this edit and its catalog; `None` if that is not lawful.
    pub fn apply(self, draft: &Draft) -> Option<(Draft, Catalog)> {
        let mut draft = draft.clone();
        match self {
            Self::Layout(edit) => edit.apply(&mut draft),
            Self::Types(edit) => edit.apply(&mut draft),
            Self::Versions(edit) => edit.apply(&mut draft),
            Self::Records(edit) => {
                edit.apply(&mut draft);
                Some(())
            }
            Self::Values(edit) => edit.apply(&mut draft),
            Self::Nesting(edit) => edit.apply(&mut draft),
            Self::Meaning(edit) => edit.apply(&mut draft),
        }?;
        draft.settle();
        let catalog = draft.catalog()?;
        Some((draft, catalog))
    }
}
