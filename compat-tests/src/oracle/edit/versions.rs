//! Edits of when something appeared.

use abi_codegen::model::Scalar;

use super::Edit;
use super::owner::Owner;
use crate::oracle::draft::{Draft, FieldDraft, Ty};

/// An edit of versions, in a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Versions {
    /// A field takes the first or the last of some reserved bytes.
    Claim { record: usize, at: usize, width: u32, last: bool, how: How },
    /// A field is said to have appeared in another version.
    Since { record: usize, at: usize, to: u16 },
    /// A field's bytes are said to be of another age.
    BytesSince { record: usize, at: usize, to: Option<u16> },
    /// A field is deprecated from a version on, or not any more.
    Deprecate { record: usize, at: usize, to: Option<u16> },
    /// What is of the newest version is said to be of the one before.
    Lower { record: usize },
    /// What is of the newest version goes.
    Forget { record: usize },
}

/// How a field takes reserved bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Under the next version, saying since when they were reserved (VER-3).
    Proper,
    /// Under a version that was released.
    Unraised,
    /// As if the field had been there from the beginning of the bytes.
    Backdated,
    /// As if the bytes were new.
    AsNew,
    /// As if the bytes were from the first version on.
    AsOldest,
}

const HOWS: [How; 5] = [How::Proper, How::Unraised, How::Backdated, How::AsNew, How::AsOldest];

pub(super) fn list(draft: &Draft, edits: &mut Vec<Edit>) {
    let mut add = |edit| edits.push(Edit::Versions(edit));
    for (record, of) in draft.records.iter().enumerate() {
        let version = of.version();
        for (at, field) in of.fields.iter().enumerate() {
            if field.reserved {
                for width in [1, 2, 4, 8].into_iter().filter(|width| *width <= draft.size(&field.ty)) {
                    for how in HOWS {
                        for last in [false, true] {
                            add(Versions::Claim { record, at, width, last, how });
                        }
                    }
                }
            } else {
                for to in (1..=version + 1).map(Some).chain([None]).filter(|to| *to != field.deprecated) {
                    add(Versions::Deprecate { record, at, to });
                }
            }
            for to in (1..=version + 1).filter(|to| *to != field.since) {
                add(Versions::Since { record, at, to });
            }
            for to in (1..=version).map(Some).chain([None]).filter(|to| *to != field.bytes_since) {
                add(Versions::BytesSince { record, at, to });
            }
        }
        if version > 1 {
            add(Versions::Lower { record });
            add(Versions::Forget { record });
        }
    }
}

impl Versions {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Claim { how: How::Proper, .. } => "claim",
            Self::Claim { .. } => "claim-improperly",
            Self::Since { .. } => "since",
            Self::BytesSince { .. } => "bytes-since",
            Self::Deprecate { to: Some(_), .. } => "deprecate",
            Self::Deprecate { to: None, .. } => "deprecate-no-more",
            Self::Lower { .. } => "lower-version",
            Self::Forget { .. } => "forget-version",
        }
    }

    pub(super) fn apply(self, draft: &mut Draft) -> Option<()> {
        match self {
            Self::Claim { record, at, width, last, how } => claim(draft, record, at, (width, last), how)?,
            Self::Since { record, at, to } => {
                let field = draft.records[record].fields.get_mut(at)?;
                field.since = to;
                field.bytes_since = field.bytes_since.filter(|bytes| *bytes < to);
            }
            Self::BytesSince { record, at, to } => {
                let field = draft.records[record].fields.get_mut(at)?;
                // What is not said is that they are as old as the field (DOC-2).
                if to == Some(field.since) {
                    return None;
                }
                field.bytes_since = to;
            }
            Self::Deprecate { record, at, to } => draft.records[record].fields.get_mut(at)?.deprecated = to,
            Self::Lower { record } => {
                let version = draft.records[record].version();
                for field in &mut draft.records[record].fields {
                    field.since = field.since.min(version - 1);
                    field.bytes_since = field.bytes_since.filter(|bytes| *bytes < field.since);
                    field.deprecated = field.deprecated.map(|from| from.min(version - 1));
                }
            }
            Self::Forget { record } => {
                let version = draft.records[record].version();
                let fields = &mut draft.records[record].fields;
                for field in fields.iter_mut() {
                    field.deprecated = field.deprecated.filter(|from| *from < version);
                }
                fields.retain(|field| field.since < version);
            }
        }
        Some(())
    }
}

fn claim(draft: &mut Draft, record: usize, at: usize, (width, last): (u32, bool), how: How) -> Option<()> {
    let owner = Owner::Record(record);
    let version = draft.records[record].version();
    let reserved: FieldDraft = draft.fields(owner).get(at)?.clone();
    let ty = match width {
        1 => Scalar::U8,
        2 => Scalar::U16,
        4 => Scalar::U32,
        _ => Scalar::U64,
    };
    let age = reserved.bytes_since();
    let (since, bytes_since) = match how {
        How::Proper => (version + 1, Some(age)),
        How::Unraised => (version, Some(age).filter(|age| *age < version)),
        How::Backdated => (age, None),
        How::AsNew => (version + 1, None),
        How::AsOldest => (version + 1, Some(1)),
    };
    let mut field = draft.new_field(owner, Ty::Number(ty), since);
    field.bytes_since = bytes_since;
    let room = draft.size(&reserved.ty) - width;
    let mut rest = reserved;
    rest.ty = Ty::Row(Box::new(Ty::Number(Scalar::U8)), room);
    let parts = match (room, last) {
        (0, false) => vec![field],
        (0, true) => return None,
        (_, false) => vec![field, rest],
        (_, true) => vec![rest, field],
    };
    draft.fields_mut(owner).splice(at..=at, parts);
    Some(())
}
